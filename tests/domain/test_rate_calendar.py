"""Where rows of a card leave gaps or overlap, and which of them hold on a day."""

from datetime import date

import pytest

from models.domain.rate_calendar import rows_on, years_of
from models.domain.rate_checks import FaultKind, check_card
from models.domain.rates import Closure, ClosureKind
from tests.support.rates import card, row, span


def faults(*rows: object, **facts: object) -> list[tuple[FaultKind, str, str, tuple[int, ...]]]:
    found = check_card(card(*rows, **facts))  # type: ignore[arg-type]  # rows come from `row`
    return [
        (
            one.kind,
            str(one.span and one.span.first_on),
            str(one.span and one.span.last_on),
            one.rows,
        )
        for one in found
    ]


def test_a_year_that_is_covered_once_has_no_fault() -> None:
    assert check_card(card()) == ()


def test_a_gap_is_found_with_its_first_and_last_day() -> None:
    rows = row(1, "2027-01-01", "2027-06-30"), row(2, "2027-07-03", "2027-12-31")
    assert faults(*rows) == [(FaultKind.GAP, "2027-07-01", "2027-07-02", ())]


def test_an_overlap_names_both_rows() -> None:
    rows = row(1, "2027-01-01", "2027-07-04"), row(2, "2027-07-01", "2027-12-31")
    assert faults(*rows) == [(FaultKind.OVERLAP, "2027-07-01", "2027-07-04", (1, 2))]


def test_a_blackout_needs_no_row_and_a_stop_sell_does() -> None:
    rows = row(1, "2027-01-01", "2027-12-23"), row(2, "2027-12-27", "2027-12-31")
    closed = span("2027-12-24", "2027-12-26")
    blackout, stop = (Closure(kind, closed) for kind in ClosureKind)
    assert faults(*rows, closures=(blackout,)) == []
    assert faults(*rows, closures=(stop,))[0][0] is FaultKind.GAP


def test_weekends_without_a_row_are_gaps() -> None:
    weekly = row(1, "2027-01-01", "2027-12-31", weekdays=frozenset(range(1, 6)))
    (found,) = check_card(card(weekly))
    assert (found.kind, found.weekdays) == (FaultKind.GAP, frozenset({6, 7}))


def test_options_and_sizes_of_party_are_looked_at_apart() -> None:
    whole = "2027-01-01", "2027-12-31"
    rows = (
        row(1, *whole, pax_to=2),
        row(2, *whole, pax_from=3, pax_to=6),
        row(3, *whole, option="Suite"),
    )
    assert faults(*rows) == []
    (hole,) = check_card(card(row(1, *whole, pax_to=2), row(2, *whole, pax_from=4, pax_to=6)))
    assert (hole.kind, hole.pax_from, hole.pax_to) == (FaultKind.GAP, 3, 3)


def test_a_row_outside_of_the_validity_is_told() -> None:
    found = faults(row(1, "2026-12-01", "2027-12-31"))
    assert found == [(FaultKind.OUTSIDE, "2026-12-01", "2027-12-31", (1,))]


@pytest.mark.parametrize(
    ("day", "pax", "numbers"),
    [
        ("2027-04-30", 2, [1]),
        ("2027-05-01", 2, [2]),
        ("2027-05-01", 9, []),
        ("2028-01-01", 2, []),
    ],
)
def test_a_day_and_a_size_choose_the_rows(day: str, pax: int, numbers: list[int]) -> None:
    one = card(
        row(1, "2027-01-01", "2027-04-30", pax_to=4), row(2, "2027-05-01", "2027-12-31", pax_to=4)
    )
    assert [found.number for found in rows_on(one, date.fromisoformat(day), pax)] == numbers


def test_the_calendar_tells_seasons_gaps_and_closed_months() -> None:
    closed = Closure(ClosureKind.STOP_SELL, span("2027-12-24", "2027-12-26"))
    one = card(
        row(1, "2027-01-01", "2027-05-15", season="High"),
        row(2, "2027-05-20", "2027-12-31", season="Green"),
        closures=(closed,),
    )
    (year,) = years_of(one, check_card(one))
    (_, months) = year.variants[0]
    assert months[4].seasons == ("High", "Green")
    assert [number for number, month in enumerate(months, 1) if month.gap] == [5]
    assert [number for number, month in enumerate(months, 1) if month.closed] == [12]
