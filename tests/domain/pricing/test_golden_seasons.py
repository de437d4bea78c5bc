"""Hotels worked out by hand: seasons across midnight and year end, weekdays, rooms by size."""

import pytest

from models.domain.pricing.card_rows import Service
from models.domain.pricing.cost import cost
from models.domain.rates import Basis, RateRow, Span
from tests.support.rate_cards import BOOKED_ON, card, on, party, row, span
from tests.support.stays import StayCase, assert_costs


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
CASES = (
    StayCase("low season", "2 x 80.00", 16000, SEASONS, "2027-06-10", 2),
    StayCase(
        "across midnight of a season",
        "30 Sep 80.00 + 1 Oct 100.00",
        18000,
        SEASONS,
        "2027-09-30",
        2,
    ),
    StayCase("last night of a season", "30 Sep 80.00 alone", 8000, SEASONS, "2027-09-30", 1),
    StayCase("first night of a season", "1 Oct 100.00 alone", 10000, SEASONS, "2027-10-01", 1),
    StayCase(
        "into the peak", "19 Dec 100.00 + 20 and 21 Dec 2 x 150.00", 40000, SEASONS, "2027-12-19", 3
    ),
    StayCase(
        "across the year's end", "30, 31 Dec and 1 Jan: 3 x 150.00", 45000, SEASONS, "2027-12-30", 3
    ),
    StayCase("the night of new year's eve", "31 Dec 150.00", 15000, SEASONS, "2027-12-31", 1),
    StayCase("out of the peak", "5 Jan 150.00 + 6 Jan 100.00", 25000, SEASONS, "2028-01-05", 2),
    StayCase("leap day", "28, 29 Feb, 1 Mar 2028: 3 x 100.00", 30000, SEASONS, "2028-02-28", 3),
    StayCase(
        "Thursday to Sunday",
        "Thu 100.00 + Fri 130.00 + Sat 130.00",
        36000,
        WEEKDAYS,
        "2027-06-10",
        3,
    ),
    StayCase("Sunday night", "Sun 100.00", 10000, WEEKDAYS, "2027-06-13", 1),
    StayCase("Saturday to Monday", "Sat 130.00 + Sun 100.00", 23000, WEEKDAYS, "2027-06-12", 2),
    StayCase("a week", "5 x 100.00 + 2 x 130.00 = 500 + 260", 76000, WEEKDAYS, "2027-06-07", 7),
    StayCase("single", "2 x 70.00", 14000, SEASONS, "2027-06-10", 2, party(1)),
    StayCase("single across a season", "70.00 + 90.00", 16000, SEASONS, "2027-09-30", 2, party(1)),
    StayCase(
        "single without a single's price",
        "one pays what two pay: 100.00",
        10000,
        PLAIN,
        "2027-06-10",
        1,
        party(1),
    ),
    StayCase("triple", "140.00", 14000, SEASONS, "2027-10-10", 1, party(3)),
    StayCase("triple at the peak", "2 x 200.00", 40000, SEASONS, "2027-12-24", 2, party(3)),
    StayCase(
        "three without a triple's price",
        "80.00 + extra bed 25.00",
        10500,
        EXTRA_ONLY,
        "2027-06-10",
        1,
        party(3),
    ),
    StayCase(
        "four in a room",
        "triple 110.00 + extra bed 25.00",
        13500,
        SEASONS,
        "2027-06-10",
        1,
        party(4),
    ),
    StayCase(
        "four without a triple's price",
        "80.00 + 2 x 25.00",
        13000,
        EXTRA_ONLY,
        "2027-06-10",
        1,
        party(4),
    ),
    StayCase(
        "five in rooms of 2, 2 and 1",
        "80.00 + 80.00 + 70.00",
        23000,
        SEASONS,
        "2027-06-10",
        1,
        party(2, 2, 1),
    ),
    StayCase(
        "six in 3, 2 and 1 for two nights",
        "2 x (110.00 + 80.00 + 70.00) = 2 x 260.00",
        52000,
        SEASONS,
        "2027-06-10",
        2,
        party(3, 2, 1),
    ),
    StayCase(
        "sixty in thirty doubles", "30 x 80.00", 240000, SEASONS, "2027-06-10", 1, party(*[2] * 30)
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_night_costs_what_its_season_weekday_and_room_say(case: StayCase) -> None:
    assert_costs(case)


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
