"""Exchange rates: facts of a day and a source, which of them hold, amounts in another currency.

A rate is so many units of a currency for one euro, as the European Central Bank publishes them;
two currencies cross by the euro.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum

from models.domain.errors import NoExchangeRateError
from models.domain.money import minor_digits, round_minor

EURO = "EUR"
EURO_ITSELF = Decimal(1)
HUNDRED = Decimal(100)
TRADED = ("USD", "VND", "THB", "LAK", "KHR", "GBP", "AUD", "CAD", "CHF", "SGD")
"""What suppliers charge and customers pay in, beside the euro: without a rate somebody is told."""


class RateSource(StrEnum):
    """Who says that a rate is so."""

    ECB = "ECB"
    """The European Central Bank's reference rates, one file each working day."""
    BY_HAND = "BY_HAND"
    """A member of staff, with a reason."""


@dataclass(frozen=True)
class ExchangeRate:
    """A fact: what a source said of a day. `per_euro` is in units, not in minor units."""

    id: str
    currency: str
    per_euro: Decimal
    quoted_on: date
    source: RateSource
    recorded_at: datetime
    recorded_by: str
    """The staff id or login of whoever set it; `system` for what was fetched."""
    reason: str = ""

    @property
    def as_of(self) -> datetime:
        """The beginning of the day that it is of, in UTC."""
        return datetime.combine(self.quoted_on, time(), UTC)

    def age_days(self, today: date) -> int:
        """Days since the day that it is of; a rate of tomorrow's zone has none."""
        return max(0, (today - self.quoted_on).days)

    def stale(self, today: date, limit_days: int) -> bool:
        """Whether it is older than the policy's limit."""
        return self.age_days(today) > limit_days


@dataclass(frozen=True)
class RatesInForce:
    """The rates that hold at one moment, by currency; the euro needs none."""

    by_currency: Mapping[str, ExchangeRate]

    def per_euro(self, currency: str) -> Decimal:
        """Units of a currency for one euro.

        Raises:
            NoExchangeRateError: nobody has said what the currency is worth.
        """
        if currency == EURO:
            return EURO_ITSELF
        rate = self.by_currency.get(currency)
        if rate is None:
            raise NoExchangeRateError(currency)
        return rate.per_euro

    def rate(self, from_currency: str, to_currency: str) -> Decimal:
        """Units of one currency for one unit of another, by the euro.

        Raises:
            NoExchangeRateError: nobody has said what one of them is worth.
        """
        return cross_rate(self.per_euro(from_currency), self.per_euro(to_currency))

    def used(self, *currencies: str) -> tuple[ExchangeRate, ...]:
        """The facts behind a conversion between these, for whoever has to name them."""
        return tuple(self.by_currency[one] for one in currencies if one in self.by_currency)


def cross_rate(from_per_euro: Decimal, to_per_euro: Decimal) -> Decimal:
    """Units of one currency for one unit of another, of what one euro is in both."""
    return to_per_euro / from_per_euro


def convert(
    amount_minor: int,
    from_currency: str,
    to_currency: str,
    rate: Decimal,
    buffer_percent: Decimal = Decimal(0),
) -> int:
    """Minor units of one currency in minor units of another, rounded once, at the end.

    Args:
        amount_minor: minor units of `from_currency`.
        from_currency: what the amount is in.
        to_currency: what it shall be in.
        rate: units of `to_currency` for one unit of `from_currency`.
        buffer_percent: added to the amount, for the case that the rate moves against us.
    """
    return round_minor(amount_minor * minor_rate(rate, from_currency, to_currency, buffer_percent))


def minor_rate(
    rate: Decimal, from_currency: str, to_currency: str, buffer_percent: Decimal = Decimal(0)
) -> Decimal:
    """Minor units of one currency for a minor unit of another, of a rate that is in units."""
    digits = minor_digits(to_currency) - minor_digits(from_currency)
    return (rate * (HUNDRED + buffer_percent) / HUNDRED).scaleb(digits)


def change_percent(before: Decimal, after: Decimal) -> Decimal:
    """How far a rate is from another, in percent of the earlier one, never negative."""
    return abs(after - before) / before * HUNDRED


@dataclass(frozen=True)
class RatesOfDay:
    """What a source says of one day: units for one euro, by currency."""

    quoted_on: date
    per_euro: Mapping[str, Decimal]


@dataclass(frozen=True)
class Jump:
    """A rate that is further from the one in force than the policy lets pass unseen."""

    currency: str
    before: Decimal
    after: Decimal

    @property
    def percent(self) -> Decimal:
        """How far, in percent of the rate in force."""
        return change_percent(self.before, self.after)


def jumps(fresh: RatesOfDay, known: RatesInForce, limit_percent: Decimal) -> tuple[Jump, ...]:
    """The rates of a file that jumped; a currency that nobody had a rate for never does."""
    found = (
        Jump(currency, known.by_currency[currency].per_euro, rate)
        for currency, rate in fresh.per_euro.items()
        if currency in known.by_currency
    )
    return tuple(one for one in found if one.percent > limit_percent)


def out_of_date(
    known: RatesInForce, wanted: Iterable[str], today: date, limit_days: int
) -> tuple[str, ...]:
    """Those of the currencies whose rate is older than the limit, or not there at all."""
    return tuple(
        currency
        for currency in wanted
        if (rate := known.by_currency.get(currency)) is None or rate.stale(today, limit_days)
    )
