"""A service of rate cards, sold to a group: the rows of the golden tables of whole trips."""

from dataclasses import dataclass, field, replace
from datetime import date

from models.domain.pricing.conversion import Conversion
from models.domain.pricing.feasibility_policy import FeasibilityPolicy
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.markup import Markup
from models.domain.pricing.party import Party
from models.domain.pricing.quote import PricedQuote, price
from models.domain.pricing.request import Line, Quote, Rates, Terms
from models.domain.rates import Meals, RateCard
from tests.support.rate_cards import BOOKED_ON, on, party
from tests.support.sales import NONE, TO_EURO


@dataclass(frozen=True)
class TripCase:
    """A stay, how its price is worked out by hand, what comes out in minor units, what is found."""

    name: str
    working: str
    total: int
    cards: tuple[RateCard, ...]
    on: str = "2027-06-10"
    nights: int = 2
    party: Party = field(default_factory=lambda: party(2))
    found: tuple[FindingKind, ...] = ()
    terms: Terms = field(default_factory=lambda: Terms("USD"))
    by: Markup = NONE
    option: str | None = None
    meals: Meals | None = None
    booked_on: date = BOOKED_ON
    left: dict[tuple[str, str, date], int] = field(default_factory=dict)
    blocking: frozenset[FindingKind] = frozenset()
    rates: tuple[Conversion, ...] = TO_EURO
    figures: dict[str, int] = field(default_factory=dict)
    """Further figures of the totals, by their names."""


def sold_by_cards(case: TripCase) -> PricedQuote:
    """The trip as the engine prices it."""
    keys = tuple(one.id for one in case.cards)
    line = Line(
        "stay", 1, case.cards[0].kind, "", case.nights, keys, case.option, case.meals,
        markup=case.by,
    )  # fmt: skip
    first = on(case.on)
    quote = Quote(first, date(2028, 3, 31), case.booked_on, (line,), (case.party,))
    conversions = {(one.from_currency, one.to_currency): one for one in case.rates}
    rates = Rates({one.id: one for one in case.cards}, conversions, case.left)
    terms = replace(case.terms, feasibility=FeasibilityPolicy(case.blocking))
    return price(quote, rates, terms)


def assert_trip(case: TripCase) -> None:
    """The engine comes to what was worked out by hand, and finds what is dangerous in it."""
    priced = sold_by_cards(case)
    (group,) = priced.groups
    assert group.findings == ()
    found = [finding for one in priced.feasible for finding in one.findings]
    assert tuple(finding.kind for finding in found) == case.found
    assert {finding.kind for finding in found if finding.blocking} == case.blocking
    assert group.total_minor == case.total, case.working
    assert {name: getattr(group.totals, name) for name in case.figures} == case.figures
