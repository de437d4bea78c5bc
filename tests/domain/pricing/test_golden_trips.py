"""Stays from contract to price, worked out by hand: boards, offers, currencies, taxes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.domain.pricing.request import Terms
from models.domain.pricing.rounding import Charm
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable
from models.domain.rates import Basis, ChildRate, Meals, Offer, OfferKind, Tax
from tests.support.card_trips import TripCase, assert_trip
from tests.support.rate_cards import YEAR, card, family, on, party, row, span
from tests.support.sales import margin, markup

NEXT_YEAR = span("2028-01-01", "2028-12-31")
BOARDS = card(
    Basis.ROOM,
    "USD",
    row(8000, 1, meals=Meals.ROOM_ONLY),
    row(9000, 2, meals=Meals.BREAKFAST),
    row(12000, 3, meals=Meals.HALF_BOARD),
    row(14500, 4, meals=Meals.FULL_BOARD),
    row(18000, 5, meals=Meals.ALL_INCLUSIVE),
)
PUBLISHED = card(Basis.ROOM, "USD", row(10000), commission_percent=Decimal(20))
NET = card(Basis.ROOM, "USD", row(8000))
TWO_YEARS = span("2027-01-01", "2028-12-31")
LONG = card(
    Basis.ROOM,
    "USD",
    row(10000, 1, span=TWO_YEARS, weekdays=frozenset({1, 2, 3, 4, 7}), triple_minor=13000),
    row(13000, 2, span=TWO_YEARS, weekdays=frozenset({5, 6}), triple_minor=17000),
    validity=TWO_YEARS,
)
"""In dollars 100 for two and 130 for three, from Friday to Sunday 130 and 170."""
DONG_2027 = card(Basis.ROOM, "VND", row(2_000_000), id="card_2027")
DOLLARS_2028 = card(
    Basis.ROOM, "USD", row(9000, span=NEXT_YEAR), id="card_2028", validity=NEXT_YEAR
)
EARLY = Offer(OfferKind.EARLY_BIRD, 60, Decimal(10), YEAR)
LATE = Offer(OfferKind.LAST_MINUTE, 7, Decimal(15), YEAR)
OFFERED = card(Basis.ROOM, "USD", row(10000), offers=(EARLY, LATE))
DONG = card(
    Basis.ROOM,
    "VND",
    row(1_850_000, single_minor=1_600_000, extra_bed_minor=455_555),
    children=(ChildRate(0, 3, Decimal(0), needs_bed=False), ChildRate(4, 11, Decimal(50))),
)
KIP = card(Basis.PERSON, "LAK", row(1_234_567))
BANDS = card(
    Basis.PERSON,
    "LAK",
    row(1_500_000, 1, pax_to=3),
    row(1_111_111, 2, pax_from=4, pax_to=9),
    row(999_999, 3, pax_from=10),
    tax=Tax(Decimal(10), included=False),
)
VND, LAK, EUR = Terms("VND"), Terms("LAK"), Terms("EUR")
SCHEME = TaxTable(LineTax(Scheme.MARGIN, Decimal(19)))
VAT_10 = TaxTable(LineTax(Scheme.VAT, Decimal(10)))
CASES = (
    TripCase("room only", "2 x 80.00", 16000, (BOARDS,), meals=Meals.ROOM_ONLY),
    TripCase("breakfast", "2 x 90.00", 18000, (BOARDS,), meals=Meals.BREAKFAST),
    TripCase("full board", "2 x 145.00", 29000, (BOARDS,), meals=Meals.FULL_BOARD),
    TripCase(
        "all inclusive for two rooms",
        "2 x 2 x 180.00",
        72000,
        (BOARDS,),
        meals=Meals.ALL_INCLUSIVE,
        party=party(2, 2),
    ),
    TripCase(
        "a commission of 20 %",
        "200.00 - 40.00 = 160.00; + 25 % = 200.00, profit 40.00",
        20000,
        (PUBLISHED,),
        by=markup("25"),
        figures={"cost_minor": 16000, "profit_minor": 4000},
    ),
    TripCase(
        "the net contract of the same hotel",
        "2 x 80.00 = 160.00; + 25 % = 200.00, profit 40.00",
        20000,
        (NET,),
        by=markup("25"),
        figures={"cost_minor": 16000, "profit_minor": 4000},
    ),
    TripCase(
        "new year's eve on a Friday",
        "Thu 30 Dec 100.00 + Fri 31 Dec and Sat 1 Jan 2 x 130.00 + Sun 2 Jan 100.00",
        46000,
        (LONG,),
        "2027-12-30",
        4,
    ),
    TripCase(
        "three in a room over it",
        "Thu 130.00 + Fri and Sat 2 x 170.00",
        47000,
        (LONG,),
        "2027-12-30",
        3,
        party(3),
    ),
    TripCase(
        "from a contract in dong into one in dollars, sold in euros",
        "30, 31 Dec 4,000,000 x 0.0000351 = 140.40; 1 Jan 90.00 x 0.9217 = 82.953 -> 82.95; "
        "223.35 + 20 % = 268.02",
        26802,
        (DONG_2027, DOLLARS_2028),
        "2027-12-30",
        3,
        terms=EUR,
        by=markup("20"),
        figures={"cost_minor": 22335},
    ),
    TripCase(
        "early bird, to the day, with a margin",
        "60 days: 200.00 - 10 % = 180.00; / 0.75 = 240.00",
        24000,
        (OFFERED,),
        booked_on=on("2027-04-11"),
        by=margin("25"),
    ),
    TripCase(
        "last minute, on the day itself",
        "0 days: 200.00 - 15 % = 170.00; + 30 % = 221.00",
        22100,
        (OFFERED,),
        booked_on=on("2027-06-10"),
        by=markup("30"),
    ),
    TripCase(
        "neither early nor late",
        "30 days: 200.00 + 30 % = 260.00",
        26000,
        (OFFERED,),
        booked_on=on("2027-05-11"),
        by=markup("30"),
    ),
    TripCase(
        "dong sold in dong",
        "3 x 1,850,000 = 5,550,000; + 17.5 % = 6,521,250",
        6_521_250,
        (DONG,),
        nights=3,
        terms=VND,
        by=markup("17.5"),
    ),
    TripCase(
        "half a bed in dong has no half dong",
        "1,850,000 + 227,777.5 -> 227,778 = 2,077,778; x 2",
        4_155_556,
        (DONG,),
        terms=VND,
        party=party(family(2, 7)),
    ),
    TripCase(
        "a couple, a single and a family in dong, to the ten thousand a head",
        "1,850,000 + 1,600,000 + 1,850,000 = 5,300,000; / 0.85 = 6,235,294.1 -> 6,235,294; "
        "/ 6 = 1,039,215.7 -> 1,040,000; x 6",
        6_240_000,
        (DONG,),
        nights=1,
        terms=replace(VND, charm=Charm(10_000)),
        by=margin("15"),
        party=party(2, 1, family(2, 2)),
        figures={"lines_minor": 6_235_294, "rounding_minor": 4_706},
    ),
    TripCase(
        "kip with VAT within",
        "3 x 1,234,567 = 3,703,701; / 0.85 = 4,357,295.3 -> 4,357,295; "
        "x 10 / 110 = 396,117.7 -> 396,118",
        4_357_295,
        (KIP,),
        nights=0,
        terms=replace(LAK, taxes=VAT_10),
        by=margin("15"),
        party=party(2, 1),
        figures={"cost_minor": 3_703_701, "vat_minor": 396_118, "profit_minor": 257_476},
    ),
    TripCase(
        "kip, the last of the first band",
        "3 x 1,500,000 = 4,500,000; + 10 % = 4,950,000",
        4_950_000,
        (BANDS,),
        nights=0,
        terms=LAK,
        party=party(2, 1),
    ),
    TripCase(
        "kip, the first of the next band, costs less",
        "4 x 1,111,111 = 4,444,444; + 444,444.4 -> 444,444",
        4_888_888,
        (BANDS,),
        nights=0,
        terms=LAK,
        party=party(2, 2),
    ),
    TripCase(
        "kip, eleven of them, sold in euros",
        "11 x 999,999 = 10,999,989; + 1,099,998.9 -> 1,099,999 = 12,099,988; "
        "x 0.0000427 = 516.6695 -> 516.67",
        51667,
        (BANDS,),
        nights=0,
        terms=EUR,
        party=party(*[2] * 5, 1),
    ),
    TripCase(
        "the margin scheme in dong",
        "3,700,000 + 20 % = 4,440,000; 740,000 x 19 / 119 = 118,151.3 -> 118,151",
        4_440_000,
        (DONG,),
        terms=replace(VND, taxes=SCHEME),
        by=markup("20"),
        figures={"margin_tax_minor": 118_151, "vat_minor": 0, "profit_minor": 621_849},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_stay_of_a_contract_is_sold_for_what_was_worked_out_by_hand(case: TripCase) -> None:
    assert_trip(case)
