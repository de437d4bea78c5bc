"""Clocks on answers: a stage's SLA, a supplier's time to answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.domain.policy import Policy
from models.domain.stages import Stage


@dataclass(frozen=True)
class SlaClock:
    """Policy instants at which a stage's owner is warned and the breach is escalated."""

    warn_at: datetime
    due_at: datetime


def sla_clock(stage: Stage, entered_at: datetime, policy: Policy) -> SlaClock | None:
    """The clock of a stage entered at a policy instant; None where no clock runs."""
    allowed = policy.sla(stage)
    if allowed is None:
        return None
    due = entered_at + allowed
    return SlaClock(max(entered_at, due - timedelta(minutes=policy.sla_warning_minutes)), due)


def supplier_answer_due(requested_at: datetime, departure_at: datetime, policy: Policy) -> datetime:
    """When a supplier's answer is due: 24 h, or a fifth of the time left, at least an hour."""
    usual = timedelta(hours=policy.supplier_answer_hours)
    left = (departure_at - requested_at) * policy.supplier_urgent_fraction
    least = timedelta(hours=policy.supplier_least_hours)
    return requested_at + max(least, min(usual, left))


def reply_promise(allowed: timedelta | None) -> str:
    """What a customer may be told of when we answer: what the policy says and nothing else."""
    if allowed is None:
        return "We will get back to you as soon as we can."
    minutes = max(1, round(allowed.total_seconds() / 60))
    if minutes % 60:
        return f"We will get back to you within {_count(minutes, 'minute')}."
    return f"We will get back to you within {_count(minutes // 60, 'hour')}."


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
