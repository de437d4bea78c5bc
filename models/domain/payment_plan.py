"""The payment plan of an accepted quote and what is said when, about each instalment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.domain.clock import day_of, start_of_day
from models.domain.money import percent_of
from models.domain.policy import Policy
from models.domain.stages import InstalmentKind


@dataclass(frozen=True)
class PlannedInstalment:
    """A part of the price: minor units, the instant from which it is due, and that day."""

    kind: InstalmentKind
    amount_minor: int
    due_at: datetime
    due_on: date
    """The day that invoices name, on the policy's calendar at the trip's place."""


@dataclass(frozen=True)
class PaymentReminder:
    """A reminder of an instalment; `offset_days` is negative before the due day."""

    offset_days: int
    at: datetime


def draw_plan(
    total_minor: int, departure_on: date, accepted_at: datetime, policy: Policy
) -> tuple[PlannedInstalment, ...]:
    """Deposit at once and the balance before departure, or all at once when that is near.

    Amounts are minor units and always total `total_minor`; instants are policy time.
    Source: lifecycle specification, section 3.
    """
    balance_due = start_of_day(departure_on - timedelta(days=policy.balance_days_before))
    deposit = percent_of(total_minor, policy.deposit_percent)
    if balance_due <= accepted_at or deposit in {0, total_minor}:
        return (_part(InstalmentKind.FULL, total_minor, accepted_at),)
    return (
        _part(InstalmentKind.DEPOSIT, deposit, accepted_at),
        _part(InstalmentKind.BALANCE, total_minor - deposit, balance_due),
    )


def planned_again(
    plan: Sequence[PlannedInstalment], total_minor: int, policy: Policy
) -> tuple[PlannedInstalment, ...]:
    """A plan that was drawn, for another price; its days stay.

    Amounts are minor units and always total `total_minor`, as `draw_plan` would share them.
    """
    deposit = percent_of(total_minor, policy.deposit_percent)
    if len(plan) == 1 or deposit in {0, total_minor}:
        return (replace(plan[0], kind=InstalmentKind.FULL, amount_minor=total_minor),)
    return (
        replace(plan[0], amount_minor=deposit),
        replace(plan[1], amount_minor=total_minor - deposit),
    )


def _part(kind: InstalmentKind, amount_minor: int, due_at: datetime) -> PlannedInstalment:
    return PlannedInstalment(kind, amount_minor, due_at, day_of(due_at))


def reminders(
    due_at: datetime, created_at: datetime, policy: Policy
) -> tuple[PaymentReminder, ...]:
    """Reminders of an instalment in order; none whose time passed before the instalment existed."""
    offsets = sorted(
        {*(-days for days in policy.reminder_days_before), *policy.reminder_days_after}
    )
    planned = (PaymentReminder(days, due_at + timedelta(days=days)) for days in offsets)
    return tuple(reminder for reminder in planned if reminder.at > created_at)


def allocate(
    amount_minor: int, open_amounts: Sequence[tuple[str, int]]
) -> tuple[dict[str, int], int]:
    """Applies money to open instalments, oldest first.

    Args:
        amount_minor: what came in.
        open_amounts: pairs of instalment id and what it still waits for, oldest first.

    Returns:
        What goes to each instalment, and the rest that is kept as credit.
    """
    allocation: dict[str, int] = {}
    rest = amount_minor
    for instalment_id, open_minor in open_amounts:
        part = min(rest, open_minor)
        if part > 0:
            allocation[instalment_id] = part
            rest -= part
    return allocation, rest
