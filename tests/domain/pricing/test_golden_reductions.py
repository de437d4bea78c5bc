"""Boards, options, offers, commission and tax of hotels, worked out by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.domain.pricing.card_rows import Service
from models.domain.pricing.cost import cost
from models.domain.rates import Basis, Meals, Offer, OfferKind, Tax
from tests.support.rate_cards import BOOKED_ON, YEAR, card, on, party, row, span
from tests.support.stays import StayCase, assert_costs

PLAIN = card(Basis.ROOM, "USD", row(10000))
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
    StayCase("half board", "2 x 120.00", 24000, BOARDS, "2027-06-10", 2, meals=Meals.HALF_BOARD),
    StayCase("an option", "200.00", 20000, OPTIONS, "2027-06-10", 1, option="Suite"),
    StayCase(
        "early bird, 60 days before",
        "2 x 100.00 - 10 % = 180.00",
        18000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-04-11"),
    ),
    StayCase(
        "a day too late for it",
        "59 days: 2 x 100.00",
        20000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-04-12"),
    ),
    StayCase(
        "last minute, 7 days before",
        "200.00 - 15 % = 170.00",
        17000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-06-03"),
    ),
    StayCase(
        "a day too early for it",
        "8 days: 200.00",
        20000,
        OFFERED,
        "2027-06-10",
        2,
        booked_on=on("2027-06-02"),
    ),
    StayCase(
        "both offers open",
        "the best one, 15 %, not 25 %: 170.00",
        17000,
        BOTH_OPEN,
        "2027-06-10",
        2,
        booked_on=on("2027-06-05"),
    ),
    StayCase(
        "an offer for the first night only",
        "30 Jun 100.00 - 10.00 + 1 Jul 100.00",
        19000,
        TO_JUNE,
        "2027-06-30",
        2,
    ),
    StayCase("commission", "200.00 - 20 % = 160.00", 16000, COMMISSION, "2027-06-10", 2),
    StayCase(
        "commission in dong",
        "1,234,567 - 15 % (185,185.05 -> 185,185) = 1,049,382",
        1_049_382,
        DONG,
        "2027-06-10",
        1,
    ),
    StayCase("tax on top", "200.00 + 10 % = 220.00", 22000, TAX_ON_TOP, "2027-06-10", 2),
    StayCase("tax within", "2 x 108.00, 16.00 of it tax", 21600, TAX_WITHIN, "2027-06-10", 2),
    StayCase(
        "offer, commission, tax",
        "200.00 - 10 % = 180.00; - 20 % = 144.00; + 10 % = 158.40",
        15840,
        ALL_OF_IT,
        "2027-06-10",
        2,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_offer_commission_and_tax_come_off_and_on_in_this_order(case: StayCase) -> None:
    assert_costs(case)


def test_tax_within_a_price_is_told_though_it_adds_nothing() -> None:
    (found,) = cost(Service(on("2027-06-10"), 2), party(2), [TAX_WITHIN], BOOKED_ON).costs
    assert (found.tax_contained_minor, found.tax_on_top_minor) == (1600, 0)  # 216 x 8 / 108
