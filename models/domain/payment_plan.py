"""The payment plan of an accepted quote and what is said when, about each instalment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.domain.clock import day_of, start_of_day
from models.domain.money import percent_of
from models.domain.policy import Policy
from models.domain.stages import InstalmentKind


@dataclass(frozen=True)
class PlannedInstalment:
    """A part of the price: minor units, and the policy instant from which it is due."""

    kind: InstalmentKind
    amount_minor: int
    due_at: datetime


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
        return (PlannedInstalment(InstalmentKind.FULL, total_minor, accepted_at),)
    return (
        PlannedInstalment(InstalmentKind.DEPOSIT, deposit, accepted_at),
        PlannedInstalment(InstalmentKind.BALANCE, total_minor - deposit, balance_due),
    )


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


def due_on(due_at: datetime) -> date:
    """The day that an invoice names, at the trip's place."""
    return day_of(due_at)
