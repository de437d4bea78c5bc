"""A whole card is checked: gaps and overlaps by option, board, size and weekday, and its ages."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from models.domain.rate_checks import CardFault, FaultKind, check_card
from models.domain.rates import (
    Basis,
    ChildRate,
    Closure,
    ClosureKind,
    Meals,
    Offer,
    OfferKind,
    RateCard,
    RateRow,
    Tax,
)
from tests.support.rate_cards import YEAR, card, row, span

EVERY = frozenset(range(1, 8))
WEEKEND = frozenset({5, 6})
FIRST = span("2027-01-01", "2027-05-31")
SECOND = span("2027-06-01", "2027-12-31")


def rooms(*rows: RateRow, **facts: Any) -> RateCard:
    return card(Basis.ROOM, "USD", *rows, **facts)


def told(rates: RateCard) -> list[tuple[FaultKind, str]]:
    return [(fault.kind, fault.reason) for fault in check_card(rates)]


@pytest.mark.parametrize(
    "rates",
    [
        rooms(row(1)),
        rooms(row(1, 1, span=FIRST), row(2, 2, span=SECOND)),
        rooms(row(1, 1, weekdays=WEEKEND), row(2, 2, weekdays=EVERY - WEEKEND)),
        rooms(row(1, 1, pax_to=3), row(2, 2, pax_from=4)),
        rooms(row(1, 1, option="Car", pax_to=3), row(2, 2, option="Van", pax_from=4, pax_to=9)),
        rooms(row(1, 1, meals=Meals.BREAKFAST), row(2, 2, meals=Meals.HALF_BOARD)),
        rooms(row(1), children=(ChildRate(0, 3, Decimal(0)), ChildRate(4, 11, Decimal(50)))),
    ],
)
def test_a_whole_card_has_no_faults(rates: RateCard) -> None:
    assert check_card(rates) == ()


def test_a_hole_between_seasons_is_found_with_its_days() -> None:
    late = span("2027-06-03", "2027-12-31")
    (fault,) = check_card(rooms(row(1, 1, span=FIRST), row(2, 2, span=late)))
    assert fault == CardFault(
        FaultKind.GAP,
        "No row for 1 and more people from 2027-06-01 to 2027-06-02 on Tue, Wed.",
        pax_from=1,
        span=span("2027-06-01", "2027-06-02"),
        weekdays=frozenset({2, 3}),
    )


def test_an_overlap_names_the_rows() -> None:
    early = span("2027-01-01", "2027-06-30")
    (fault,) = check_card(rooms(row(1, 1, span=early), row(2, 2, span=SECOND)))
    assert (fault.kind, fault.rows) == (FaultKind.OVERLAP, (1, 2))
    assert (fault.span, fault.weekdays) == (span("2027-06-01", "2027-06-30"), EVERY)
    assert fault.reason == (
        "Rows 1 and 2 both hold for 1 and more people from 2027-06-01 to 2027-06-30."
    )


def test_weekdays_without_a_row_are_found_for_the_whole_year_at_once() -> None:
    (fault,) = check_card(rooms(row(1, weekdays=EVERY - WEEKEND)))
    assert (fault.kind, fault.span, fault.weekdays) == (FaultKind.GAP, YEAR, WEEKEND)


def test_a_weekend_row_within_a_row_of_every_day_overlaps_on_the_weekend_only() -> None:
    (fault,) = check_card(rooms(row(1), row(2, 2, span=SECOND, weekdays=WEEKEND)))
    assert (fault.kind, fault.rows, fault.span) == (FaultKind.OVERLAP, (1, 2), SECOND)
    assert fault.weekdays == WEEKEND


@pytest.mark.parametrize(
    ("bounds", "kind", "band"),
    [
        (((1, 2), (4, None)), FaultKind.GAP, (3, 3)),
        (((1, 4), (3, None)), FaultKind.OVERLAP, (3, 4)),
        (((2, 4), (6, 8)), FaultKind.GAP, (5, 5)),
        (((1, None), (10, None)), FaultKind.OVERLAP, (10, None)),
    ],
)
def test_bands_are_held_against_each_other(
    bounds: tuple[tuple[int, int | None], ...], kind: FaultKind, band: tuple[int, int | None]
) -> None:
    rows = [
        row(1, number, pax_from=first, pax_to=last)
        for number, (first, last) in enumerate(bounds, start=1)
    ]
    (fault,) = check_card(rooms(*rows))
    assert (fault.kind, (fault.pax_from, fault.pax_to)) == (kind, band)


def test_each_option_and_board_is_checked_alone() -> None:
    deluxe = row(1, 1, option="Deluxe", meals=Meals.BREAKFAST)
    suite = row(2, 2, option="Suite", meals=Meals.BREAKFAST, span=FIRST)
    assert told(rooms(deluxe, suite)) == [
        (FaultKind.GAP, "No row of Suite BB for 1 and more people from 2027-06-01 to 2027-12-31.")
    ]


def test_days_of_a_blackout_need_no_row_but_those_of_a_stop_sell_do() -> None:
    open_half = rooms(row(1, span=FIRST))
    blackout = Closure(ClosureKind.BLACKOUT, SECOND)
    assert check_card(replace(open_half, closures=(blackout,))) == ()
    stop_sell = Closure(ClosureKind.STOP_SELL, SECOND)
    assert [kind for kind, _ in told(replace(open_half, closures=(stop_sell,)))] == [FaultKind.GAP]


def test_rows_that_contradict_the_card_or_themselves_are_named() -> None:
    backwards = row(1, 7, span=span("2027-06-02", "2027-06-01"), option="x")
    outside = row(1, 8, span=span("2027-01-01", "2028-01-01"))
    sizes = row(1, 9, pax_from=5, pax_to=4, option="y")
    faults = check_card(rooms(backwards, outside, sizes))
    named = {(fault.kind, fault.rows) for fault in faults if fault.kind is not FaultKind.GAP}
    assert named == {
        (FaultKind.BACKWARDS, (7,)),
        (FaultKind.OUTSIDE, (8,)),
        (FaultKind.BACKWARDS, (9,)),
    }


@pytest.mark.parametrize(
    ("children", "found"),
    [
        ((ChildRate(2, 11, Decimal(50)),), [(FaultKind.CHILD_GAP, "A child of 0 has no price.")]),
        (
            (ChildRate(0, 5, Decimal(0)), ChildRate(5, 11, Decimal(50))),
            [(FaultKind.CHILD_OVERLAP, "A child of 5 has 2 prices.")],
        ),
        (
            (ChildRate(0, 5, Decimal(0)), ChildRate(3, 2, Decimal(50))),
            [(FaultKind.BACKWARDS, "The ages 3 to 2 end before they begin.")],
        ),
        (
            (ChildRate(0, 5),),
            [(FaultKind.CHILD_GAP, "Ages 0 to 5: give a percentage or an amount.")],
        ),
    ],
)
def test_ages_without_a_price_or_with_two_are_found(
    children: tuple[ChildRate, ...], found: list[tuple[FaultKind, str]]
) -> None:
    assert told(rooms(row(1), children=children))[:1] == found


@pytest.mark.parametrize(
    "facts",
    [
        {"commission_percent": Decimal(101)},
        {"tax": Tax(Decimal(-1))},
        {"offers": (Offer(OfferKind.EARLY_BIRD, 30, Decimal(110), YEAR),)},
        {"children": (ChildRate(0, 11, Decimal(120)),)},
    ],
)
def test_a_share_is_between_nothing_and_all(facts: dict[str, Any]) -> None:
    assert [kind for kind, _ in told(rooms(row(1), **facts))] == [FaultKind.PERCENT]


def test_a_price_below_zero_is_named() -> None:
    assert told(rooms(row(1, 5, single_minor=-1))) == [
        (FaultKind.NEGATIVE, "Row 5 has a price below zero.")
    ]
