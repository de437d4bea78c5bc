"""A stay in a hotel and what it costs by hand: the rows of the golden tables."""

from dataclasses import dataclass, field
from datetime import date

from models.domain.pricing.card_rows import Service
from models.domain.pricing.cost import cost
from models.domain.pricing.party import Party
from models.domain.rates import Meals, RateCard
from tests.support.rate_cards import BOOKED_ON, on, party


@dataclass(frozen=True)
class StayCase:
    """A stay, how its cost is worked out by hand, and what comes out, in minor units."""

    name: str
    working: str
    net: int
    card: RateCard
    on: str
    nights: int
    party: Party = field(default_factory=lambda: party(2))
    option: str | None = None
    meals: Meals | None = None
    booked_on: date = BOOKED_ON


def assert_costs(case: StayCase) -> None:
    """The engine comes to what was worked out by hand, and finds nothing wrong."""
    service = Service(on(case.on), case.nights, case.option, case.meals)
    costing = cost(service, case.party, [case.card], case.booked_on)
    assert costing.findings == ()
    assert [one.net_minor for one in costing.costs] == [case.net], case.working
