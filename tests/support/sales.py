"""Lines that cost a group so much, and what is made of them: the rows of the golden tables."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from models.domain.money import Money
from models.domain.pricing.conversion import Conversion
from models.domain.pricing.costing import TypedCost
from models.domain.pricing.discounts import Discount
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.party import Party
from models.domain.pricing.quote import GroupPrice, price
from models.domain.pricing.request import Line, Quote, Rates, Terms
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, conversion, on, party

TO_EURO = (
    conversion("VND", "EUR", "0.0000351"),
    conversion("LAK", "EUR", "0.0000427"),
    conversion("KHR", "EUR", "0.000225"),
    conversion("THB", "EUR", "0.02634"),
    conversion("USD", "EUR", "0.9217"),
)

BUFFERED = tuple(replace(one, buffer_percent=Decimal("2.5")) for one in TO_EURO)

NONE = Markup(MarkupKind.MARKUP)


def markup(percent: str) -> Markup:
    return Markup(MarkupKind.MARKUP, Decimal(percent))


def margin(percent: str) -> Markup:
    return Markup(MarkupKind.MARGIN, Decimal(percent))


def fixed(amount_minor: int, currency: str = "EUR", *, per_person: bool = False) -> Markup:
    return Markup(MarkupKind.FIXED, fixed=Money(amount_minor, currency), per_person=per_person)


def line(amount_minor: int, currency: str = "EUR", by: Markup = NONE, **facts: Any) -> Line:
    """A tour that costs the whole group so much."""
    plain = Line(
        f"line_{amount_minor}",
        1,
        ServiceKind.ACTIVITY,
        typed=TypedCost(amount_minor, currency),
        markup=by,
    )
    return replace(plain, **facts)


@dataclass(frozen=True)
class SaleCase:
    """Lines and terms, the working by hand, and figures of the totals in minor units."""

    name: str
    working: str
    lines: tuple[Line, ...]
    expected: dict[str, int]
    terms: Terms = field(default_factory=lambda: Terms("EUR"))
    discounts: tuple[Discount, ...] = ()
    people: Party = field(default_factory=lambda: party(2))
    rates: tuple[Conversion, ...] = TO_EURO


def priced(case: SaleCase) -> GroupPrice:
    quote = Quote(
        on("2027-06-10"),
        on("2027-06-20"),
        BOOKED_ON,
        case.lines,
        (case.people,),
        discounts=case.discounts,
    )
    rates = {(one.from_currency, one.to_currency): one for one in case.rates}
    (group,) = price(quote, Rates({}, rates), case.terms).groups
    return group


def assert_sold(case: SaleCase) -> None:
    """The engine comes to the figures that were worked out by hand."""
    group = priced(case)
    found = {name: getattr(group.totals, name) for name in case.expected}
    assert found == case.expected, case.working
    assert group.total_minor == group.totals.total_minor
