"""The timeline of a booking and the tasks that it made."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.errors import NotFoundError
from models.messages.ids import new_id
from models.store.inbound_lines import line_text, shown_by_line
from models.tables.crm import Booking, BookingActivity, Customer, Staff, Task
from models.tables.inbound import InboundMessage


@dataclass(frozen=True)
class TimelineEntry:
    """A line of the timeline with the name of who caused it."""

    id: str
    booking_id: str
    type: str
    actor: str
    actor_name: str
    detail: str
    created_at: datetime


async def list_activities(session: AsyncSession, booking_id: str) -> list[TimelineEntry]:
    """Every line of a booking's timeline, oldest first."""
    statement = (
        select(BookingActivity, Staff.name, InboundMessage)
        .outerjoin(Staff, Staff.id == BookingActivity.actor)
        .outerjoin(InboundMessage, shown_by_line())
        .where(BookingActivity.booking_id == booking_id)
        .order_by(BookingActivity.created_at, BookingActivity.id)
    )
    return [_entry(*row) for row in await session.execute(statement)]


def _entry(
    activity: BookingActivity, staff_name: str | None, message: InboundMessage | None = None
) -> TimelineEntry:
    return TimelineEntry(
        id=activity.id,
        booking_id=activity.booking_id,
        type=activity.type,
        actor=activity.actor,
        actor_name=staff_name or activity.actor,
        detail=line_text(activity.detail, message),
        created_at=activity.created_at,
    )


async def add_activity(
    session: AsyncSession,
    *,
    booking_id: str,
    type: str,  # noqa: A002 - the column's name
    actor: str,
    detail: str,
    dedupe_key: str | None = None,
) -> TimelineEntry:
    """Writes a line; the same `dedupe_key` in a booking writes it once and returns the first."""
    statement = insert(BookingActivity).values(
        id=new_id("act"),
        booking_id=booking_id,
        type=type,
        actor=actor,
        detail=detail,
        dedupe_key=dedupe_key,
    )
    await session.execute(statement.on_conflict_do_nothing())
    stored = (
        select(BookingActivity, Staff.name)
        .outerjoin(Staff, Staff.id == BookingActivity.actor)
        .where(BookingActivity.booking_id == booking_id)
    )
    if dedupe_key is None:
        stored = stored.order_by(BookingActivity.created_at.desc()).limit(1)
    else:
        stored = stored.where(BookingActivity.dedupe_key == dedupe_key)
    activity, name = (await session.execute(stored)).one()
    return _entry(activity, name)


async def find_line(session: AsyncSession, booking_id: str, dedupe_key: str) -> str | None:
    """The detail of the line that has this key in a booking's timeline, if there is one."""
    return await session.scalar(
        select(BookingActivity.detail).where(
            BookingActivity.booking_id == booking_id, BookingActivity.dedupe_key == dedupe_key
        )
    )


@dataclass(frozen=True)
class TaskRow:
    """A task with the booking that it belongs to."""

    task: Task
    reference: str
    customer_name: str
    owner_name: str | None


async def _tasks(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[TaskRow]:
    statement = (
        select(Task, Booking.reference, Customer.name, Staff.name)
        .join(Booking, Booking.id == Task.booking_id)
        .join(Customer, Customer.id == Booking.customer_id)
        .outerjoin(Staff, Staff.id == Task.owner_id)
        .where(*conditions)
        .order_by(Task.status.desc(), Task.due_at.asc().nulls_last(), Task.id)
        .limit(200)
    )
    return [TaskRow(*row) for row in await session.execute(statement)]


async def tasks_of_booking(session: AsyncSession, booking_id: str) -> list[TaskRow]:
    """A booking's tasks, the open ones first."""
    return await _tasks(session, Task.booking_id == booking_id)


async def open_tasks_for(
    session: AsyncSession, *, staff_id: str | None, roles: frozenset[str], only_owner: str | None
) -> list[TaskRow]:
    """Open tasks of a member of staff and of their roles, the most urgent first; at most 200."""
    mine = or_(Task.owner_id == staff_id, Task.owner_id.is_(None) & Task.owner_role.in_(roles))
    conditions: list[ColumnElement[bool]] = [Task.status == "OPEN", mine]
    if only_owner is not None:
        conditions.append(Booking.staff_id == only_owner)
    return await _tasks(session, *conditions)


async def finish_task(session: AsyncSession, booking_id: str, task_id: str, done_by: str) -> str:
    """Marks an open task as done by someone, once; returns its title.

    Raises:
        NotFoundError: the booking has no such task.
    """
    task = await session.scalar(
        select(Task).where(Task.id == task_id, Task.booking_id == booking_id).with_for_update()
    )
    if task is None:
        raise NotFoundError("This booking has no such task.")
    if task.status == "OPEN":
        task.status = "DONE"
        task.done_by = done_by
        task.done_at = await session.scalar(select(func.now()))
    return task.title
