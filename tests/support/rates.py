"""Rate cards as plain data, for tests."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from models.domain.rates import (
    Allotment,
    Basis,
    CancellationTerm,
    ChildRate,
    Closure,
    ClosureKind,
    Meals,
    Offer,
    OfferKind,
    RateCard,
    RateRow,
    Span,
    Tax,
)
from models.domain.stages import ServiceKind

YEAR = Span(date(2027, 1, 1), date(2027, 12, 31))


def span(first: str, last: str) -> Span:
    """Days from texts such as `2027-01-01`."""
    return Span(date.fromisoformat(first), date.fromisoformat(last))


def row(number: int, first: str, last: str, price_minor: int = 7_800, **facts: Any) -> RateRow:
    """A line of a card; named after its number unless said otherwise."""
    usual = {"season": f"Season {number}", "meals": Meals.BREAKFAST}
    return RateRow(
        id="", number=number, span=span(first, last), price_minor=price_minor, **(usual | facts)
    )


ROWS = (
    row(1, "2027-01-01", "2027-04-30", 8_800, season="High", single_minor=8_000),
    row(2, "2027-05-01", "2027-09-30", 6_900, season="Green", weekdays=frozenset(range(1, 8))),
    row(3, "2027-10-01", "2027-12-31", 8_800, season="High", triple_minor=11_000),
)


def card(*rows: RateRow, **facts: Any) -> RateCard:
    """A hotel's card for 2027 in US dollars, with nothing beside its rows unless said otherwise."""
    usual = RateCard(
        id="rate_1", version=1, contract_id="contract_1", contract_version=1,
        partner_id="partner_1", kind=ServiceKind.HOTEL, service="Deluxe room", basis=Basis.ROOM,
        currency="USD", validity=YEAR, rows=rows or ROWS, nightly=True, capacity=3,
    )  # fmt: skip
    return replace(usual, **facts)


def full_card(**facts: Any) -> RateCard:
    """A card on which everything is agreed that can be."""
    return card(
        commission_percent=Decimal("12.50"),
        tax=Tax(Decimal("8.00"), included=False),
        children=(
            ChildRate(0, 5, percent=Decimal(0), needs_bed=False),
            ChildRate(6, 11, fixed_minor=2_500),
        ),
        closures=(
            Closure(ClosureKind.BLACKOUT, span("2027-02-05", "2027-02-08"), note="Tết"),
            Closure(ClosureKind.STOP_SELL, span("2027-12-24", "2027-12-26"), "Deluxe"),
        ),
        offers=(Offer(OfferKind.EARLY_BIRD, 90, Decimal("10.00"), YEAR),),
        cancellation=(CancellationTerm(14, 50), CancellationTerm(3, 100)),
        allotments=(Allotment(YEAR, 5, 21, "Deluxe"),),
        **facts,
    )
