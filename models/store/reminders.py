"""Reminders of tasks that are due: put on their way once, by the outbox."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.messages.workflow_names import TASK_REMINDER, task_reminder_id
from models.store.outbox import enqueue_signal
from models.tables.crm import Staff, Task


async def send_due_reminders(session: AsyncSession, limit: int) -> int:
    """Puts what is due on its way; several who ask at once share it. Returns how many."""
    tasks = await session.scalars(
        select(Task)
        .where(Task.status == "OPEN", Task.reminded_at.is_(None), Task.remind_at <= func.now())
        .order_by(Task.remind_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = list(tasks)
    for task in found:
        task.reminded_at = func.now()
        reminder = subject_of(task)
        await enqueue_signal(session, task_reminder_id(reminder), TASK_REMINDER, reminder)
    return len(found)


def subject_of(task: Task) -> str:
    """What a reminder is about: the task, and for which time it was set."""
    return f"{task.id}:{task.remind_at:%Y%m%dT%H%M%S%f}"


async def booking_of_task(session: AsyncSession, task_id: str) -> str | None:
    """The booking that a task belongs to; None when there is no such task."""
    return await session.scalar(select(Task.booking_id).where(Task.id == task_id))


@dataclass(frozen=True)
class TaskAbout:
    """A task with the person who owns it by now, if somebody does."""

    task: Task
    owner: Staff | None


async def about_reminder(session: AsyncSession, subject_ref: str) -> TaskAbout | None:
    """What a reminder says; None when the task is done or the reminder was set to another time.

    Raises:
        NotFoundError: there is no such task.
    """
    statement = (
        select(Task, Staff)
        .outerjoin(Staff, Staff.id == Task.owner_id)
        .where(Task.id == subject_ref.partition(":")[0])
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such task.")
    about = TaskAbout(*row)
    current = about.task.remind_at is not None and subject_of(about.task) == subject_ref
    return about if current and about.task.status == "OPEN" else None
