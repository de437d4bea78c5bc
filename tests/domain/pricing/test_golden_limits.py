"""Trips that may not be had as they are quoted, worked out by hand: the price stands, and why not.

Closures, minimum stays and allotments change no price: they are told beside it.
"""

from dataclasses import replace

import pytest

from models.domain.pricing.findings import FindingKind
from models.domain.rates import Allotment, Basis, Closure, ClosureKind
from tests.support.card_trips import TripCase, assert_trip
from tests.support.rate_cards import YEAR, card, on, party, row, span

HOTEL = card(Basis.ROOM, "USD", row(10000))
BLACKOUT = Closure(ClosureKind.BLACKOUT, span("2027-06-11", "2027-06-12"), note="National day")
CLOSED = replace(HOTEL, closures=(BLACKOUT,))
SUITES = card(
    Basis.ROOM,
    "USD",
    row(9000, 1, option="Deluxe"),
    row(20000, 2, option="Suite"),
    closures=(Closure(ClosureKind.STOP_SELL, span("2027-06-11", "2027-06-11"), "Suite"),),
)
MIN_STAY = card(
    Basis.ROOM,
    "USD",
    row(10000, 1, span=span("2027-01-01", "2027-06-30")),
    row(12000, 2, span=span("2027-07-01", "2027-12-31"), min_nights=3),
)
HELD = replace(HOTEL, allotments=(Allotment(YEAR, 3, 21),))
"""Three rooms a night, which go back 21 days before: of 10 June on 20 May."""
VANS = card(Basis.VEHICLE, "USD", row(9000), capacity=7, allotments=(Allotment(YEAR, 2, 2),))
CASES = (
    TripCase(
        "a blackout on the second night",
        "2 x 100.00",
        20000,
        (CLOSED,),
        found=(FindingKind.BLACKOUT,),
    ),
    TripCase(
        "a blackout that the policy does not let out",
        "2 x 100.00",
        20000,
        (CLOSED,),
        found=(FindingKind.BLACKOUT,),
        blocking=frozenset({FindingKind.BLACKOUT}),
    ),
    TripCase(
        "left on the day of a blackout", "9 and 10 Jun 2 x 100.00", 20000, (CLOSED,), "2027-06-09"
    ),
    TripCase(
        "the whole blackout",
        "10 to 12 Jun 3 x 100.00",
        30000,
        (CLOSED,),
        nights=3,
        found=(FindingKind.BLACKOUT,),
    ),
    TripCase(
        "stop-sell of the suite",
        "2 x 200.00",
        40000,
        (SUITES,),
        option="Suite",
        found=(FindingKind.STOP_SELL,),
    ),
    TripCase(
        "stop-sell of the suite is none of the deluxe room",
        "2 x 90.00",
        18000,
        (SUITES,),
        option="Deluxe",
    ),
    TripCase(
        "too short for the season that it touches",
        "30 Jun 100.00 + 1 Jul 120.00",
        22000,
        (MIN_STAY,),
        "2027-06-30",
        found=(FindingKind.MIN_STAY,),
    ),
    TripCase(
        "just as long as the season asks",
        "30 Jun 100.00 + 1 and 2 Jul 2 x 120.00",
        34000,
        (MIN_STAY,),
        "2027-06-30",
        nights=3,
    ),
    TripCase(
        "short where nothing is asked", "30 Jun 100.00", 10000, (MIN_STAY,), "2027-06-30", nights=1
    ),
    TripCase("three rooms of three held", "3 x 2 x 100.00", 60000, (HELD,), party=party(2, 2, 2)),
    TripCase(
        "four rooms of three held",
        "4 x 2 x 100.00",
        80000,
        (HELD,),
        party=party(2, 2, 2, 2),
        found=(FindingKind.ALLOTMENT_SHORT,),
    ),
    TripCase(
        "one room left on the second night",
        "2 x 2 x 100.00",
        40000,
        (HELD,),
        party=party(2, 2),
        left={("card_a", "", on("2027-06-11")): 1},
        found=(FindingKind.ALLOTMENT_SHORT,),
    ),
    TripCase(
        "booked on the last day of the allotment",
        "20 May, 21 days before: 2 x 100.00",
        20000,
        (HELD,),
        booked_on=on("2027-05-20"),
    ),
    TripCase(
        "booked a day after the release",
        "21 May, 20 days before: 2 x 100.00",
        20000,
        (HELD,),
        booked_on=on("2027-05-21"),
        found=(FindingKind.RELEASED,),
    ),
    TripCase(
        "more rooms than were held, after the release",
        "4 x 100.00: nothing is ours any more, so nothing is short",
        40000,
        (HELD,),
        nights=1,
        party=party(2, 2, 2, 2),
        booked_on=on("2027-05-21"),
        found=(FindingKind.RELEASED,),
    ),
    TripCase("two vans of two", "8 people: 2 x 90.00", 18000, (VANS,), party=party(2, 2, 2, 2)),
    TripCase(
        "three vans of two",
        "15 people: 3 x 90.00",
        27000,
        (VANS,),
        party=party(*[2] * 7, 1),
        found=(FindingKind.ALLOTMENT_SHORT,),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_danger_is_told_beside_the_price_that_was_worked_out_by_hand(case: TripCase) -> None:
    assert_trip(case)
