"""What the fetching of exchange rates says across the Temporal boundary."""

from datetime import date
from enum import StrEnum

from models.domain.exchange import RateSource
from models.messages.base import Crossing


class FetchExchangeRates(Crossing):
    """Which source is asked."""

    source: RateSource = RateSource.ECB


class FetchOutcome(StrEnum):
    """What became of a source's answer."""

    STORED = "STORED"
    KNOWN = "KNOWN"
    """Everything in it was here already."""
    REFUSED = "REFUSED"
    """It was no list of rates; the old ones stay, and somebody is told."""


class RatesFetched(Crossing):
    """What was read: of which day, how many facts are new, and which rates wait for a person."""

    outcome: FetchOutcome
    quoted_on: date | None = None
    stored: int = 0
    jumped: tuple[str, ...] = ()
    """Currencies whose rate is too far from the one in force."""
