"""Discounts, fee, VAT, margin scheme, agent and choices, worked out by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.domain.pricing.discounts import Discount
from models.domain.pricing.request import ServiceFee, Terms
from models.domain.pricing.rounding import Charm
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable
from models.domain.stages import ServiceKind
from tests.support.rate_cards import party
from tests.support.sales import SaleCase, assert_sold, fixed, line, markup, priced

NINES = Terms("EUR", charm=Charm(1000, (900,)))

INCLUDED = Terms("EUR", taxes=TaxTable(LineTax(Scheme.VAT, Decimal(19))))

ON_TOP = Terms("EUR", taxes=TaxTable(LineTax(Scheme.VAT, Decimal(7), included=False)))

ON_TOP_19 = Terms("EUR", taxes=TaxTable(LineTax(Scheme.VAT, Decimal(19), included=False)))

SCHEME = Terms("EUR", taxes=TaxTable(LineTax(Scheme.MARGIN, Decimal(19))))

OWN_GUIDE = replace(
    SCHEME,
    taxes=TaxTable(SCHEME.taxes.default, {ServiceKind.GUIDE: LineTax(Scheme.VAT, Decimal(7))}),
)

FEE = ServiceFee(Decimal(3), 1000, 1500)

DISCOUNTS = (
    SaleCase(
        "percent",
        "1,000.00 - 5 %",
        (line(100000),),
        {"discount_minor": 5000, "total_minor": 95000},
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
    SaleCase(
        "an amount a head",
        "1,000.00 - 4 x 25.00",
        (line(100000),),
        {"discount_minor": 10000, "total_minor": 90000},
        people=party(2, 2),
        discounts=(Discount("Fair", fixed_minor=2500, per_person=True),),
    ),
    SaleCase(
        "two of them",
        "each of 1,000.00: 50.00 + 30.00",
        (line(100000),),
        {"discount_minor": 8000, "total_minor": 92000},
        discounts=(Discount("Comes again", Decimal(5)), Discount("Early", Decimal(3))),
    ),
    SaleCase(
        "of a line, then of the trip",
        "10 % of 200.00 = 20.00; 5 % of 980.00 = 49.00",
        (line(80000), line(20000)),
        {"discount_minor": 6900, "total_minor": 93100},
        discounts=(
            Discount("Comes again", Decimal(5)),
            Discount("Rain", Decimal(10), line_id="line_20000"),
        ),
    ),
    SaleCase(
        "more than the price",
        "100.00 - 100.00, not 150.00",
        (line(10000),),
        {"discount_minor": 10000, "total_minor": 0},
        discounts=(Discount("Sorry", fixed_minor=15000),),
    ),
    SaleCase(
        "off a charm price",
        "2 x 619.00 = 1,238.00 - 5 % (61.90) = 1,176.10",
        (line(123000),),
        {"discount_minor": 6190, "total_minor": 117610},
        NINES,
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
)

TAXES = (
    SaleCase(
        "fee",
        "950.00: 3 % = 28.50, 2 x 10.00, 15.00 = 63.50; in all 1,013.50",
        (line(100000),),
        {"fee_minor": 6350, "total_minor": 101350},
        Terms("EUR", fee=FEE),
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
    SaleCase(
        "VAT within",
        "1,190.00 x 19 / 119 = 190.00",
        (line(80000, by=fixed(119000)),),
        {"vat_minor": 19000, "total_minor": 119000, "profit_minor": 20000},
        INCLUDED,
    ),
    SaleCase(
        "VAT on top",
        "1,000.00 + 7 % = 1,070.00",
        (line(80000, by=fixed(100000)),),
        {"vat_minor": 7000, "tax_on_top_minor": 7000, "total_minor": 107000, "profit_minor": 20000},
        ON_TOP,
    ),
    SaleCase(
        "VAT line by line",
        "10.05 x 19 % = 1.9095 -> 1.91, twice; 20.10 + 3.82",
        (line(1005), line(1005, label="again")),
        {"vat_minor": 382, "total_minor": 2392},
        ON_TOP_19,
    ),
    SaleCase(
        "VAT on the fee",
        "1,000.00 + 70.00; fee 50.00 + 3.50",
        (line(100000),),
        {"vat_minor": 7350, "fee_total_minor": 5350, "total_minor": 112350},
        replace(ON_TOP, fee=ServiceFee(fixed_minor=5000)),
    ),
    SaleCase(
        "margin scheme",
        "1,250.00 - 1,000.00 = 250.00 x 19 / 119 = 39.9160 -> 39.92",
        (line(100000, by=markup("25")),),
        {"margin_tax_minor": 3992, "vat_minor": 0, "total_minor": 125000, "profit_minor": 21008},
        SCHEME,
    ),
    SaleCase(
        "a journey is one supply",
        "500 - 300 and 100 - 150: 150.00 x 19 / 119 = 23.9496 -> 23.95",
        (line(30000, by=fixed(50000)), line(15000, by=fixed(10000))),
        {"margin_tax_minor": 2395, "total_minor": 60000, "profit_minor": 12605},
        SCHEME,
    ),
    SaleCase(
        "no tax on a loss",
        "500 - 600 is no margin",
        (line(60000, by=fixed(50000)),),
        {"margin_tax_minor": 0, "profit_minor": -10000},
        SCHEME,
    ),
    SaleCase(
        "bought in and our own guide",
        "1,250.00: 39.92 on the margin; guide 107.00 x 7 / 107 = 7.00",
        (line(100000, by=markup("25")), line(5000, by=fixed(10700), kind=ServiceKind.GUIDE)),
        {"margin_tax_minor": 3992, "vat_minor": 700, "total_minor": 135700, "profit_minor": 26008},
        OWN_GUIDE,
    ),
    SaleCase(
        "a line with a tax of its own",
        "1,000.00 x 19 / 119 = 159.66; visa 50.00 exempt",
        (line(100000), line(5000, tax=LineTax())),
        {"vat_minor": 15966, "total_minor": 105000},
        INCLUDED,
    ),
    SaleCase(
        "the fee is margin",
        "(250.00 + 50.00) x 19 / 119 = 47.8992 -> 47.90",
        (line(100000, by=markup("25")),),
        {"margin_tax_minor": 4790, "total_minor": 130000},
        replace(SCHEME, fee=ServiceFee(fixed_minor=5000)),
    ),
    SaleCase(
        "a discount lowers the margin",
        "1,250.00 - 50.00 = 1,200.00; 200.00 x 19 / 119 = 31.9328 -> 31.93",
        (line(100000, by=markup("25")),),
        {"margin_tax_minor": 3193, "total_minor": 120000},
        SCHEME,
        discounts=(Discount("Sorry", fixed_minor=5000),),
    ),
    SaleCase(
        "outside the Community",
        "exempt: 1,250.00 - 1,000.00 is profit",
        (line(100000, by=markup("25")),),
        {"vat_minor": 0, "margin_tax_minor": 0, "profit_minor": 25000},
    ),
    SaleCase(
        "an agent",
        "10 % of 1,000.00 = 100.00; 1,000 - 700 - 100 = 200.00",
        (line(70000, by=fixed(100000)),),
        {"agent_minor": 10000, "total_minor": 100000, "profit_minor": 20000},
        Terms("EUR", agent_percent=Decimal(10)),
    ),
    SaleCase(
        "an agent after a discount and before the fee",
        "950.00 x 10 % = 95.00; 950.00 + 15.00 - 700.00 - 95.00 = 170.00",
        (line(70000, by=fixed(100000)),),
        {"agent_minor": 9500, "profit_minor": 17000},
        Terms("EUR", agent_percent=Decimal(10), fee=ServiceFee(fixed_minor=1500)),
        discounts=(Discount("Comes again", Decimal(5)),),
    ),
)

CHOICES = (
    SaleCase(
        "optional, not chosen",
        "1,000.00 without 120.00",
        (line(100000), line(12000, optional=True)),
        {"total_minor": 100000},
    ),
    SaleCase(
        "optional, chosen",
        "1,000.00 + 120.00",
        (line(100000), line(12000, optional=True, chosen=True)),
        {"total_minor": 112000},
    ),
    SaleCase(
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

CASES = (*DISCOUNTS, *TAXES, *CHOICES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trip_with_its_taxes_comes_to_what_was_worked_out_by_hand(case: SaleCase) -> None:
    assert_sold(case)


def test_each_line_shares_a_discount_by_largest_remainder() -> None:
    # 10.00 off 33.33, 33.33 and 33.34: exactly 3.333, 3.333 and 3.334; the cent goes to the third
    lines = (line(3333), line(3333, label="again"), line(3334))
    group = priced(SaleCase("", "", lines, {}, discounts=(Discount("Fair", fixed_minor=1000),)))
    assert [one.discount_minor for one in group.lines] == [333, 333, 334]
    assert [one.total_minor for one in group.lines] == [3000, 3000, 3000]
