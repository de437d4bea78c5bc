"""Which running bookings a draft of the policy changes, and when they would be due."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.clock import PolicyClock
from models.domain.policy import Policy, changed_fields, with_clocks_of
from models.domain.sla import sla_due_at
from models.domain.stages import Stage
from models.store.policies import Draft, parse_policy
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, BookingActivity, Customer, Staff

CHUNK: Final = 1_000
CLOCK_FIELDS: Final = frozenset({"sla_hours", "staffed", "paused_stages"})


@dataclass(frozen=True)
class Running:
    """What a running booking's clock depends on."""

    id: str
    stage: Stage
    entered_at: datetime
    created_at: datetime
    due_at: datetime | None
    policy_version: int
    clocks_version: int | None


@dataclass(frozen=True)
class Moved:
    """A booking whose clock would move; None where no clock runs."""

    id: str
    reference: str
    customer_name: str
    owner_name: str | None
    stage: Stage
    due_at: datetime | None
    new_due_at: datetime | None


@dataclass
class Preview:
    """A page of the bookings that change, in the order of their ids, and counts of all."""

    running: int = 0
    """Running bookings that follow this policy."""
    total: int = 0
    """Those whose clock moves."""
    overdue_at_once: int = 0
    """Those of them that would be overdue at this moment and are not yet."""
    items: list[Moved] = field(default_factory=list)


async def preview(
    session: AsyncSession, draft: Draft, *, now: datetime, page: int, page_size: int
) -> Preview:
    """What a draft would change for running bookings. Pages count from 1."""
    found = Preview(running=await _count_running(session, draft))
    if not CLOCK_FIELDS & set(changed_fields(draft.before, draft.after)):
        return found
    versions = await _versions(session)
    first, last = (page - 1) * page_size, page * page_size
    shown: dict[str, datetime | None] = {}
    async for chunk in _running(session, draft):
        moved = await asyncio.to_thread(_moved, chunk, versions, draft.after)
        for one, due_at in moved:
            if first <= found.total < last:
                shown[one.id] = due_at
            found.total += 1
            fresh = due_at is not None and due_at <= now
            found.overdue_at_once += fresh and (one.due_at is None or one.due_at > now)
    found.items = await _described(session, shown)
    return found


def _moved(
    chunk: Sequence[Running], versions: dict[int, Policy], after: Policy
) -> list[tuple[Running, datetime | None]]:
    """Bookings whose clock moves, with the time at which they would be due (real time)."""
    found = []
    followed_by: dict[tuple[int, int], tuple[Policy, Policy]] = {}
    for one in chunk:
        terms = versions[one.policy_version]
        key = (one.policy_version, one.clocks_version or one.policy_version)
        if key not in followed_by:
            followed_by[key] = (
                with_clocks_of(terms, versions[key[1]]),
                with_clocks_of(terms, after),
            )
        followed, newer = followed_by[key]
        clock = PolicyClock(one.created_at, terms.seconds_per_day)
        entered_at = clock.policy_time(one.entered_at)
        later = sla_due_at(one.stage, entered_at, newer)
        if later != sla_due_at(one.stage, entered_at, followed):
            found.append((one, clock.real_time(later) if later else None))
    return found


def _follows(draft: Draft) -> list[ColumnElement[bool]]:
    return [
        Booking.closed_at.is_(None),
        PolicyVersion.campaign.is_not_distinct_from(draft.campaign),
    ]


async def _count_running(session: AsyncSession, draft: Draft) -> int:
    statement = (
        select(func.count())
        .select_from(Booking)
        .join(PolicyVersion, PolicyVersion.version == Booking.policy_version)
        .where(*_follows(draft))
    )
    return await session.scalar(statement) or 0


async def _versions(session: AsyncSession) -> dict[int, Policy]:
    stored = await session.scalars(select(PolicyVersion))
    return {row.version: parse_policy(row.version, row.body) for row in stored}


async def _running(session: AsyncSession, draft: Draft) -> AsyncIterator[list[Running]]:
    """Running bookings in the order of their ids, some at a time."""
    moved_at = (
        select(func.max(BookingActivity.created_at))
        .where(BookingActivity.booking_id == Booking.id, BookingActivity.type == "STAGE_CHANGED")
        .scalar_subquery()
    )
    statement = (
        select(
            Booking.id,
            Booking.stage,
            func.coalesce(Booking.stage_entered_at, moved_at, Booking.created_at),
            Booking.created_at,
            Booking.sla_due_at,
            Booking.policy_version,
            Booking.clocks_version,
        )
        .join(PolicyVersion, PolicyVersion.version == Booking.policy_version)
        .where(*_follows(draft))
        .order_by(Booking.id)
        .limit(CHUNK)
    )
    last = ""
    while True:
        rows = await session.execute(statement.where(Booking.id > last))
        chunk = [Running(row[0], Stage(row[1]), *row[2:]) for row in rows]
        if chunk:
            yield chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].id


async def _described(session: AsyncSession, shown: dict[str, datetime | None]) -> list[Moved]:
    statement = (
        select(Booking, Customer.name, Staff.name)
        .join(Customer, Customer.id == Booking.customer_id)
        .outerjoin(Staff, Staff.id == Booking.staff_id)
        .where(Booking.id.in_(shown))
        .order_by(Booking.id)
    )
    return [
        Moved(
            booking.id,
            booking.reference,
            customer,
            owner,
            Stage(booking.stage),
            booking.sla_due_at,
            shown[booking.id],
        )
        for booking, customer, owner in await session.execute(statement)
    ]
