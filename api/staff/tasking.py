"""What staff do with a booking's tasks."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import InvalidInputError, TaskChangedError
from models.domain.sharing import can_open
from models.store import staff, tasks
from models.store.audit import differing
from models.store.bookings import BookingRow
from models.store.tasks import NewStaffTask, task_hash
from models.tables.crm import Staff, Task


class Tasking(DeskCore):
    """The desk's part for tasks."""

    async def create_task(self, booking_id: str, wanted: NewStaffTask) -> str:
        """Opens a task, once for the command; whoever gets it from somebody else is told.

        Raises:
            InvalidInputError: the owner is nobody active, or can't open this booking.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
            owner = await self._owner(session, row, wanted.owner_id)
            remind_at = wanted.remind_at or self._told(owner)

            async def create() -> str:
                timed = replace(wanted, remind_at=remind_at)
                task = await tasks.create_task(session, booking_id, timed, self.actor)
                await self.audit.record(
                    session,
                    AuditAction.TASK_CREATED,
                    task.id,
                    after=asdict(timed),
                    booking_id=booking_id,
                )
                return task.id

            return await self.create_once(session, row, "TASK_CREATED", create)

    async def change_task(
        self, booking_id: str, task_id: str, changes: Mapping[str, Any], seen: str
    ) -> None:
        """Gives a task to somebody else, or changes its words, due time or reminder.

        Args:
            booking_id: the booking.
            task_id: its task.
            changes: new values by the names of `NewStaffTask`.
            seen: the task's hash as the caller saw it.

        Raises:
            TaskChangedError: the task is not as it was seen.
            InvalidInputError: the owner is nobody active, or can't open this booking.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
            task = await tasks.lock_task(session, booking_id, task_id)
            changes = {name: new for name, new in changes.items() if getattr(task, name) != new}
            before = _members(task, changes)
            if not changes:
                return
            if task_hash(task) != seen:
                raise TaskChangedError(await self._as_it_stands(session, task))
            owner = await self._owner(session, row, changes.get("owner_id"))
            await tasks.change_task(session, task, changes, self._told(owner))
            await self._keep(session, task, "TASK_CHANGED", before, _members(task, changes))

    async def finish_task(self, booking_id: str, task_id: str) -> None:
        """Marks an open task of a booking as done; one that is done stays so.

        Raises:
            NotFoundError: the booking has no such task.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            task = await tasks.lock_task(session, booking_id, task_id)
            if await tasks.finish_task(session, task, self.actor):
                await self._keep(session, task, "TASK_DONE", {"status": "OPEN"}, {"status": "DONE"})

    async def reopen_task(self, booking_id: str, task_id: str) -> None:
        """Opens a task again that was done; an open one stays so.

        Raises:
            NotFoundError: the booking has no such task.
            TaskNotReopenableError: nobody needs it any more.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            task = await tasks.lock_task(session, booking_id, task_id)
            if await tasks.reopen_task(session, task):
                after = {"status": "OPEN"}
                await self._keep(session, task, "TASK_REOPENED", {"status": "DONE"}, after)

    async def _owner(
        self, session: AsyncSession, row: BookingRow, staff_id: str | None
    ) -> Staff | None:
        if staff_id is None:
            return None
        owner = await staff.find_active(session, staff_id)
        if owner is None:
            raise InvalidInputError("Nobody active on the staff has this id.")
        if not can_open(owner.id, owner.roles, row.booking.staff_id):
            raise InvalidInputError(
                f"{owner.name} can't open this booking: it is not one of theirs. "
                "Hand the booking over first, or choose somebody else."
            )
        return owner

    def _told(self, owner: Staff | None) -> datetime | None:
        """At once, when it is somebody else who has to know."""
        theirs = owner is not None and owner.id != self.member.staff_id
        return datetime.now(UTC) if theirs else None

    async def _as_it_stands(self, session: AsyncSession, task: Task) -> str:
        owner = await staff.find_active(session, task.owner_id) if task.owner_id else None
        state = "is open" if task.status == tasks.OPEN else "was closed"
        whose = f"belongs to {owner.name}" if owner else "belongs to nobody yet"
        return (
            f"Somebody else changed this task meanwhile: it {state} and {whose}. "
            "Look at it again, then change it."
        )

    async def _keep(
        self,
        session: AsyncSession,
        task: Task,
        kind: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """The line in the timeline and the event in the audit log."""
        await self.note_once(session, task.booking_id, kind, task.title, of=f":{task.id}")
        was, became = differing(before, after)
        await self.audit.record(
            session,
            AuditAction(kind),
            task.id,
            before=was,
            after={"title": task.title, **became},
            booking_id=task.booking_id,
        )


def _members(task: Task, named: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(task, name) for name in named}
