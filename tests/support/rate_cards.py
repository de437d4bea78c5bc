"""Rate cards and lines for tests, short enough to stand in tables."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from models.domain.pricing.conversion import Conversion
from models.domain.pricing.party import Child, Party, Room
from models.domain.rates import Basis, RateCard, RateRow, Span
from models.domain.stages import ServiceKind

YEAR = Span(date(2027, 1, 1), date(2027, 12, 31))
BOOKED_ON = date(2027, 1, 15)
AS_OF = datetime(2027, 1, 14, 16, tzinfo=UTC)


def on(text: str) -> date:
    """A date as people write it: 2027-03-01."""
    return date.fromisoformat(text)


def span(first: str, last: str) -> Span:
    """From the first to the last day, both counted."""
    return Span(on(first), on(last))


def row(price_minor: int, number: int = 1, **facts: Any) -> RateRow:
    """A row of the whole of 2027, unless the facts say otherwise."""
    row_of_year = RateRow(f"row_{number}", number, "year", YEAR, price_minor)
    return replace(row_of_year, **facts)


def card(basis: Basis, currency: str, *rows: RateRow, **facts: Any) -> RateCard:
    """A card of 2027 under version 2 of contract_a; a hotel's by the night when it is of rooms."""
    plain = RateCard(
        id="card_a",
        version=3,
        contract_id="contract_a",
        contract_version=2,
        partner_id="partner_a",
        kind=ServiceKind.HOTEL if basis is Basis.ROOM else ServiceKind.ACTIVITY,
        service="Service",
        basis=basis,
        currency=currency,
        validity=YEAR,
        rows=rows,
        nightly=basis is Basis.ROOM,
    )
    return replace(plain, **facts)


def party(*rooms: Room | int) -> Party:
    """Rooms, those of adults alone by their number."""
    return Party(tuple(Room(one) if isinstance(one, int) else one for one in rooms))


def family(adults: int, *ages: int) -> Room:
    """A room of adults with children of these ages."""
    return Room(adults, tuple(Child(age=age) for age in ages))


def conversion(first: str, second: str, rate: str, buffer: str = "0") -> Conversion:
    """So many units of the second for one of the first, as the bank said."""
    return Conversion(first, second, Decimal(rate), "ECB", AS_OF, Decimal(buffer))
