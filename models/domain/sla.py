"""Clocks on answers: a stage's SLA, a supplier's time to answer, a trip's time to be confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.domain.policy import Policy
from models.domain.staffed_hours import after_staffed
from models.domain.stages import Stage


@dataclass(frozen=True)
class SlaClock:
    """Policy instants at which a stage's owner is warned and the breach is escalated."""

    warn_at: datetime
    due_at: datetime


def sla_clock(stage: Stage, entered_at: datetime, policy: Policy) -> SlaClock | None:
    """The clock of a stage entered at a policy instant; None where no clock runs.

    A stage that pauses counts staffed time alone, for the warning as for the breach.
    """
    allowed = policy.sla(stage)
    if allowed is None:
        return None
    warned = max(timedelta(), allowed - timedelta(minutes=policy.sla_warning_minutes))
    return SlaClock(
        _after(entered_at, warned, stage, policy), _after(entered_at, allowed, stage, policy)
    )


def sla_due_at(stage: Stage, entered_at: datetime, policy: Policy) -> datetime | None:
    """When the clock of a stage runs out; for whoever needs no warning, at half the work."""
    allowed = policy.sla(stage)
    return None if allowed is None else _after(entered_at, allowed, stage, policy)


def _after(start: datetime, amount: timedelta, stage: Stage, policy: Policy) -> datetime:
    if policy.pauses(stage):
        return after_staffed(start, amount, policy.staffed)
    return start + amount


def supplier_answer_due(requested_at: datetime, departure_at: datetime, policy: Policy) -> datetime:
    """When a supplier's answer is due: 24 h, or a fifth of the time left, at least an hour."""
    usual = timedelta(hours=policy.supplier_answer_hours)
    left = (departure_at - requested_at) * policy.supplier_urgent_fraction
    least = timedelta(hours=policy.supplier_least_hours)
    return requested_at + max(least, min(usual, left))


def unconfirmed_alarm_at(entered_at: datetime, departure_at: datetime, policy: Policy) -> datetime:
    """When a manager hears that a paid trip is not confirmed yet.

    So many days before departure; where fewer are left at the start, when half of them have passed.
    """
    usual = departure_at - timedelta(days=policy.unconfirmed_days_before)
    return max(usual, entered_at + max(timedelta(), departure_at - entered_at) / 2)


def reply_promise(allowed: timedelta | None, *, staffed_only: bool = False) -> str:
    """What a customer may be told of when we answer: what the policy says and nothing else."""
    return f"We will get back to you {answered(allowed, staffed_only=staffed_only)}."


def answered(allowed: timedelta | None, *, staffed_only: bool = False) -> str:
    """When somebody will have answered: `within 2 hours`; without a clock nothing is promised.

    The words of every promise to a customer, on pages, in answers and in mails.
    """
    if not allowed:
        return "as soon as we can"
    minutes = max(1, round(allowed.total_seconds() / 60))
    span = _count(minutes, "minute") if minutes % 60 else _count(minutes // 60, "hour")
    return f"within {span}{' of our opening hours' if staffed_only else ''}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
