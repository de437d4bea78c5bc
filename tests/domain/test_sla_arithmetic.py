"""Clocks that pause outside staffed hours: over daylight saving, month ends and holidays."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.policy import Policy
from models.domain.sla import reply_promise, sla_clock, sla_due_at, unconfirmed_alarm_at
from models.domain.staffed_hours import (
    ZONE_NAMES,
    Shift,
    StaffedHours,
    after_staffed,
    is_staffed,
    opens_next,
    staffed_between,
    staffed_from,
)
from models.domain.stages import Stage

HOUR = timedelta(hours=1)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
POLICY = Policy(version=1)
PAUSED = replace(POLICY, paused_stages=(Stage.NEW, Stage.PROPOSAL_SENT))
OFFICE = StaffedHours()
BERLIN_NIGHTS = StaffedHours(
    "Europe/Berlin", tuple(Shift(day, time(0), time(6)) for day in range(7))
)
ROUND_THE_CLOCK = StaffedHours(
    "Europe/Berlin", tuple(Shift(day, time(0), time(0)) for day in range(7))
)


def hanoi(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HANOI)


def berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=BERLIN)


SEAMS = (
    datetime(2026, 12, 31, 17, tzinfo=UTC),
    datetime(2027, 3, 14, 7, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 4, 30, 17, tzinfo=UTC),
    datetime(2027, 10, 31, 1, tzinfo=UTC),
    datetime(2027, 11, 7, 6, tzinfo=UTC),
    datetime(2028, 2, 28, 17, tzinfo=UTC),
    datetime(2028, 2, 29, 17, tzinfo=UTC),
)
"""Ends of a year and of months, daylight saving both ways in two zones, a leap day's two ends."""
near_seams = st.builds(
    lambda seam, away: seam + away,
    st.sampled_from(SEAMS),
    st.timedeltas(timedelta(days=-4), timedelta(days=1)),
)
instants = near_seams | st.datetimes(
    min_value=datetime(2025, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2031, 12, 31),  # noqa: DTZ001 - likewise
    timezones=st.just(UTC),
)
amounts = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=5))


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    opens = draw(st.integers(0, 21 * 60))
    closes = draw(st.integers(opens + 180, 24 * 60))
    end = time() if closes == 24 * 60 else time(closes // 60, closes % 60)
    return Shift(draw(st.integers(0, 6)), time(opens // 60, opens % 60), end)


weeks = st.builds(
    StaffedHours,
    zone=st.sampled_from(ZONE_NAMES),
    shifts=st.lists(shifts(), min_size=1, max_size=10).map(tuple),
    holidays=st.lists(st.dates(date(2025, 1, 1), date(2031, 12, 31)), max_size=8).map(tuple),
)


@pytest.mark.parametrize(
    ("entered", "due"),
    [
        (hanoi(2026, 11, 23, 10), hanoi(2026, 11, 23, 12)),
        (hanoi(2026, 11, 23, 19), hanoi(2026, 11, 24, 9)),
        (hanoi(2026, 11, 23, 18), hanoi(2026, 11, 23, 20)),
        (hanoi(2026, 11, 23, 20), hanoi(2026, 11, 24, 10)),
        (hanoi(2026, 11, 23, 3), hanoi(2026, 11, 23, 10)),
        (hanoi(2026, 11, 30, 19, 30), hanoi(2026, 12, 1, 9, 30)),
        (hanoi(2026, 12, 31, 19, 30), hanoi(2027, 1, 1, 9, 30)),
        (hanoi(2028, 2, 28, 19, 30), hanoi(2028, 2, 29, 9, 30)),
    ],
)
def test_a_paused_clock_counts_staffed_time_alone(entered: datetime, due: datetime) -> None:
    clock = sla_clock(Stage.NEW, entered, PAUSED)
    assert clock is not None
    assert clock.due_at == due


def test_the_warning_too_comes_in_staffed_hours() -> None:
    clock = sla_clock(Stage.NEW, hanoi(2026, 11, 23, 18, 10), PAUSED)
    assert clock is not None
    assert clock.due_at == hanoi(2026, 11, 24, 8, 10)
    assert clock.warn_at == hanoi(2026, 11, 23, 19, 40)


def test_stages_that_do_not_pause_run_day_and_night() -> None:
    entered = hanoi(2026, 11, 23, 19)
    clock = sla_clock(Stage.QUALIFIED, entered, PAUSED)
    assert clock is not None
    assert clock.due_at == entered + 8 * HOUR


def test_by_default_no_clock_pauses() -> None:
    entered = hanoi(2026, 11, 23, 19)
    for stage in Stage:
        clock = sla_clock(stage, entered, POLICY)
        assert (clock and clock.due_at - entered) == POLICY.sla(stage)


def test_an_office_that_never_opens_pauses_nothing() -> None:
    closed = replace(PAUSED, staffed=StaffedHours(shifts=()))
    entered = hanoi(2026, 11, 23, 19)
    clock = sla_clock(Stage.NEW, entered, closed)
    assert clock is not None
    assert clock.due_at == entered + 2 * HOUR
    assert opens_next(entered, closed.staffed) is None


def test_holidays_and_closed_weekdays_are_skipped() -> None:
    week = StaffedHours(
        shifts=tuple(Shift(day, time(8), time(20)) for day in range(5)),
        holidays=(date(2027, 2, 8), date(2027, 2, 9)),
    )
    friday = hanoi(2027, 2, 5, 19)
    assert after_staffed(friday, 2 * HOUR, week) == hanoi(2027, 2, 10, 9)


def test_in_spring_a_shift_over_the_change_is_an_hour_shorter() -> None:
    night = berlin(3, 28, 0)
    assert staffed_between(night, berlin(3, 28, 12), BERLIN_NIGHTS) == 5 * HOUR
    assert after_staffed(night, 5 * HOUR, BERLIN_NIGHTS) == berlin(3, 28, 6)


def test_in_autumn_a_shift_over_the_change_is_an_hour_longer() -> None:
    night = berlin(10, 31, 0)
    assert staffed_between(night, berlin(10, 31, 12), BERLIN_NIGHTS) == 7 * HOUR
    assert after_staffed(night, 6 * HOUR, BERLIN_NIGHTS) == berlin(10, 31, 6) - HOUR


def test_an_opening_in_the_hour_that_does_not_exist_is_an_hour_later_on_the_wall() -> None:
    early = StaffedHours("Europe/Berlin", (Shift(6, time(2, 30), time(6)),))
    assert opens_next(berlin(3, 28, 0), early) == berlin(3, 28, 3, 30)


def test_of_the_hour_that_comes_twice_all_is_staffed() -> None:
    twice = StaffedHours("Europe/Berlin", (Shift(6, time(2), time(2, 59)),))
    passed = staffed_between(berlin(10, 31, 0), berlin(10, 31, 12), twice)
    assert passed == timedelta(hours=1, minutes=59)


def test_an_office_that_never_closes_is_the_ordinary_clock() -> None:
    for start in (berlin(3, 27, 22), berlin(10, 30, 22), berlin(12, 31, 22)):
        assert after_staffed(start, 30 * HOUR, ROUND_THE_CLOCK) == start.astimezone(UTC) + 30 * HOUR


@settings(deadline=None)
@given(start=instants, amount=amounts, hours=weeks)
def test_exactly_the_amount_is_staffed_until_a_clock_is_due(
    start: datetime, amount: timedelta, hours: StaffedHours
) -> None:
    due = after_staffed(start, amount, hours)
    assert due >= start + amount
    assert staffed_between(start, due, hours) == amount


@settings(deadline=None)
@given(start=instants, one=amounts, more=amounts, hours=weeks)
def test_more_time_is_never_due_earlier_and_adds_up(
    start: datetime, one: timedelta, more: timedelta, hours: StaffedHours
) -> None:
    first = after_staffed(start, one, hours)
    both = after_staffed(start, one + more, hours)
    assert first <= both
    assert both == (after_staffed(first, more, hours) if more else first)


@settings(deadline=None)
@given(start=instants, later=amounts, amount=amounts, hours=weeks)
def test_who_begins_later_is_never_due_earlier(
    start: datetime, later: timedelta, amount: timedelta, hours: StaffedHours
) -> None:
    assert after_staffed(start, amount, hours) <= after_staffed(start + later, amount, hours)


@settings(deadline=None)
@given(start=instants, amount=amounts, hours=weeks)
def test_a_clock_is_due_while_somebody_works_or_at_closing_time(
    start: datetime, amount: timedelta, hours: StaffedHours
) -> None:
    due = after_staffed(start, amount, hours)
    assert is_staffed(due, hours) or is_staffed(due - timedelta(microseconds=1), hours)


@settings(deadline=None)
@given(start=instants, hours=weeks)
def test_spans_come_in_order_and_never_overlap(start: datetime, hours: StaffedHours) -> None:
    spans = staffed_from(start, hours)
    before = start
    for _ in range(10):
        span = next(spans)
        assert before <= span.begins < span.ends
        before = span.ends


@settings(deadline=None)
@given(start=instants, hours=weeks, stage=st.sampled_from(Stage))
def test_a_warning_is_never_after_its_breach(
    start: datetime, hours: StaffedHours, stage: Stage
) -> None:
    policy = replace(POLICY, staffed=hours, paused_stages=tuple(Stage))
    clock = sla_clock(stage, start, policy)
    assert (clock is None) == (policy.sla(stage) is None)
    assert clock is None or start <= clock.warn_at <= clock.due_at
    assert sla_due_at(stage, start, policy) == (clock and clock.due_at)


def test_the_promise_says_whose_hours_count() -> None:
    assert reply_promise(2 * HOUR) == "We will get back to you within 2 hours."
    assert reply_promise(2 * HOUR, staffed_only=True) == (
        "We will get back to you within 2 hours of our opening hours."
    )
    assert reply_promise(None, staffed_only=True) == "We will get back to you as soon as we can."


@pytest.mark.parametrize(
    ("departs_in", "told_in"),
    [
        (timedelta(days=60), timedelta(days=53)),
        (timedelta(days=14), timedelta(days=7)),
        (timedelta(days=4), timedelta(days=2)),
        (timedelta(days=-1), timedelta()),
    ],
)
def test_a_manager_hears_of_an_unconfirmed_trip_while_there_is_time(
    departs_in: timedelta, told_in: timedelta
) -> None:
    paid = hanoi(2026, 11, 23, 9)
    assert unconfirmed_alarm_at(paid, paid + departs_in, POLICY) == paid + told_in
