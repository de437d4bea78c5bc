"""The payment plan totals exactly, reminds in time, and takes money oldest first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.clock import start_of_day
from models.domain.payment_plan import allocate, draw_plan, reminders
from models.domain.policy import Policy
from models.domain.stages import InstalmentKind

POLICY = Policy(version=1)
ACCEPTED = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "departure", "parts"),
    [
        (100_000, date(2026, 9, 1), [("DEPOSIT", 30_000), ("BALANCE", 70_000)]),
        (99_999, date(2026, 9, 1), [("DEPOSIT", 30_000), ("BALANCE", 69_999)]),
        (101, date(2026, 9, 1), [("DEPOSIT", 30), ("BALANCE", 71)]),
        (1, date(2026, 9, 1), [("FULL", 1)]),
        (100_000, date(2026, 4, 1), [("FULL", 100_000)]),
        (100_000, date(2026, 4, 15), [("FULL", 100_000)]),
        (100_000, date(2026, 4, 17), [("DEPOSIT", 30_000), ("BALANCE", 70_000)]),
    ],
)
def test_deposit_and_balance_or_all_at_once(
    total: int, departure: date, parts: list[tuple[str, int]]
) -> None:
    plan = draw_plan(total, departure, ACCEPTED, POLICY)
    assert [(part.kind, part.amount_minor) for part in plan] == parts


def test_the_balance_is_due_45_days_before_departure_at_the_trips_place() -> None:
    _, balance = draw_plan(100_000, date(2026, 9, 1), ACCEPTED, POLICY)
    assert balance.kind is InstalmentKind.BALANCE
    assert balance.due_at == start_of_day(date(2026, 7, 18))


@given(
    total=st.integers(1, 10**12),
    days=st.integers(0, 900),
    percent=st.integers(0, 100),
)
def test_the_lines_always_total_the_quote(total: int, days: int, percent: int) -> None:
    policy = Policy(version=1, deposit_percent=percent)
    departure = ACCEPTED.date() + timedelta(days=days)
    plan = draw_plan(total, departure, ACCEPTED, policy)
    assert sum(part.amount_minor for part in plan) == total
    assert all(part.amount_minor > 0 for part in plan)
    assert [part.due_at for part in plan] == sorted(part.due_at for part in plan)


def test_reminders_whose_time_passed_before_the_instalment_existed_are_never_sent() -> None:
    due = ACCEPTED + timedelta(days=5)
    assert [reminder.offset_days for reminder in reminders(due, ACCEPTED, POLICY)] == [-3, 0, 2]
    assert [reminder.offset_days for reminder in reminders(ACCEPTED, ACCEPTED, POLICY)] == [2]


@given(
    amount=st.integers(0, 10**9),
    opened=st.lists(st.integers(0, 10**8), max_size=6),
)
def test_money_goes_to_the_oldest_instalment_first_and_none_is_lost(
    amount: int, opened: list[int]
) -> None:
    waiting = [(str(number), part) for number, part in enumerate(opened)]
    allocation, credit = allocate(amount, waiting)
    assert sum(allocation.values()) + credit == amount
    assert all(0 < allocation[key] <= dict(waiting)[key] for key in allocation)
    if credit:
        assert sum(allocation.values()) == sum(opened)
    filled = [allocation.get(key, 0) == part for key, part in waiting]
    first_short = filled.index(False) if False in filled else len(filled)
    assert all(key not in allocation for key, _ in waiting[first_short + 1 :])
