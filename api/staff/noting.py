"""What staff write down about a booking."""

from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.store import timeline
from models.store.timeline import TimelineEntry


class Noting(DeskCore):
    """The desk's part for what people know."""

    async def add_activity(self, booking_id: str, kind: str, detail: str) -> TimelineEntry:
        """Writes a line into the timeline, once for the command."""
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            line = await timeline.add_activity(
                session,
                booking_id=booking_id,
                type=kind,
                actor=self.actor,
                detail=detail,
                dedupe_key=f"activity:{self.command_id}",
            )
            await self.audit.record(
                session,
                AuditAction.TIMELINE_LINE_ADDED,
                line.id,
                after={"type": kind, "detail": detail},
                booking_id=booking_id,
                once=True,
            )
        return line
