"""What is wrong with a price is said: no rate, no rule, no cost, below cost, above limits."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.domain.pricing.discounts import Discount
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.request import Terms
from tests.support.sales import SaleCase, fixed, line, markup, priced


def _kinds(case: SaleCase) -> list[FindingKind]:
    return [one.kind for one in priced(case).findings]


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        (FindingKind.BELOW_COST, SaleCase("", "", (line(6000, by=fixed(5000)),), {})),
        (FindingKind.NO_EXCHANGE_RATE, SaleCase("", "", (line(6000, "JPY"),), {})),
        (FindingKind.NO_RULE, SaleCase("", "", (replace(line(6000), markup=None),), {})),
        (FindingKind.NO_COST, SaleCase("", "", (replace(line(6000), typed=None),), {})),
        (FindingKind.NO_COST, SaleCase("", "", (replace(line(6000), cards=("gone",)),), {})),
        (
            FindingKind.ALTERNATIVE_OPEN,
            SaleCase("", "", (line(1, alternative="hotel"), line(2, alternative="hotel")), {}),
        ),
        (
            FindingKind.DISCOUNT_WITHOUT_REASON,
            SaleCase("", "", (line(6000),), {}, discounts=(Discount(" ", Decimal(1)),)),
        ),
        (
            FindingKind.DISCOUNT_CAPPED,
            SaleCase("", "", (line(6000),), {}, discounts=(Discount("Sorry", fixed_minor=9000),)),
        ),
        (
            FindingKind.DISCOUNT_ABOVE_LIMIT,
            SaleCase(
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
            SaleCase(
                "",
                "",
                (line(6000, by=markup("5")),),
                {},
                Terms("EUR", least_margin_percent=Decimal(8)),
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_price_is_said(kind: FindingKind, case: SaleCase) -> None:
    assert _kinds(case) == [kind]


def test_a_price_set_by_hand_needs_no_cost_but_its_profit_is_not_known() -> None:
    group = priced(SaleCase("", "", (replace(line(1, by=fixed(9500)), typed=None),), {}))
    assert group.total_minor == 9500
    assert [one.kind for one in group.findings] == [FindingKind.COST_UNKNOWN]


def test_a_discount_at_the_limit_needs_no_approval() -> None:
    terms = Terms("EUR", discount_limit_percent=Decimal(5))
    discounts = (Discount("Comes again", Decimal(5)),)
    assert _kinds(SaleCase("", "", (line(6000),), {}, terms, discounts=discounts)) == []


def test_a_trip_with_a_line_without_price_has_no_total() -> None:
    group = priced(SaleCase("", "", (line(6000), line(5000, "JPY")), {}))
    assert (group.total_minor, group.each_minor, group.totals.total_minor) == (None, None, 6000)
