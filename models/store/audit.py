"""The audit log: written in the transaction of what it tells, read by filters, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.auditing import Asker, AuditAction
from models.messages.ids import new_id
from models.tables.audit import AuditEvent, AuditLink
from models.tables.crm import Booking, Staff

Facts = Mapping[str, Any]


async def record_audit(
    session: AsyncSession,
    asker: Asker,
    action: AuditAction,
    subject: str,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
    booking_id: str | None = None,
    once: bool = False,
) -> None:
    """Keeps what somebody did, in the transaction that does it: one INSERT.

    The event takes its place in the chain when the transaction commits.

    Args:
        session: the transaction of the change.
        asker: who, and by which request.
        action: what was done.
        subject: the id of what it was done to.
        before: the members that changed, as they were; dates, enums and models are fine.
        after: the same members as they are now.
        booking_id: the booking that the subject belongs to, if it is not one itself.
        once: a decision that may be asked for again with the same key is kept once.
    """
    statement = insert(AuditEvent).values(
        id=new_id("audit"),
        actor=asker.actor,
        login=asker.login,
        roles=list(asker.roles),
        action=action.value,
        subject=subject,
        booking_id=subject if subject.startswith("booking_") else booking_id,
        before=_stored(before),
        after=_stored(after),
        request_id=asker.request_id,
        ip=asker.ip,
        command_id=asker.command_id,
        once_key=f"{action}:{subject}:{asker.command_id}" if once and asker.command_id else None,
    )
    await session.execute(statement.on_conflict_do_nothing(index_elements=["once_key"]))


def _stored(facts: Facts | None) -> Any:
    return None if facts is None else to_jsonable_python(dict(facts))


def differing(before: Facts, after: Facts) -> tuple[dict[str, Any], dict[str, Any]]:
    """The members of two states that differ: as they were, and as they are."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


@dataclass(frozen=True)
class AuditFilter:
    """Which events to show; None is all. `subject` is an id, or a booking's id or reference."""

    actor: str | None = None
    action: AuditAction | None = None
    subject: str | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class AuditRow:
    """An event with its place in the chain, and names in the place of ids where there are some."""

    event: AuditEvent
    position: int | None
    hash: str | None
    actor_name: str
    reference: str | None
    """Of the booking."""


@dataclass(frozen=True)
class AuditPage:
    """A page of events, the newest first, and where the next one begins."""

    items: list[AuditRow]
    next: str | None
    """The id of the last event, when there are more."""


async def list_events(
    session: AsyncSession, wanted: AuditFilter, *, after: str | None = None, limit: int
) -> AuditPage:
    """Events that a filter lets through, the newest first.

    Args:
        session: a transaction.
        wanted: the filter.
        after: the id of the last event of the page before.
        limit: how many.
    """
    conditions = await _conditions(session, wanted)
    if after is not None:
        last = select(AuditEvent.at, AuditEvent.id).where(AuditEvent.id == after).scalar_subquery()
        conditions.append(tuple_(AuditEvent.at, AuditEvent.id) < last)
    statement = (
        select(AuditEvent, AuditLink.position, AuditLink.hash, Staff.name, Booking.reference)
        .outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
        .outerjoin(Staff, Staff.id == AuditEvent.actor)
        .outerjoin(Booking, Booking.id == AuditEvent.booking_id)
        .where(*conditions)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(limit + 1)
    )
    rows = [
        AuditRow(event, position, hash_, name or event.login, reference)
        for event, position, hash_, name, reference in await session.execute(statement)
    ]
    shown = rows[:limit]
    return AuditPage(shown, shown[-1].event.id if len(rows) > limit else None)


async def _conditions(session: AsyncSession, wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor:
        conditions.append(AuditEvent.actor == wanted.actor)
    if wanted.action:
        conditions.append(AuditEvent.action == wanted.action.value)
    if wanted.subject:
        named = await _subjects(session, wanted.subject)
        conditions.append(or_(AuditEvent.subject.in_(named), AuditEvent.booking_id.in_(named)))
    if wanted.since:
        conditions.append(AuditEvent.at >= wanted.since)
    if wanted.before:
        conditions.append(AuditEvent.at < wanted.before)
    return conditions


async def _subjects(session: AsyncSession, typed: str) -> Sequence[str]:
    """The ids that somebody means: the one that was typed, or the booking of a reference."""
    statement = select(Booking.id).where(Booking.reference == typed.upper())
    found = await session.scalar(statement)
    return [found or typed]


async def known_actors(session: AsyncSession) -> list[tuple[str, str]]:
    """Whom one can ask for: the id and name of every member of staff."""
    statement = select(Staff.id, Staff.name).order_by(Staff.name)
    return [(staff_id, name) for staff_id, name in await session.execute(statement)]
