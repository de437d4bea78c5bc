"""Costs of hotels worked out by hand: seasons, weekdays, rooms, children, offers and taxes."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest

from models.domain.pricing.card_rows import Service
from models.domain.pricing.cost import cost
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.party import Child, Party, Room
from models.domain.rates import (
    Basis,
    ChildRate,
    Meals,
    Offer,
    OfferKind,
    RateCard,
    RateRow,
    Span,
    Tax,
)
from tests.support.rate_cards import BOOKED_ON, YEAR, card, family, on, party, row, span


@dataclass(frozen=True)
class Case:
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
WEEKEND = frozenset({5, 6})
WEEKDAYS = card(
    Basis.ROOM,
    "USD",
    row(10000, 1, weekdays=frozenset({1, 2, 3, 4, 7})),
    row(13000, 2, weekdays=WEEKEND),
)
PLAIN = card(Basis.ROOM, "USD", row(10000))
EXTRA_ONLY = card(Basis.ROOM, "USD", row(8000, extra_bed_minor=2500))
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
BOARDS = card(
    Basis.ROOM, "USD", row(9000, 1, meals=Meals.BREAKFAST), row(12000, 2, meals=Meals.HALF_BOARD)
)
OPTIONS = card(Basis.ROOM, "USD", row(9000, 1, option="Deluxe"), row(20000, 2, option="Suite"))
EARLY = Offer(OfferKind.EARLY_BIRD, 60, Decimal(10), YEAR)
LATE = Offer(OfferKind.LAST_MINUTE, 7, Decimal(15), YEAR)
OFFERED = replace(PLAIN, offers=(EARLY, LATE))
BOTH_OPEN = replace(PLAIN, offers=(replace(EARLY, days=3), LATE))
TO_JUNE = replace(PLAIN, offers=(replace(EARLY, span=span("2027-01-01", "2027-06-30")),))
COMMISSION = replace(PLAIN, commission_percent=Decimal(20))
DONG = card(Basis.ROOM, "VND", row(1_234_567), commission_percent=Decimal(15))
TAX_ON_TOP = replace(PLAIN, tax=Tax(Decimal(10), included=False))
TAX_WITHIN = card(Basis.ROOM, "USD", row(10800), tax=Tax(Decimal(8)))
ALL_OF_IT = replace(
    PLAIN,
    offers=(EARLY,),
    commission_percent=Decimal(20),
    tax=Tax(Decimal(10), included=False),
)

CASES = (
    Case("low season", "2 x 80.00", 16000, SEASONS, "2027-06-10", 2),
    Case(
        "across midnight of a season",
        "30 Sep 80.00 + 1 Oct 100.00",
        18000,
        SEASONS,
        "2027-09-30",
        2,
    ),
    Case("last night of a season", "30 Sep 80.00 alone", 8000, SEASONS, "2027-09-30", 1),
    Case("first night of a season", "1 Oct 100.00 alone", 10000, SEASONS, "2027-10-01", 1),
    Case(
        "into the peak", "19 Dec 100.00 + 20 and 21 Dec 2 x 150.00", 40000, SEASONS, "2027-12-19", 3
    ),
    Case(
        "across the year's end", "30, 31 Dec and 1 Jan: 3 x 150.00", 45000, SEASONS, "2027-12-30", 3
    ),
    Case("the night of new year's eve", "31 Dec 150.00", 15000, SEASONS, "2027-12-31", 1),
    Case("out of the peak", "5 Jan 150.00 + 6 Jan 100.00", 25000, SEASONS, "2028-01-05", 2),
    Case("leap day", "28 Feb, 29 Feb and 1 Mar 2028: 3 x 100.00", 30000, SEASONS, "2028-02-28", 3),
    Case(
        "Thursday to Sunday",
        "Thu 100.00 + Fri 130.00 + Sat 130.00",
        36000,
        WEEKDAYS,
        "2027-06-10",
        3,
    ),
    Case("Sunday night", "Sun 100.00", 10000, WEEKDAYS, "2027-06-13", 1),
    Case("Saturday to Monday", "Sat 130.00 + Sun 100.00", 23000, WEEKDAYS, "2027-06-12", 2),
    Case("a week", "5 x 100.00 + 2 x 130.00 = 500 + 260", 76000, WEEKDAYS, "2027-06-07", 7),
    Case("single", "2 x 70.00", 14000, SEASONS, "2027-06-10", 2, party(1)),
    Case("single across a season", "70.00 + 90.00", 16000, SEASONS, "2027-09-30", 2, party(1)),
    Case(
        "single without a single's price",
        "one pays what two pay: 100.00",
        10000,
        PLAIN,
        "2027-06-10",
        1,
        party(1),
    ),
    Case("triple", "140.00", 14000, SEASONS, "2027-10-10", 1, party(3)),
    Case("triple at the peak", "2 x 200.00", 40000, SEASONS, "2027-12-24", 2, party(3)),
    Case(
        "three without a triple's price",
        "80.00 + extra bed 25.00",
        10500,
        EXTRA_ONLY,
        "2027-06-10",
        1,
        party(3),
    ),
    Case(
        "four in a room",
        "triple 110.00 + extra bed 25.00",
        13500,
        SEASONS,
        "2027-06-10",
        1,
        party(4),
    ),
    Case(
        "four without a triple's price",
        "80.00 + 2 x 25.00",
        13000,
        EXTRA_ONLY,
        "2027-06-10",
        1,
        party(4),
    ),
    Case(
        "five in rooms of 2, 2 and 1",
        "80.00 + 80.00 + 70.00",
        23000,
        SEASONS,
        "2027-06-10",
        1,
        party(2, 2, 1),
    ),
    Case(
        "six in 3, 2 and 1 for two nights",
        "2 x (110.00 + 80.00 + 70.00) = 2 x 260.00",
        52000,
        SEASONS,
        "2027-06-10",
        2,
        party(3, 2, 1),
    ),
    Case(
        "sixty in thirty doubles", "30 x 80.00", 240000, SEASONS, "2027-06-10", 1, party(*[2] * 30)
    ),
    Case("child of 2, free", "100.00 + 0", 10000, FAMILY, "2027-06-10", 1, party(family(2, 2))),
    Case(
        "child of 3, the last free age",
        "100.00 + 0",
        10000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 3)),
    ),
    Case(
        "child of 5 shares the bed",
        "100.00 + 50 % of 40.00 = 120.00",
        12000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 5)),
    ),
    Case(
        "child of 9 has a bed",
        "100.00 + 75 % of 40.00 = 130.00",
        13000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 9)),
    ),
    Case(
        "child of 12 pays as an adult",
        "100.00 + extra bed 40.00",
        14000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 12)),
    ),
    Case(
        "one child of each band",
        "100.00 + 0 + 20.00 + 30.00",
        15000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(2, 1, 5, 9)),
    ),
    Case(
        "one adult, child of 9",
        "the child fills the double: 100.00",
        10000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(1, 9)),
    ),
    Case(
        "one adult, child of 5",
        "single 80.00 + 20.00 shared",
        10000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(1, 5)),
    ),
    Case(
        "one adult, children of 9 and 7",
        "the elder fills the double: 100.00 + 30.00",
        13000,
        FAMILY,
        "2027-06-10",
        1,
        party(family(1, 7, 9)),
    ),
    Case(
        "two rooms, one with a child",
        "100.00 + (100.00 + 30.00) = 230.00",
        23000,
        FAMILY,
        "2027-06-10",
        1,
        party(2, family(2, 8)),
    ),
    Case(
        "child's fixed price",
        "100.00 + 15.00",
        11500,
        FIXED_CHILD,
        "2027-06-10",
        1,
        party(family(2, 9)),
    ),
    Case(
        "child where there is a triple only",
        "triple 140.00",
        14000,
        TRIPLE_ONLY,
        "2027-06-10",
        1,
        party(family(2, 9)),
    ),
    Case(
        "the day before the 12th birthday",
        "100.00 + 30.00",
        13000,
        FAMILY,
        "2027-06-09",
        1,
        Party((Room(2, (Child(born_on=on("2015-06-10")),)),)),
    ),
    Case(
        "on the 12th birthday",
        "100.00 + 40.00",
        14000,
        FAMILY,
        "2027-06-10",
        1,
        Party((Room(2, (Child(born_on=on("2015-06-10")),)),)),
    ),
    Case(
        "a birthday during the stay",
        "age of the first night: 2 x (100.00 + 30.00)",
        26000,
        FAMILY,
        "2027-06-09",
        2,
        Party((Room(2, (Child(born_on=on("2015-06-10")),)),)),
    ),
    Case("half board", "2 x 120.00", 24000, BOARDS, "2027-06-10", 2, meals=Meals.HALF_BOARD),
    Case("an option", "200.00", 20000, OPTIONS, "2027-06-10", 1, option="Suite"),
    Case(
        "early bird, 60 days before",
        "2 x 100.00 - 10 % = 180.00",
        18000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-04-11"),
    ),
    Case(
        "a day too late for it",
        "59 days: 2 x 100.00",
        20000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-04-12"),
    ),
    Case(
        "last minute, 7 days before",
        "200.00 - 15 % = 170.00",
        17000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-06-03"),
    ),
    Case(
        "a day too early for it",
        "8 days: 200.00",
        20000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-06-02"),
    ),
    Case(
        "both offers open",
        "the best one, 15 %, not 25 %: 170.00",
        17000,
        BOTH_OPEN,
        "2027-06-10",
        2,
        booked_on=on("2027-06-05"),
    ),
    Case(
        "an offer for the first night only",
        "30 Jun 100.00 - 10.00 + 1 Jul 100.00",
        19000,
        TO_JUNE,
        "2027-06-30",
        2,
    ),
    Case("commission", "200.00 - 20 % = 160.00", 16000, COMMISSION, "2027-06-10", 2),
    Case(
        "commission in dong",
        "1,234,567 - 15 % (185,185.05 -> 185,185) = 1,049,382",
        1_049_382,
        DONG,
        "2027-06-10",
        1,
    ),
    Case("tax on top", "200.00 + 10 % = 220.00", 22000, TAX_ON_TOP, "2027-06-10", 2),
    Case("tax within", "2 x 108.00 = 216.00, 16.00 of it tax", 21600, TAX_WITHIN, "2027-06-10", 2),
    Case(
        "offer, commission, tax",
        "200.00 - 10 % = 180.00; - 20 % = 144.00; + 10 % = 158.40",
        15840,
        ALL_OF_IT,
        "2027-06-10",
        2,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_stay_costs_what_was_worked_out_by_hand(case: Case) -> None:
    service = Service(on(case.on), case.nights, case.option, case.meals)
    costing = cost(service, case.party, [case.card], case.booked_on)
    assert costing.findings == ()
    assert [one.net_minor for one in costing.costs] == [case.net], case.working


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


def test_a_stay_from_one_contract_into_the_next_pays_each_night_by_its_own() -> None:
    old = card(Basis.ROOM, "VND", row(2_000_000), id="card_2027")
    next_year = span("2028-01-01", "2028-12-31")
    new = card(
        Basis.ROOM,
        "USD",
        row(9000, span=next_year),
        id="card_2028",
        contract_id="contract_b",
        validity=next_year,
    )
    # 30 and 31 December 2 x 2,000,000 VND; 1 January 90.00 USD
    costing = cost(Service(on("2027-12-30"), 3), party(2), [old, new], BOOKED_ON)
    found = [(one.currency, one.net_minor, one.card) for one in costing.costs]
    assert found == [("VND", 4_000_000, old), ("USD", 9000, new)]


def test_every_amount_names_contract_card_and_row() -> None:
    costing = cost(Service(on("2027-09-30"), 2), party(2), [SEASONS], BOOKED_ON)
    low, high = (part.source for part in costing.costs[0].parts)
    assert low is not None
    assert high is not None
    assert (low.contract_id, low.contract_version) == ("contract_a", 2)
    assert (low.card_id, low.card_version) == ("card_a", 3)
    assert (low.row_id, low.row_number, low.season) == ("row_1", 1, "season 1")
    assert (high.row_id, high.season) == ("row_2", "season 2")


def test_tax_within_a_price_is_told_though_it_adds_nothing() -> None:
    (found,) = cost(Service(on("2027-06-10"), 2), party(2), [TAX_WITHIN], BOOKED_ON).costs
    assert (found.tax_contained_minor, found.tax_on_top_minor) == (1600, 0)  # 216 x 8 / 108
