"""What staff do with a booking's tasks."""

from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.store import timeline


class Tasking(DeskCore):
    """The desk's part for tasks."""

    async def finish_task(self, booking_id: str, task_id: str) -> None:
        """Marks an open task of a booking as done; one that is done stays so.

        Raises:
            NotFoundError: the booking has no such task.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            title = await timeline.finish_task(session, booking_id, task_id, self.actor)
            await timeline.add_activity(
                session,
                booking_id=booking_id,
                type="TASK_DONE",
                actor=self.actor,
                detail=title,
                dedupe_key=f"task:{task_id}",
            )
            await self.audit.record(
                session,
                AuditAction.TASK_DONE,
                task_id,
                after={"title": title, "status": "DONE"},
                booking_id=booking_id,
            )
