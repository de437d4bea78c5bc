"""What managers do with leave and hours, for the JSON API and the pages."""

from collections.abc import Sequence
from datetime import date

from api.staff.desk import Desk
from models.domain.auditing import AuditAction
from models.domain.staffed_hours import Shift
from models.messages.ids import id_of_command
from models.store import rosters, staff
from models.store.rosters import LeaveRow


async def enter_leave(desk: Desk, staff_id: str, starts_on: date, ends_on: date) -> LeaveRow:
    """Keeps that somebody is away, once for the command.

    Raises:
        NotFoundError: nobody has this id.
        LeaveOverlapsError: they are away on some of these days already.
    """
    leave_id = id_of_command("leave", desk.command_id)
    async with desk.sessions.begin() as session:
        row = await rosters.enter_leave(
            session, staff_id, starts_on, ends_on, by=desk.actor, leave_id=leave_id
        )
        await desk.audit.record(
            session, AuditAction.LEAVE_ENTERED, leave_id, after=_facts(row), once=True
        )
    return row


async def take_back_leave(desk: Desk, leave_id: str) -> LeaveRow:
    """Removes an absence; returns what it was.

    Raises:
        NotFoundError: there is none, or it was taken back already.
    """
    async with desk.sessions.begin() as session:
        row = await rosters.find_leave(session, leave_id)
        await rosters.take_back_leave(session, leave_id)
        await desk.audit.record(session, AuditAction.LEAVE_TAKEN_BACK, leave_id, before=_facts(row))
    return row


async def change_hours(desk: Desk, staff_id: str, shifts: Sequence[Shift]) -> None:
    """Gives somebody hours of their own; none are those of the office.

    Raises:
        NotFoundError: nobody has this id.
    """
    async with desk.sessions.begin() as session:
        await staff.find_staff(session, staff_id)
        before = (await rosters.shifts_of(session, [staff_id])).get(staff_id, ())
        await rosters.replace_shifts(session, staff_id, shifts)
        await desk.audit.record(
            session,
            AuditAction.SHIFTS_CHANGED,
            staff_id,
            before={"shifts": list(before)},
            after={"shifts": list(shifts)},
        )


def _facts(row: LeaveRow) -> dict[str, object]:
    leave = row.leave
    return {"staff_id": leave.staff_id, "starts_on": leave.starts_on, "ends_on": leave.ends_on}
