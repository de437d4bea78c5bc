"""Whether a trip can be had as it is quoted: a table of dangers, each with its days and reason."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.domain.pricing.feasibility import months_after
from models.domain.pricing.feasibility_policy import FeasibilityPolicy
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.party import Child, Party, Room
from models.domain.pricing.quote import PricedQuote, price
from models.domain.pricing.request import Line, Passport, Quote, Rates, Terms
from models.domain.rates import (
    Allotment,
    Basis,
    CancellationTerm,
    ChildRate,
    Closure,
    ClosureKind,
    RateCard,
)
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, YEAR, card, on, party, row, span

HOTEL = card(Basis.ROOM, "EUR", row(10000))
BLACKOUT = Closure(ClosureKind.BLACKOUT, span("2027-06-11", "2027-06-12"), note="National day")
STOP_SELL = Closure(ClosureKind.STOP_SELL, span("2027-06-11", "2027-06-11"), option="Suite")
CLOSED = replace(HOTEL, closures=(BLACKOUT,))
SUITES = card(
    Basis.ROOM,
    "EUR",
    row(10000, 1, option="Deluxe"),
    row(20000, 2, option="Suite"),
    closures=(STOP_SELL,),
)
LONG_STAY = card(
    Basis.ROOM,
    "EUR",
    row(10000, 1, span=span("2027-01-01", "2027-06-30")),
    row(12000, 2, span=span("2027-07-01", "2027-12-31"), min_nights=3),
)
HELD = replace(HOTEL, allotments=(Allotment(YEAR, 3, 21),))
VANS = card(Basis.VEHICLE, "EUR", row(9000), capacity=7, allotments=(Allotment(YEAR, 1, 2),))
SEATS = card(Basis.PERSON, "EUR", row(9000), allotments=(Allotment(YEAR, 5, 2),))
PENALTY = replace(HOTEL, cancellation=(CancellationTerm(30, 50), CancellationTerm(60, 0)))
FAMILY = card(
    Basis.ROOM,
    "EUR",
    row(10000, extra_bed_minor=4000),
    children=(ChildRate(0, 6, Decimal(0), needs_bed=False), ChildRate(7, 11, Decimal(75))),
)
GROWING = Party((Room(2, (Child(born_on=on("2015-04-02")),)),))


@dataclass(frozen=True)
class Case:
    """A stay of two nights from 10 June 2027 unless it says otherwise, and what is found."""

    name: str
    card: RateCard
    found: dict[FindingKind, tuple[str, ...]]
    words: str = ""
    on: str = "2027-06-10"
    nights: int = 2
    party: Party = field(default_factory=lambda: party(2))
    option: str | None = None
    booked_on: date = BOOKED_ON
    left: dict[tuple[str, str, date], int] = field(default_factory=dict)
    policy: FeasibilityPolicy = field(default_factory=FeasibilityPolicy)


def judged(case: Case, **facts: Any) -> PricedQuote:
    free = Markup(MarkupKind.MARKUP)
    line = Line("stay", 1, case.card.kind, "", case.nights, ("card",), case.option, markup=free)
    quote = Quote(on(case.on), on("2027-06-30"), case.booked_on, (line,), (case.party,))
    terms = Terms("EUR", feasibility=case.policy)
    return price(replace(quote, **facts), Rates({"card": case.card}, {}, case.left), terms)


CASES = (
    Case("nothing", HOTEL, {}),
    Case("blackout", CLOSED, {FindingKind.BLACKOUT: ("2027-06-11",)}, "National day"),
    Case("left on the day it begins", CLOSED, {}, on="2027-06-09"),
    Case("after it", CLOSED, {}, on="2027-06-13"),
    Case(
        "stop-sell of an option",
        SUITES,
        {FindingKind.STOP_SELL: ("2027-06-11",)},
        "stopped selling",
        option="Suite",
    ),
    Case("stop-sell of another", SUITES, {}, option="Deluxe"),
    Case(
        "too short", LONG_STAY, {FindingKind.MIN_STAY: ("2027-07-01",)}, "3 nights", on="2027-06-30"
    ),
    Case("long enough", LONG_STAY, {}, on="2027-06-30", nights=3),
    Case("before the season with the least stay", LONG_STAY, {}, on="2027-06-28"),
    Case("three rooms of three", HELD, {}, party=party(2, 2, 2)),
    Case(
        "four rooms of three",
        HELD,
        {FindingKind.ALLOTMENT_SHORT: ("2027-06-10", "2027-06-11")},
        "Only 3",
        party=party(2, 2, 2, 2),
    ),
    Case(
        "none left on a night",
        HELD,
        {FindingKind.ALLOTMENT_SHORT: ("2027-06-11",)},
        "Only 0",
        left={("card_a", "", on("2027-06-11")): 0},
    ),
    Case(
        "vans count",
        VANS,
        {FindingKind.ALLOTMENT_SHORT: ("2027-06-10",)},
        "Only 1",
        party=party(2, 2, 2, 2),
    ),
    Case(
        "seats count",
        SEATS,
        {FindingKind.ALLOTMENT_SHORT: ("2027-06-10",)},
        "Only 5",
        party=party(2, 2, 2),
    ),
    Case("the last day before the release", HELD, {}, booked_on=on("2027-05-20")),
    Case(
        "released",
        HELD,
        {FindingKind.RELEASED: ("2027-05-20",)},
        "21 days before",
        booked_on=on("2027-05-21"),
    ),
    Case(
        "released: what is left does not matter",
        HELD,
        {FindingKind.RELEASED: ("2027-05-20", "2027-05-21")},
        "2027-05-20",
        booked_on=on("2027-05-30"),
        party=party(2, 2, 2, 2),
    ),
    Case("the last day to cancel for nothing", PENALTY, {}, booked_on=on("2027-05-11")),
    Case(
        "the supplier is owed",
        PENALTY,
        {FindingKind.PENALTY_RUNS: ("2027-05-11",)},
        "30 days before",
        booked_on=on("2027-05-12"),
    ),
    Case(
        "past",
        HOTEL,
        {FindingKind.IN_THE_PAST: ("2027-06-10",)},
        "before the day of booking",
        booked_on=on("2027-06-11"),
    ),
    Case(
        "a child turns 12",
        FAMILY,
        {FindingKind.CHILD_AGE: ("2027-06-10",)},
        "of 11 on the day of booking is 12",
        party=GROWING,
    ),
    Case("a child stays in its band", FAMILY, {}, party=GROWING, on="2027-04-01"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_danger_is_told_with_its_days(case: Case) -> None:
    found = judged(case).findings
    expected = {kind: tuple(map(on, days)) for kind, days in case.found.items()}
    assert {one.kind: one.dates for one in found} == expected
    assert all(case.words in one.reason and one.line_id == "stay" for one in found)
    assert not any(one.blocking for one in found)


def test_a_danger_blocks_only_where_the_policy_says_so() -> None:
    policy = FeasibilityPolicy(frozenset({FindingKind.BLACKOUT}))
    blocked = judged(Case("", CLOSED, {}, policy=policy))
    assert blocked.blocked
    assert blocked.groups[0].total_minor == 20000
    assert not judged(Case("", LONG_STAY, {}, on="2027-06-30", policy=policy)).blocked


def test_what_all_groups_share_is_said_once() -> None:
    priced = judged(Case("", CLOSED, {}), groups=(party(2), party(2, 2), party(1)))
    assert [one.kind for one in priced.findings] == [FindingKind.BLACKOUT]


def test_a_closure_is_told_also_where_there_is_no_price() -> None:
    priced = judged(Case("", replace(CLOSED, rows=()), {}))
    assert {one.kind for one in priced.findings} == {FindingKind.GAP, FindingKind.BLACKOUT}


@pytest.mark.parametrize(
    ("rates", "latest"),
    [
        (HELD, "2027-05-20"),  # 10 June less 21 days
        (PENALTY, "2027-05-11"),  # 10 June less 30 days
        (replace(PENALTY, allotments=HELD.allotments), "2027-05-11"),
    ],
)
def test_each_service_has_its_latest_safe_date(rates: RateCard, latest: str) -> None:
    safe = judged(Case("", rates, {})).feasible[0].safe
    assert safe is not None
    assert safe.on == on(latest)


def test_nothing_presses_without_terms_of_the_contract() -> None:
    assert [one.safe for one in judged(Case("", HOTEL, {})).feasible] == [None, None]


@pytest.mark.parametrize(
    ("expires", "found"),
    [("2027-12-29", [FindingKind.PASSPORT]), ("2027-12-30", [])],
)
def test_a_passport_is_valid_six_months_past_the_return(
    expires: str, found: list[FindingKind]
) -> None:
    priced = judged(Case("", HOTEL, {}), passports=(Passport("traveller_7", on(expires)),))
    assert [one.kind for one in priced.findings] == found


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-06-30", 6, "2027-12-30"),
        ("2027-12-15", 1, "2028-01-15"),
        ("2027-11-30", 1, "2027-12-30"),
    ],
)
def test_months_end_with_the_month(day: str, months: int, later: str) -> None:
    assert months_after(on(day), months) == on(later)


@pytest.mark.parametrize(
    ("booked_on", "found"), [("2027-05-11", []), ("2027-05-12", [FindingKind.VISA_LATE])]
)
def test_a_visa_takes_its_time(booked_on: str, found: list[FindingKind]) -> None:
    case = Case("", HOTEL, {}, booked_on=on(booked_on), policy=FeasibilityPolicy(visa_days=30))
    priced = judged(case)
    assert [one.kind for one in priced.findings] == found
    safe = priced.feasible[-1].safe
    assert safe is not None
    assert safe.on == on("2027-05-11")


def test_units_that_do_not_suffice_still_count_against_the_allotment() -> None:
    case = Case("", VANS, {}, party=party(*[2] * 8), left={("card_a", "", on("2027-06-10")): 0})
    free = Markup(MarkupKind.MARKUP)
    line = Line("van", 1, ServiceKind.TRANSPORT, cards=("card",), quantity=1, markup=free)
    kinds = {one.kind for one in judged(case, lines=(line,)).findings}
    assert kinds == {FindingKind.OVER_CAPACITY, FindingKind.ALLOTMENT_SHORT}
