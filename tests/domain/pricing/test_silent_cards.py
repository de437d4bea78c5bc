"""Where a card does not say exactly one thing, there is no price and a finding with its days."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from models.domain.pricing.card_rows import Service
from models.domain.pricing.cost import cost
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.party import Party
from models.domain.rates import Basis, ChildRate, Meals, RateCard, RateRow, Span
from tests.support.rate_cards import BOOKED_ON, card, family, on, party, row, span


def season(number: int, days: Span, double: int, **more: int) -> RateRow:
    return row(double, number, span=days, season=f"season {number}", **more)


SEASONS = card(
    Basis.ROOM,
    "USD",
    season(
        1,
        span("2027-05-01", "2027-09-30"),
        8000,
        single_minor=7000,
        triple_minor=11000,
        extra_bed_minor=2500,
    ),
    season(
        2,
        span("2027-10-01", "2027-12-19"),
        10000,
        single_minor=9000,
        triple_minor=14000,
        extra_bed_minor=3000,
    ),
    season(
        3,
        span("2027-12-20", "2028-01-05"),
        15000,
        single_minor=14000,
        triple_minor=20000,
        extra_bed_minor=4500,
    ),
    season(4, span("2028-01-06", "2028-03-31"), 10000, single_minor=9000),
    validity=span("2027-05-01", "2028-03-31"),
)
"""In dollars: low 80/70/110/25, high 100/90/140/30, peak 150/140/200/45, after it 100/90."""

PLAIN = card(Basis.ROOM, "USD", row(10000))

FAMILY = card(
    Basis.ROOM,
    "USD",
    row(10000, single_minor=8000, extra_bed_minor=4000),
    children=(
        ChildRate(0, 3, Decimal(0), needs_bed=False),
        ChildRate(4, 6, Decimal(50), needs_bed=False),
        ChildRate(7, 11, Decimal(75)),
    ),
)
"""Double 100, single 80, extra bed 40; to 3 free, 4-6 share for half a bed, 7-11 a bed at 75 %."""

BOARDS = card(
    Basis.ROOM, "USD", row(9000, 1, meals=Meals.BREAKFAST), row(12000, 2, meals=Meals.HALF_BOARD)
)

OPTIONS = card(Basis.ROOM, "USD", row(9000, 1, option="Deluxe"), row(20000, 2, option="Suite"))

HOLE = card(
    Basis.ROOM,
    "USD",
    season(1, span("2027-01-01", "2027-05-31"), 8000),
    season(2, span("2027-06-03", "2027-12-31"), 9000),
)

TWICE = card(
    Basis.ROOM,
    "USD",
    season(1, span("2027-01-01", "2027-06-10"), 8000),
    season(2, span("2027-06-10", "2027-12-31"), 9000),
)

NO_SMALL = replace(FAMILY, children=(ChildRate(4, 11, Decimal(50)),))

TWO_POLICIES = replace(
    FAMILY, children=(ChildRate(0, 6, Decimal(0)), ChildRate(6, 11, Decimal(50)))
)


@dataclass(frozen=True)
class Refused:
    """A stay that has no price, and what is said instead."""

    name: str
    kind: FindingKind
    dates: tuple[str, ...]
    words: str
    card: RateCard
    on: str
    nights: int
    party: Party = field(default_factory=lambda: party(2))


REFUSED = (
    Refused(
        "a hole between seasons",
        FindingKind.GAP,
        ("2027-06-01", "2027-06-02"),
        "2027-06-01 to 2027-06-02",
        HOLE,
        "2027-05-31",
        4,
    ),
    Refused(
        "beyond the contract",
        FindingKind.GAP,
        ("2028-04-01",),
        "2028-04-01",
        SEASONS,
        "2028-03-31",
        2,
    ),
    Refused(
        "two seasons on a day",
        FindingKind.OVERLAP,
        ("2027-06-10",),
        "Rows 1 and 2",
        TWICE,
        "2027-06-09",
        3,
    ),
    Refused(
        "no option chosen",
        FindingKind.CHOICE_OPEN,
        ("2027-06-10",),
        "Deluxe, Suite",
        OPTIONS,
        "2027-06-10",
        1,
    ),
    Refused(
        "no board chosen",
        FindingKind.CHOICE_OPEN,
        ("2027-06-10",),
        "BB, HB",
        BOARDS,
        "2027-06-10",
        1,
    ),
    Refused("no nights", FindingKind.NO_NIGHTS, (), "how many nights", PLAIN, "2027-06-10", 0),
    Refused(
        "three where there is no third bed",
        FindingKind.NO_BED,
        (),
        "further bed",
        PLAIN,
        "2027-06-10",
        1,
        party(3),
    ),
    Refused(
        "a child's bed where there is none",
        FindingKind.NO_BED,
        (),
        "further bed",
        replace(PLAIN, children=FAMILY.children),
        "2027-06-10",
        1,
        party(family(2, 9)),
    ),
    Refused(
        "infants alone",
        FindingKind.NO_BED,
        (),
        "takes a place",
        FAMILY,
        "2027-06-10",
        1,
        party(family(0, 2)),
    ),
    Refused(
        "four in a room for three",
        FindingKind.OVER_CAPACITY,
        (),
        "3 people, not 4",
        replace(SEASONS, capacity=3),
        "2027-06-10",
        1,
        party(4),
    ),
    Refused(
        "an age without a price",
        FindingKind.CHILD_GAP,
        (),
        "child of 2",
        NO_SMALL,
        "2027-06-10",
        1,
        party(family(2, 2)),
    ),
    Refused(
        "an age whose price was left empty",
        FindingKind.CHILD_GAP,
        (),
        "child of 6",
        replace(FAMILY, children=(ChildRate(0, 11),)),
        "2027-06-10",
        1,
        party(family(2, 6)),
    ),
    Refused(
        "three in a cabin for two",
        FindingKind.OVER_CAPACITY,
        (),
        "2 people, not 3",
        card(Basis.PERSON, "USD", row(5000), nightly=True, capacity=2),
        "2027-06-10",
        1,
        party(3),
    ),
    Refused(
        "an age with two prices",
        FindingKind.CHILD_OVERLAP,
        (),
        "child of 6",
        TWO_POLICIES,
        "2027-06-10",
        1,
        party(family(2, 6)),
    ),
)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_nothing_is_guessed_where_a_card_does_not_say(case: Refused) -> None:
    costing = cost(Service(on(case.on), case.nights), case.party, [case.card], BOOKED_ON)
    assert costing.costs == ()
    (finding,) = costing.findings
    assert (finding.kind, finding.dates) == (case.kind, tuple(map(on, case.dates)))
    assert finding.prevents_price
    assert case.words in finding.reason
