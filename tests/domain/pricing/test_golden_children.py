"""Children in rooms, worked out by hand: free, in their parents' bed, in a bed, as adults."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.domain.pricing.party import Child, Party, Room
from models.domain.rates import Basis, ChildRate
from tests.support.rate_cards import card, family, on, party, row
from tests.support.stays import StayCase, assert_costs

PLAIN = card(Basis.ROOM, "USD", row(10000))
TRIPLE_ONLY = card(
    Basis.ROOM, "USD", row(10000, triple_minor=14000), children=(ChildRate(0, 11, Decimal(50)),)
)
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
FIXED_CHILD = replace(PLAIN, children=(ChildRate(4, 11, fixed_minor=1500),))
CASES = (
    StayCase("child of 2, free", "100.00 + 0", 10000, FAMILY, "2027-06-10", 1, party(family(2, 2))),
    StayCase(
        "child of 3, the last free age",
        "100.00 + 0",
        10000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 3)),
    ),
    StayCase(
        "child of 5 shares the bed",
        "100.00 + 50 % of 40.00 = 120.00",
        12000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 5)),
    ),
    StayCase(
        "child of 9 has a bed",
        "100.00 + 75 % of 40.00 = 130.00",
        13000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 9)),
    ),
    StayCase(
        "child of 12 pays as an adult",
        "100.00 + extra bed 40.00",
        14000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 12)),
    ),
    StayCase(
        "one child of each band",
        "100.00 + 0 + 20.00 + 30.00",
        15000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 1, 5, 9)),
    ),
    StayCase(
        "one adult, child of 9",
        "the child fills the double: 100.00",
        10000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(1, 9)),
    ),
    StayCase(
        "one adult, child of 5",
        "single 80.00 + 20.00 shared",
        10000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(1, 5)),
    ),
    StayCase(
        "one adult, children of 9 and 7",
        "the elder fills the double: 100.00 + 30.00",
        13000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(1, 7, 9)),
    ),
    StayCase(
        "two rooms, one with a child",
        "100.00 + (100.00 + 30.00) = 230.00",
        23000,
        FAMILY,
        "2027-06-10",
        1,
        party(2, family(2, 8)),
    ),
    StayCase(
        "child's fixed price",
        "100.00 + 15.00",
        11500,
        FIXED_CHILD,
        "2027-06-10",
        1,
        party(family(2, 9)),
    ),
    StayCase(
        "child where there is a triple only",
        "triple 140.00",
        14000,
        TRIPLE_ONLY,
        "2027-06-10",
        1,
        party(family(2, 9)),
    ),
    StayCase(
        "the day before the 12th birthday",
        "100.00 + 30.00",
        13000,
        FAMILY,
        "2027-06-09",
        1,
        Party((Room(2, (Child(born_on=on("2015-06-10")),)),)),
    ),
    StayCase(
        "on the 12th birthday",
        "100.00 + 40.00",
        14000,
        FAMILY,
        "2027-06-10",
        1,
        Party((Room(2, (Child(born_on=on("2015-06-10")),)),)),
    ),
    StayCase(
        "a birthday during the stay",
        "age of the first night: 2 x (100.00 + 30.00)",
        26000,
        FAMILY,
        "2027-06-09",
        2,
        Party((Room(2, (Child(born_on=on("2015-06-10")),)),)),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_children_pay_by_their_age_and_bed(case: StayCase) -> None:
    assert_costs(case)
