"""Tasks: opened, given to somebody, put off, done and opened again; read by booking or person."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.access import Role
from models.domain.errors import NotFoundError, TaskNotReopenableError
from models.messages.ids import new_id
from models.tables.crm import Booking, Customer, Staff, Task

OPEN, DONE, WITHDRAWN = "OPEN", "DONE", "WITHDRAWN"
MOST_OF_A_BOOKING = 200
NEVER = func.to_timestamp(253402300799)
"""Where tasks without a due time stand in the order: after all others."""


@dataclass(frozen=True)
class NewStaffTask:
    """A task that a person makes. `remind_at`: when its owner is told again, once."""

    title: str
    detail: str = ""
    owner_id: str | None = None
    due_at: datetime | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True)
class TaskRow:
    """A task with the booking that it belongs to."""

    task: Task
    reference: str
    customer_name: str
    owner_name: str | None


@dataclass(frozen=True)
class TaskCursor:
    """The last task of a page, after which the next begins; None stands for no due time."""

    due_at: datetime | None
    id: str


@dataclass(frozen=True)
class TaskPage:
    """Tasks, the most urgent first; `next` is where the next page begins."""

    rows: list[TaskRow]
    next: TaskCursor | None


async def create_task(
    session: AsyncSession, booking_id: str, wanted: NewStaffTask, created_by: str, key: str = ""
) -> Task:
    """Opens a task of the staff; `key` is what it is for where it may be opened only once."""
    task_id = new_id("task")
    task = Task(
        id=task_id,
        booking_id=booking_id,
        key=key or f"by_hand:{task_id}",
        title=wanted.title,
        detail=wanted.detail,
        owner_id=wanted.owner_id,
        owner_role=Role.STAFF.value,
        owner_chosen=wanted.owner_id is not None,
        due_at=wanted.due_at,
        remind_at=wanted.remind_at,
        created_by=created_by,
    )
    session.add(task)
    await session.flush()
    return task


def task_hash(task: Task) -> str:
    """The mark by which a caller shows how they saw a task: another one after every change."""
    seen = (
        task.id,
        task.status,
        task.title,
        task.detail,
        task.owner_id,
        task.owner_role,
        task.due_at and task.due_at.timestamp(),
        task.remind_at and task.remind_at.timestamp(),
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:40]


async def lock_task(session: AsyncSession, booking_id: str, task_id: str) -> Task:
    """A task of a booking, held until the transaction ends: two people take turns.

    Raises:
        NotFoundError: the booking has no such task.
    """
    task: Task | None = await session.scalar(
        select(Task).where(Task.id == task_id, Task.booking_id == booking_id).with_for_update()
    )
    if task is None:
        raise NotFoundError("This booking has no such task.")
    return task


async def change_task(
    session: AsyncSession, task: Task, changes: Mapping[str, Any], told: datetime | None
) -> None:
    """Changes title, detail, owner, due time or reminder of a task.

    Args:
        session: the transaction in which the task is locked.
        task: the task.
        changes: new values by the names of `NewStaffTask`.
        told: when the owner shall be told, if the changes set no reminder; None for not at all.
    """
    for name, value in changes.items():
        setattr(task, name, value)
    if "owner_id" in changes:
        task.owner_chosen = True
    if "remind_at" not in changes and told is not None:
        task.remind_at = told
    if "remind_at" in changes or told is not None:
        task.reminded_at = None
    await session.flush()


async def finish_task(session: AsyncSession, task: Task, done_by: str) -> bool:
    """Marks an open task as done by someone; False when it was not open any more."""
    if task.status != OPEN:
        return False
    task.status, task.done_by, task.done_at = DONE, done_by, await _now(session)
    return True


async def reopen_task(session: AsyncSession, task: Task) -> bool:
    """Opens a task again that was done; False when it is open.

    Raises:
        TaskNotReopenableError: it was withdrawn, for nobody needs it any more.
    """
    if task.status == OPEN:
        return False
    if task.status != DONE:
        raise TaskNotReopenableError
    task.status, task.done_by, task.done_at = OPEN, None, None
    await session.flush()
    return True


async def _now(session: AsyncSession) -> datetime:
    moment: datetime = (await session.execute(select(func.now()))).scalar_one()
    return moment


def _rows(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(Task, Booking.reference, Customer.name, Staff.name)
        .join(Booking, Booking.id == Task.booking_id)
        .join(Customer, Customer.id == Booking.customer_id)
        .outerjoin(Staff, Staff.id == Task.owner_id)
        .where(*conditions)
    )


async def tasks_of_booking(session: AsyncSession, booking_id: str) -> list[TaskRow]:
    """A booking's tasks, the open ones first by urgency, then the last closed; at most 200."""
    statement = _rows(Task.booking_id == booking_id).order_by(
        (Task.status == OPEN).desc(),
        Task.done_at.desc().nulls_first(),
        Task.due_at.asc().nulls_last(),
        Task.id,
    )
    found = await session.execute(statement.limit(MOST_OF_A_BOOKING))
    return [TaskRow(*row) for row in found]


@dataclass(frozen=True)
class Whose:
    """Whose tasks: a member of staff's and, where nobody owns them, those of roles.

    `only_owner` confines what is seen to bookings of one member of staff; None means all.
    """

    staff_id: str | None
    roles: Collection[str]
    only_owner: str | None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a task must be to be seen here."""
        unowned = Task.owner_id.is_(None) & Task.owner_role.in_(sorted(self.roles))
        mine = unowned if self.staff_id is None else or_(Task.owner_id == self.staff_id, unowned)
        found = [Task.status == OPEN, mine]
        if self.only_owner is not None:
            found.append(Booking.staff_id == self.only_owner)
        return found


async def open_tasks_for(
    session: AsyncSession, whose: Whose, *, after: TaskCursor | None = None, limit: int
) -> TaskPage:
    """A page of somebody's open tasks, the most urgent first, in one query."""
    due = func.coalesce(Task.due_at, NEVER)
    conditions = whose.conditions()
    if after is not None:
        since = NEVER if after.due_at is None else after.due_at
        conditions.append(tuple_(due, Task.id) > tuple_(since, after.id))
    statement = _rows(*conditions).order_by(due, Task.id).limit(limit + 1)
    rows = [TaskRow(*row) for row in await session.execute(statement)]
    shown, more = rows[:limit], len(rows) > limit
    last = shown[-1].task if more else None
    return TaskPage(shown, TaskCursor(last.due_at, last.id) if last else None)


async def reminders_for(session: AsyncSession, whose: Whose, limit: int = 50) -> list[TaskRow]:
    """Somebody's open tasks whose reminder has rung, the last rung first."""
    rung = Task.remind_at <= func.now()
    statement = _rows(*whose.conditions(), rung).order_by(Task.remind_at.desc(), Task.id)
    return [TaskRow(*row) for row in await session.execute(statement.limit(limit))]


async def find_task(session: AsyncSession, booking_id: str, task_id: str) -> TaskRow:
    """A task of a booking.

    Raises:
        NotFoundError: the booking has no such task.
    """
    statement = _rows(Task.id == task_id, Task.booking_id == booking_id)
    row = (await session.execute(statement)).first()
    if row is None:
        raise NotFoundError("This booking has no such task.")
    return TaskRow(*row)
