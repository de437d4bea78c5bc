"""Prices worked out by hand: currencies, markup, charm, discounts, fee, taxes, agent, choices."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest

from models.domain.money import Money
from models.domain.pricing.conversion import Conversion
from models.domain.pricing.costing import TypedCost
from models.domain.pricing.discounts import Discount
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.party import Party
from models.domain.pricing.quote import GroupPrice, price
from models.domain.pricing.request import Line, Quote, Rates, ServiceFee, Terms
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, conversion, on, party

TO_EURO = (
    conversion("VND", "EUR", "0.0000351"),
    conversion("LAK", "EUR", "0.0000427"),
    conversion("KHR", "EUR", "0.000225"),
    conversion("THB", "EUR", "0.02634"),
    conversion("USD", "EUR", "0.9217"),
)
BUFFERED = tuple(replace(one, buffer_percent=Decimal("2.5")) for one in TO_EURO)
NONE = Markup(MarkupKind.MARKUP)


def markup(percent: str) -> Markup:
    return Markup(MarkupKind.MARKUP, Decimal(percent))


def margin(percent: str) -> Markup:
    return Markup(MarkupKind.MARGIN, Decimal(percent))


def fixed(amount_minor: int, currency: str = "EUR", *, per_person: bool = False) -> Markup:
    return Markup(MarkupKind.FIXED, fixed=Money(amount_minor, currency), per_person=per_person)


def line(amount_minor: int, currency: str = "EUR", by: Markup = NONE, **facts: Any) -> Line:
    """A tour that costs the whole group so much."""
    plain = Line(
        f"line_{amount_minor}",
        1,
        ServiceKind.ACTIVITY,
        typed=TypedCost(amount_minor, currency),
        markup=by,
    )
    return replace(plain, **facts)


@dataclass(frozen=True)
class Case:
    """Lines and terms, the working by hand, and figures of the totals in minor units."""

    name: str
    working: str
    lines: tuple[Line, ...]
    expected: dict[str, int]
    terms: Terms = field(default_factory=lambda: Terms("EUR"))
    discounts: tuple[Discount, ...] = ()
    people: Party = field(default_factory=lambda: party(2))
    rates: tuple[Conversion, ...] = TO_EURO


def priced(case: Case) -> GroupPrice:
    quote = Quote(
        on("2027-06-10"),
        on("2027-06-20"),
        BOOKED_ON,
        case.lines,
        (case.people,),
        discounts=case.discounts,
    )
    rates = {(one.from_currency, one.to_currency): one for one in case.rates}
    (group,) = price(quote, Rates({}, rates), case.terms).groups
    return group


NINES = Terms("EUR", charm=Charm(1000, (900,)))
HUNDREDS = Terms("EUR", charm=Charm(10000, (0, 9000)))
LINES = Terms("EUR", charm=Charm(1000, (900,), CharmScope.LINE))
DONG = Terms("VND", charm=Charm(100_000))
INCLUDED = Terms("EUR", taxes=TaxTable(LineTax(Scheme.VAT, Decimal(19))))
ON_TOP = Terms("EUR", taxes=TaxTable(LineTax(Scheme.VAT, Decimal(7), included=False)))
ON_TOP_19 = Terms("EUR", taxes=TaxTable(LineTax(Scheme.VAT, Decimal(19), included=False)))
SCHEME = Terms("EUR", taxes=TaxTable(LineTax(Scheme.MARGIN, Decimal(19))))
OWN_GUIDE = replace(
    SCHEME,
    taxes=TaxTable(SCHEME.taxes.default, {ServiceKind.GUIDE: LineTax(Scheme.VAT, Decimal(7))}),
)
FEE = ServiceFee(Decimal(3), 1000, 1500)
CURRENCIES = (
    Case(
        "dong",
        "12,000,000 x 0.0000351 = 421.20; + 25 % = 526.50",
        (line(12_000_000, "VND", markup("25")),),
        {"cost_minor": 42120, "total_minor": 52650},
    ),
    Case(
        "dong with buffer",
        "421.20 x 1.025 = 431.73; / 0.8 = 539.6625 -> 539.66",
        (line(12_000_000, "VND", margin("20")),),
        {"cost_minor": 43173, "total_minor": 53966},
        rates=BUFFERED,
    ),
    Case(
        "kip",
        "5,000,000 x 0.0000427 = 213.50; + 20 % = 256.20",
        (line(5_000_000, "LAK", markup("20")),),
        {"cost_minor": 21350, "total_minor": 25620},
    ),
    Case(
        "riel have sen",
        "820,000.00 x 0.000225 = 184.50; + 30 % = 239.85",
        (line(82_000_000, "KHR", markup("30")),),
        {"cost_minor": 18450, "total_minor": 23985},
    ),
    Case(
        "baht",
        "15,500.00 x 0.02634 = 408.27; / 0.85 = 480.3176 -> 480.32",
        (line(1_550_000, "THB", margin("15")),),
        {"cost_minor": 40827, "total_minor": 48032},
    ),
    Case(
        "dollars",
        "310.55 x 0.9217 = 286.2339 -> 286.23; + 22 % = 349.2006 -> 349.20",
        (line(31055, "USD", markup("22")),),
        {"cost_minor": 28623, "total_minor": 34920},
    ),
    Case(
        "dollars with buffer",
        "310.55 x 0.9217 x 1.025 = 293.3898 -> 293.39; + 0 %",
        (line(31055, "USD"),),
        {"cost_minor": 29339, "total_minor": 29339},
        rates=BUFFERED,
    ),
    Case(
        "sold in dong",
        "310.55 x 25,640 = 7,962,502; + 20 % = 9,555,002.4 -> 9,555,002",
        (line(31055, "USD", markup("20")),),
        {"cost_minor": 7_962_502, "total_minor": 9_555_002},
        Terms("VND"),
        rates=(conversion("USD", "VND", "25640"),),
    ),
    Case(
        "euros sold in dollars",
        "100.00 x 1.085 x 1.03 = 111.755 -> 111.76",
        (line(10000, "EUR"),),
        {"total_minor": 11176},
        Terms("USD"),
        rates=(conversion("EUR", "USD", "1.085", "3"),),
    ),
    Case(
        "baht sold in kip",
        "1,550.00 x 637.5 = 988,125; + 10 % = 1,086,937.5 -> 1,086,938",
        (line(155_000, "THB", markup("10")),),
        {"total_minor": 1_086_938},
        Terms("LAK"),
        rates=(conversion("THB", "LAK", "637.5"),),
    ),
    Case(
        "three currencies",
        "421.20 + 408.27 + 286.23 = 1,115.70",
        (line(12_000_000, "VND"), line(1_550_000, "THB"), line(31055, "USD")),
        {"cost_minor": 111570, "total_minor": 111570},
    ),
)
RULES = (
    Case(
        "markup",
        "800.00 + 25 % = 1,000.00",
        (line(80000, by=markup("25")),),
        {"total_minor": 100000, "profit_minor": 20000},
    ),
    Case(
        "margin",
        "800.00 / 0.8 = 1,000.00",
        (line(80000, by=margin("20")),),
        {"total_minor": 100000, "profit_minor": 20000},
    ),
    Case(
        "a margin that does not divide",
        "100.00 / 0.7 = 142.857 -> 142.86",
        (line(10000, by=margin("30")),),
        {"total_minor": 14286, "profit_minor": 4286},
    ),
    Case(
        "fixed",
        "sold for 950.00",
        (line(80000, by=fixed(95000)),),
        {"total_minor": 95000, "profit_minor": 15000},
    ),
    Case(
        "fixed a head",
        "4 x 65.00 = 260.00, cost 200.00",
        (line(20000, by=fixed(6500, per_person=True)),),
        {"total_minor": 26000, "profit_minor": 6000},
        people=party(2, 2),
    ),
    Case(
        "fixed in dollars",
        "100.00 x 0.9217 = 92.17; the buffer is for costs only",
        (line(5000, by=fixed(10000, "USD")),),
        {"total_minor": 9217},
        rates=BUFFERED,
    ),
    Case(
        "half up",
        "10.05 + 10 % = 11.055 -> 11.06",
        (line(1005, by=markup("10")),),
        {"total_minor": 1106},
    ),
)
CHARMS = (
    Case(
        "a head up to ...9",
        "1,230.00 / 2 = 615.00 -> 619.00; 2 x 619.00",
        (line(100000, by=markup("23")),),
        {"lines_minor": 123000, "rounding_minor": 800, "total_minor": 123800, "each_minor": 61900},
        NINES,
    ),
    Case(
        "a head up to ...00 or ...90",
        "615.00 -> 690.00; 2 x 690.00",
        (line(100000, by=markup("23")),),
        {"rounding_minor": 15000, "total_minor": 138000},
        HUNDREDS,
    ),
    Case(
        "over ...90 up to ...00",
        "595.00 -> 600.00; 2 x 600.00",
        (line(119000),),
        {"total_minor": 120000},
        HUNDREDS,
    ),
    Case(
        "each line up to ...9",
        "526.50 -> 529.00; 120.00 -> 129.00",
        (line(52650), line(12000)),
        {"total_minor": 65800, "rounding_minor": 0},
        LINES,
    ),
    Case(
        "a charm price stays",
        "2 x 619.00",
        (line(123800),),
        {"rounding_minor": 0, "total_minor": 123800},
        NINES,
    ),
    Case(
        "dong to the hundred thousand",
        "9,555,002 / 2 = 4,777,501 -> 4,800,000",
        (line(9_555_002, "VND"),),
        {"rounding_minor": 44_998, "total_minor": 9_600_000},
        DONG,
    ),
    Case(
        "three people",
        "1,000.00 / 3 = 333.34 -> 339.00; 3 x 339.00",
        (line(100000),),
        {"rounding_minor": 1700, "total_minor": 101700},
        NINES,
        people=party(2, 1),
    ),
)
DISCOUNTS = (
    Case(
        "percent",
        "1,000.00 - 5 %",
        (line(100000),),
        {"discount_minor": 5000, "total_minor": 95000},
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
    Case(
        "an amount a head",
        "1,000.00 - 4 x 25.00",
        (line(100000),),
        {"discount_minor": 10000, "total_minor": 90000},
        people=party(2, 2),
        discounts=(Discount("Fair", fixed_minor=2500, per_person=True),),
    ),
    Case(
        "two of them",
        "each of 1,000.00: 50.00 + 30.00",
        (line(100000),),
        {"discount_minor": 8000, "total_minor": 92000},
        discounts=(Discount("Comes again", Decimal(5)), Discount("Early", Decimal(3))),
    ),
    Case(
        "of a line, then of the trip",
        "10 % of 200.00 = 20.00; 5 % of 980.00 = 49.00",
        (line(80000), line(20000)),
        {"discount_minor": 6900, "total_minor": 93100},
        discounts=(
            Discount("Comes again", Decimal(5)),
            Discount("Rain", Decimal(10), line_id="line_20000"),
        ),
    ),
    Case(
        "more than the price",
        "100.00 - 100.00, not 150.00",
        (line(10000),),
        {"discount_minor": 10000, "total_minor": 0},
        discounts=(Discount("Sorry", fixed_minor=15000),),
    ),
    Case(
        "off a charm price",
        "2 x 619.00 = 1,238.00 - 5 % (61.90) = 1,176.10",
        (line(123000),),
        {"discount_minor": 6190, "total_minor": 117610},
        NINES,
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
)
TAXES = (
    Case(
        "fee",
        "950.00: 3 % = 28.50, 2 x 10.00, 15.00 = 63.50; in all 1,013.50",
        (line(100000),),
        {"fee_minor": 6350, "total_minor": 101350},
        Terms("EUR", fee=FEE),
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
    Case(
        "VAT within",
        "1,190.00 x 19 / 119 = 190.00",
        (line(80000, by=fixed(119000)),),
        {"vat_minor": 19000, "total_minor": 119000, "profit_minor": 20000},
        INCLUDED,
    ),
    Case(
        "VAT on top",
        "1,000.00 + 7 % = 1,070.00",
        (line(80000, by=fixed(100000)),),
        {"vat_minor": 7000, "tax_on_top_minor": 7000, "total_minor": 107000, "profit_minor": 20000},
        ON_TOP,
    ),
    Case(
        "VAT line by line",
        "10.05 x 19 % = 1.9095 -> 1.91, twice; 20.10 + 3.82",
        (line(1005), line(1005, label="again")),
        {"vat_minor": 382, "total_minor": 2392},
        ON_TOP_19,
    ),
    Case(
        "VAT on the fee",
        "1,000.00 + 70.00; fee 50.00 + 3.50",
        (line(100000),),
        {"vat_minor": 7350, "fee_total_minor": 5350, "total_minor": 112350},
        replace(ON_TOP, fee=ServiceFee(fixed_minor=5000)),
    ),
    Case(
        "margin scheme",
        "1,250.00 - 1,000.00 = 250.00 x 19 / 119 = 39.9160 -> 39.92",
        (line(100000, by=markup("25")),),
        {"margin_tax_minor": 3992, "vat_minor": 0, "total_minor": 125000, "profit_minor": 21008},
        SCHEME,
    ),
    Case(
        "a journey is one supply",
        "500 - 300 and 100 - 150: 150.00 x 19 / 119 = 23.9496 -> 23.95",
        (line(30000, by=fixed(50000)), line(15000, by=fixed(10000))),
        {"margin_tax_minor": 2395, "total_minor": 60000, "profit_minor": 12605},
        SCHEME,
    ),
    Case(
        "no tax on a loss",
        "500 - 600 is no margin",
        (line(60000, by=fixed(50000)),),
        {"margin_tax_minor": 0, "profit_minor": -10000},
        SCHEME,
    ),
    Case(
        "bought in and our own guide",
        "1,250.00: 39.92 on the margin; guide 107.00 x 7 / 107 = 7.00",
        (line(100000, by=markup("25")), line(5000, by=fixed(10700), kind=ServiceKind.GUIDE)),
        {"margin_tax_minor": 3992, "vat_minor": 700, "total_minor": 135700, "profit_minor": 26008},
        OWN_GUIDE,
    ),
    Case(
        "a line with a tax of its own",
        "1,000.00 x 19 / 119 = 159.66; visa 50.00 exempt",
        (line(100000), line(5000, tax=LineTax())),
        {"vat_minor": 15966, "total_minor": 105000},
        INCLUDED,
    ),
    Case(
        "the fee is margin",
        "(250.00 + 50.00) x 19 / 119 = 47.8992 -> 47.90",
        (line(100000, by=markup("25")),),
        {"margin_tax_minor": 4790, "total_minor": 130000},
        replace(SCHEME, fee=ServiceFee(fixed_minor=5000)),
    ),
    Case(
        "a discount lowers the margin",
        "1,250.00 - 50.00 = 1,200.00; 200.00 x 19 / 119 = 31.9328 -> 31.93",
        (line(100000, by=markup("25")),),
        {"margin_tax_minor": 3193, "total_minor": 120000},
        SCHEME,
        discounts=(Discount("Sorry", fixed_minor=5000),),
    ),
    Case(
        "outside the Community",
        "exempt: 1,250.00 - 1,000.00 is profit",
        (line(100000, by=markup("25")),),
        {"vat_minor": 0, "margin_tax_minor": 0, "profit_minor": 25000},
    ),
    Case(
        "an agent",
        "10 % of 1,000.00 = 100.00; 1,000 - 700 - 100 = 200.00",
        (line(70000, by=fixed(100000)),),
        {"agent_minor": 10000, "total_minor": 100000, "profit_minor": 20000},
        Terms("EUR", agent_percent=Decimal(10)),
    ),
    Case(
        "an agent after a discount and before the fee",
        "950.00 x 10 % = 95.00; 950.00 + 15.00 - 700.00 - 95.00 = 170.00",
        (line(70000, by=fixed(100000)),),
        {"agent_minor": 9500, "profit_minor": 17000},
        Terms("EUR", agent_percent=Decimal(10), fee=ServiceFee(fixed_minor=1500)),
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
)
CHOICES = (
    Case(
        "optional, not chosen",
        "1,000.00 without 120.00",
        (line(100000), line(12000, optional=True)),
        {"total_minor": 100000},
    ),
    Case(
        "optional, chosen",
        "1,000.00 + 120.00",
        (line(100000), line(12000, optional=True, chosen=True)),
        {"total_minor": 112000},
    ),
    Case(
        "one of two alternatives",
        "1,000.00 + 300.00, not 450.00",
        (
            line(100000),
            line(30000, alternative="hotel", chosen=True),
            line(45000, alternative="hotel"),
        ),
        {"total_minor": 130000},
    ),
)
CASES = (*CURRENCIES, *RULES, *CHARMS, *DISCOUNTS, *TAXES, *CHOICES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trip_is_sold_for_what_was_worked_out_by_hand(case: Case) -> None:
    group = priced(case)
    found = {name: getattr(group.totals, name) for name in case.expected}
    assert found == case.expected, case.working
    assert group.total_minor == group.totals.total_minor


def test_each_line_shares_a_discount_by_largest_remainder() -> None:
    # 10.00 off 33.33, 33.33 and 33.34: exactly 3.333, 3.333 and 3.334; the cent goes to the third
    lines = (line(3333), line(3333, label="again"), line(3334))
    group = priced(Case("", "", lines, {}, discounts=(Discount("Fair", fixed_minor=1000),)))
    assert [one.discount_minor for one in group.lines] == [333, 333, 334]
    assert [one.total_minor for one in group.lines] == [3000, 3000, 3000]


def test_each_traveller_pays_a_share_that_totals() -> None:
    totals = priced(Case("", "", (line(10000),), {}, people=party(2, 1))).totals
    assert totals.shares == [3334, 3333, 3333]
    assert totals.each_minor == 3334


def _kinds(case: Case) -> list[FindingKind]:
    return [one.kind for one in priced(case).findings]


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        (FindingKind.BELOW_COST, Case("", "", (line(6000, by=fixed(5000)),), {})),
        (FindingKind.NO_EXCHANGE_RATE, Case("", "", (line(6000, "JPY"),), {})),
        (FindingKind.NO_RULE, Case("", "", (replace(line(6000), markup=None),), {})),
        (FindingKind.NO_COST, Case("", "", (replace(line(6000), typed=None),), {})),
        (FindingKind.NO_COST, Case("", "", (replace(line(6000), cards=("gone",)),), {})),
        (
            FindingKind.ALTERNATIVE_OPEN,
            Case("", "", (line(1, alternative="hotel"), line(2, alternative="hotel")), {}),
        ),
        (
            FindingKind.DISCOUNT_WITHOUT_REASON,
            Case("", "", (line(6000),), {}, discounts=(Discount(" ", Decimal(1)),)),
        ),
        (
            FindingKind.DISCOUNT_CAPPED,
            Case("", "", (line(6000),), {}, discounts=(Discount("Sorry", fixed_minor=9000),)),
        ),
        (
            FindingKind.DISCOUNT_ABOVE_LIMIT,
            Case(
                "",
                "",
                (line(6000),),
                {},
                Terms("EUR", discount_limit_percent=Decimal(5)),
                discounts=(Discount("Sorry", Decimal("5.1")),),
            ),
        ),
        (
            FindingKind.LOW_MARGIN,
            Case(
                "",
                "",
                (line(6000, by=markup("5")),),
                {},
                Terms("EUR", least_margin_percent=Decimal(8)),
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_price_is_said(kind: FindingKind, case: Case) -> None:
    assert _kinds(case) == [kind]


def test_a_price_set_by_hand_needs_no_cost_but_its_profit_is_not_known() -> None:
    group = priced(Case("", "", (replace(line(1, by=fixed(9500)), typed=None),), {}))
    assert group.total_minor == 9500
    assert [one.kind for one in group.findings] == [FindingKind.COST_UNKNOWN]


def test_a_discount_at_the_limit_needs_no_approval() -> None:
    terms = Terms("EUR", discount_limit_percent=Decimal(5))
    discounts = (Discount("Comes again", Decimal(5)),)
    assert _kinds(Case("", "", (line(6000),), {}, terms, discounts=discounts)) == []


def test_a_trip_with_a_line_without_price_has_no_total() -> None:
    group = priced(Case("", "", (line(6000), line(5000, "JPY")), {}))
    assert (group.total_minor, group.each_minor, group.totals.total_minor) == (None, None, 6000)
