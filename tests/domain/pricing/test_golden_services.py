"""Costs of tours, guides, boats and cars worked out by hand: a head, a unit, a group, a vehicle."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from models.domain.pricing.card_rows import Service
from models.domain.pricing.cost import cost, typed
from models.domain.pricing.costing import TypedCost
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.party import Party
from models.domain.rates import Basis, ChildRate, RateCard
from tests.support.rate_cards import BOOKED_ON, card, family, on, party, row

DAY = Service(on("2027-06-10"))


@dataclass(frozen=True)
class Case:
    """A service for a party, how its cost is worked out by hand, and what comes out."""

    name: str
    working: str
    net: int
    card: RateCard
    party: Party
    service: Service = DAY


HALF = (ChildRate(0, 3, Decimal(0)), ChildRate(4, 11, Decimal(50)))
TOUR = card(Basis.PERSON, "USD", row(4500), children=HALF)
BANDS = card(
    Basis.PERSON,
    "USD",
    row(6000, 1, pax_to=2),
    row(4500, 2, pax_from=3, pax_to=6),
    row(3800, 3, pax_from=7),
)
CRUISE = card(Basis.PERSON, "USD", row(30000, single_minor=48000, triple_minor=27000))
BUNKS = card(Basis.PERSON, "USD", row(5000, extra_bed_minor=3000), nightly=True)
LODGE = card(Basis.PERSON, "THB", row(120_000), nightly=True, children=HALF)
GUIDE = card(Basis.GROUP, "USD", row(5000, 1, pax_to=9), row(8000, 2, pax_from=10))
CABINS = card(Basis.UNIT, "EUR", row(20000), capacity=2)
BOAT = card(Basis.UNIT, "KHR", row(600_000))
VANS = card(Basis.VEHICLE, "USD", row(9000), capacity=7)
CARS = card(
    Basis.VEHICLE,
    "VND",
    row(900_000, 1, option="Car", pax_to=3),
    row(1_400_000, 2, option="Van", pax_from=4, pax_to=10),
    row(2_600_000, 3, option="Bus", pax_from=11),
)
KIP = card(Basis.PERSON, "LAK", row(333_333), children=HALF, commission_percent=Decimal(10))
CASES = (
    Case("a head", "2 x 45.00", 9000, TOUR, party(2)),
    Case("with a child of 8", "2 x 45.00 + 22.50", 11250, TOUR, party(family(2, 8))),
    Case("with a child of 2", "2 x 45.00 + 0", 9000, TOUR, party(family(2, 2))),
    Case("with one of 12", "3 x 45.00", 13500, TOUR, party(family(2, 12))),
    Case("band of 2", "2 x 60.00", 12000, BANDS, party(2)),
    Case("band of 3 begins", "3 x 45.00", 13500, BANDS, party(2, 1)),
    Case("band of 6 ends", "6 x 45.00", 27000, BANDS, party(2, 2, 2)),
    Case("band of 7 has no end", "7 x 38.00", 26600, BANDS, party(2, 2, 2, 1)),
    Case("children count for the band", "3 people: 3 x 45.00", 13500, BANDS, party(family(2, 5))),
    Case("single in a cabin", "2 x 300.00 + 480.00", 108000, CRUISE, party(2, 1)),
    Case("three in a cabin", "3 x 270.00", 81000, CRUISE, party(3)),
    Case(
        "third in a bunk",
        "3 nights x (2 x 50.00 + 30.00)",
        39000,
        BUNKS,
        party(3),
        Service(on("2027-06-10"), 3),
    ),
    Case(
        "a head and night",
        "2 nights x (2 x 1,200.00 + 600.00)",
        600_000,
        LODGE,
        party(family(2, 8)),
        Service(on("2027-06-10"), 2),
    ),
    Case("a group of 9", "50.00", 5000, GUIDE, party(2, 2, 2, 2, 1)),
    Case("a group of 10", "80.00", 8000, GUIDE, party(2, 2, 2, 2, 2)),
    Case("two guides", "2 x 50.00", 10000, GUIDE, party(2), Service(on("2027-06-10"), quantity=2)),
    Case("cabins for 5", "3 cabins x 200.00", 60000, CABINS, party(2, 2, 1)),
    Case(
        "cabins chosen",
        "4 cabins x 200.00",
        80000,
        CABINS,
        party(2, 2, 1),
        Service(on("2027-06-10"), quantity=4),
    ),
    Case("a boat for all", "600,000 riel", 600_000, BOAT, party(2, 2, 2)),
    Case("vans for 7", "1 x 90.00", 9000, VANS, party(2, 2, 2, 1)),
    Case("vans for 8", "2 x 90.00", 18000, VANS, party(2, 2, 2, 2)),
    Case("vans for 15", "3 x 90.00", 27000, VANS, party(*[2] * 7, 1)),
    Case("a car for 3", "900,000", 900_000, CARS, party(2, 1)),
    Case("a van for 4", "1,400,000", 1_400_000, CARS, party(2, 2)),
    Case("a bus for 11", "2,600,000", 2_600_000, CARS, party(*[2] * 5, 1)),
    Case(
        "kip are whole",
        "2 x 333,333 + 166,666.5 -> 166,667 = 833,333; - 83,333.3 -> 83,333 = 750,000",
        750_000,
        KIP,
        party(family(2, 8)),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_service_costs_what_was_worked_out_by_hand(case: Case) -> None:
    costing = cost(case.service, case.party, [case.card], BOOKED_ON)
    assert costing.findings == ()
    assert [one.net_minor for one in costing.costs] == [case.net], case.working


@pytest.mark.parametrize(
    ("name", "rates", "service", "people", "kind"),
    [
        (
            "too few vans",
            VANS,
            Service(on("2027-06-10"), quantity=1),
            party(2, 2, 2, 2),
            FindingKind.OVER_CAPACITY,
        ),
        (
            "too many for a group",
            replace(GUIDE, capacity=12),
            Service(on("2027-06-10")),
            party(*[2] * 7),
            FindingKind.OVER_CAPACITY,
        ),
        (
            "a car for four",
            CARS,
            Service(on("2027-06-10"), option="Car"),
            party(2, 2),
            FindingKind.GAP,
        ),
        (
            "an unknown option",
            CARS,
            Service(on("2027-06-10"), option="Boat"),
            party(2),
            FindingKind.GAP,
        ),
    ],
)
def test_what_does_not_fit_has_no_price(
    name: str, rates: RateCard, service: Service, people: Party, kind: FindingKind
) -> None:
    costing = cost(service, people, [rates], BOOKED_ON)
    assert (costing.costs, [one.kind for one in costing.findings]) == ((), [kind]), name


@pytest.mark.parametrize(
    ("per", "nightly", "quantity", "working", "net"),
    [
        (Basis.PERSON, False, None, "5 people x 12.00", 6000),
        (Basis.ROOM, True, None, "3 rooms x 2 nights x 12.00", 7200),
        (Basis.GROUP, False, None, "12.00", 1200),
        (Basis.VEHICLE, False, 2, "2 x 12.00", 2400),
    ],
)
def test_a_typed_cost_is_counted_as_it_says(
    per: Basis, nightly: bool, quantity: int | None, working: str, net: int
) -> None:
    service = Service(on("2027-06-10"), 2, quantity=quantity)
    costing = typed(TypedCost(1200, "USD", per, nightly), service, party(2, 2, 1))
    assert [one.net_minor for one in costing.costs] == [net], working


def test_a_typed_cost_for_each_night_needs_nights() -> None:
    costing = typed(TypedCost(1200, "USD", nightly=True), Service(on("2027-06-10")), party(2))
    assert [one.kind for one in costing.findings] == [FindingKind.NO_NIGHTS]
