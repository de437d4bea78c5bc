"""The pre-departure checklist, drawn backwards from departure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.domain.clock import start_of_day
from models.domain.policy import Policy


@dataclass(frozen=True)
class PlannedItem:
    """A preparation with the policy instant at which it is due and the role that owns it."""

    key: str
    title: str
    due_at: datetime
    owner_role: str


def draw_checklist(departure_on: date, now: datetime, policy: Policy) -> tuple[PlannedItem, ...]:
    """Every preparation once, in order; what should have been done already is due now."""
    departure = start_of_day(departure_on)
    items = (
        PlannedItem(
            key=rule.key,
            title=rule.title,
            due_at=max(now, departure - timedelta(days=rule.days_before)),
            owner_role=rule.owner_role,
        )
        for rule in policy.checklist
    )
    return tuple(sorted(items, key=lambda item: item.due_at))
