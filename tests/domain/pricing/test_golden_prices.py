"""Prices worked out by hand: currencies and buffers, markup, margin and fixed, charm prices."""

import pytest

from models.domain.pricing.request import Terms
from models.domain.pricing.rounding import Charm, CharmScope
from tests.support.rate_cards import conversion, party
from tests.support.sales import BUFFERED, SaleCase, assert_sold, fixed, line, margin, markup, priced

NINES = Terms("EUR", charm=Charm(1000, (900,)))

HUNDREDS = Terms("EUR", charm=Charm(10000, (0, 9000)))

LINES = Terms("EUR", charm=Charm(1000, (900,), CharmScope.LINE))

DONG = Terms("VND", charm=Charm(100_000))

CURRENCIES = (
    SaleCase(
        "dong",
        "12,000,000 x 0.0000351 = 421.20; + 25 % = 526.50",
        (line(12_000_000, "VND", markup("25")),),
        {"cost_minor": 42120, "total_minor": 52650},
    ),
    SaleCase(
        "dong with buffer",
        "421.20 x 1.025 = 431.73; / 0.8 = 539.6625 -> 539.66",
        (line(12_000_000, "VND", margin("20")),),
        {"cost_minor": 43173, "total_minor": 53966},
        rates=BUFFERED,
    ),
    SaleCase(
        "kip",
        "5,000,000 x 0.0000427 = 213.50; + 20 % = 256.20",
        (line(5_000_000, "LAK", markup("20")),),
        {"cost_minor": 21350, "total_minor": 25620},
    ),
    SaleCase(
        "riel",
        "820,000 x 0.000225 = 184.50; + 30 % = 239.85",
        (line(820_000, "KHR", markup("30")),),
        {"cost_minor": 18450, "total_minor": 23985},
    ),
    SaleCase(
        "baht",
        "15,500.00 x 0.02634 = 408.27; / 0.85 = 480.3176 -> 480.32",
        (line(1_550_000, "THB", margin("15")),),
        {"cost_minor": 40827, "total_minor": 48032},
    ),
    SaleCase(
        "dollars",
        "310.55 x 0.9217 = 286.2339 -> 286.23; + 22 % = 349.2006 -> 349.20",
        (line(31055, "USD", markup("22")),),
        {"cost_minor": 28623, "total_minor": 34920},
    ),
    SaleCase(
        "dollars with buffer",
        "310.55 x 0.9217 x 1.025 = 293.3898 -> 293.39; + 0 %",
        (line(31055, "USD"),),
        {"cost_minor": 29339, "total_minor": 29339},
        rates=BUFFERED,
    ),
    SaleCase(
        "sold in dong",
        "310.55 x 25,640 = 7,962,502; + 20 % = 9,555,002.4 -> 9,555,002",
        (line(31055, "USD", markup("20")),),
        {"cost_minor": 7_962_502, "total_minor": 9_555_002},
        Terms("VND"),
        rates=(conversion("USD", "VND", "25640"),),
    ),
    SaleCase(
        "euros sold in dollars",
        "100.00 x 1.085 x 1.03 = 111.755 -> 111.76",
        (line(10000, "EUR"),),
        {"total_minor": 11176},
        Terms("USD"),
        rates=(conversion("EUR", "USD", "1.085", "3"),),
    ),
    SaleCase(
        "baht sold in kip",
        "1,550.00 x 637.5 = 988,125; + 10 % = 1,086,937.5 -> 1,086,938",
        (line(155_000, "THB", markup("10")),),
        {"total_minor": 1_086_938},
        Terms("LAK"),
        rates=(conversion("THB", "LAK", "637.5"),),
    ),
    SaleCase(
        "three currencies",
        "421.20 + 408.27 + 286.23 = 1,115.70",
        (line(12_000_000, "VND"), line(1_550_000, "THB"), line(31055, "USD")),
        {"cost_minor": 111570, "total_minor": 111570},
    ),
)

RULES = (
    SaleCase(
        "markup",
        "800.00 + 25 % = 1,000.00",
        (line(80000, by=markup("25")),),
        {"total_minor": 100000, "profit_minor": 20000},
    ),
    SaleCase(
        "margin",
        "800.00 / 0.8 = 1,000.00",
        (line(80000, by=margin("20")),),
        {"total_minor": 100000, "profit_minor": 20000},
    ),
    SaleCase(
        "a margin that does not divide",
        "100.00 / 0.7 = 142.857 -> 142.86",
        (line(10000, by=margin("30")),),
        {"total_minor": 14286, "profit_minor": 4286},
    ),
    SaleCase(
        "fixed",
        "sold for 950.00",
        (line(80000, by=fixed(95000)),),
        {"total_minor": 95000, "profit_minor": 15000},
    ),
    SaleCase(
        "fixed a head",
        "4 x 65.00 = 260.00, cost 200.00",
        (line(20000, by=fixed(6500, per_person=True)),),
        {"total_minor": 26000, "profit_minor": 6000},
        people=party(2, 2),
    ),
    SaleCase(
        "fixed in dollars",
        "100.00 x 0.9217 = 92.17; the buffer is for costs only",
        (line(5000, by=fixed(10000, "USD")),),
        {"total_minor": 9217},
        rates=BUFFERED,
    ),
    SaleCase(
        "half up",
        "10.05 + 10 % = 11.055 -> 11.06",
        (line(1005, by=markup("10")),),
        {"total_minor": 1106},
    ),
)

CHARMS = (
    SaleCase(
        "a head up to ...9",
        "1,230.00 / 2 = 615.00 -> 619.00; 2 x 619.00",
        (line(100000, by=markup("23")),),
        {"lines_minor": 123000, "rounding_minor": 800, "total_minor": 123800, "each_minor": 61900},
        NINES,
    ),
    SaleCase(
        "a head up to ...00 or ...90",
        "615.00 -> 690.00; 2 x 690.00",
        (line(100000, by=markup("23")),),
        {"rounding_minor": 15000, "total_minor": 138000},
        HUNDREDS,
    ),
    SaleCase(
        "over ...90 up to ...00",
        "595.00 -> 600.00; 2 x 600.00",
        (line(119000),),
        {"total_minor": 120000},
        HUNDREDS,
    ),
    SaleCase(
        "each line up to ...9",
        "526.50 -> 529.00; 120.00 -> 129.00",
        (line(52650), line(12000)),
        {"total_minor": 65800, "rounding_minor": 0},
        LINES,
    ),
    SaleCase(
        "a charm price stays",
        "2 x 619.00",
        (line(123800),),
        {"rounding_minor": 0, "total_minor": 123800},
        NINES,
    ),
    SaleCase(
        "dong to the hundred thousand",
        "9,555,002 / 2 = 4,777,501 -> 4,800,000",
        (line(9_555_002, "VND"),),
        {"rounding_minor": 44_998, "total_minor": 9_600_000},
        DONG,
    ),
    SaleCase(
        "three people",
        "1,000.00 / 3 = 333.34 -> 339.00; 3 x 339.00",
        (line(100000),),
        {"rounding_minor": 1700, "total_minor": 101700},
        NINES,
        people=party(2, 1),
    ),
)

CASES = (*CURRENCIES, *RULES, *CHARMS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trip_is_sold_for_what_was_worked_out_by_hand(case: SaleCase) -> None:
    assert_sold(case)


def test_each_traveller_pays_a_share_that_totals() -> None:
    totals = priced(SaleCase("", "", (line(10000),), {}, people=party(2, 1))).totals
    assert totals.shares == [3334, 3333, 3333]
    assert totals.each_minor == 3334
