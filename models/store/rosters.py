"""Who is away and who works when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.errors import LeaveOverlapsError, NotFoundError
from models.domain.staffed_hours import Shift
from models.messages.ids import new_id
from models.tables.crm import Staff
from models.tables.rosters import StaffLeave, StaffShift


@dataclass(frozen=True)
class LeaveRow:
    """An absence with the name of whoever is away."""

    leave: StaffLeave
    staff_name: str


@dataclass(frozen=True)
class LeavePage:
    """A page of absences and how many there are."""

    items: list[LeaveRow]
    total: int


async def list_leave(
    session: AsyncSession,
    *,
    since: date,
    until: date,
    staff_id: str | None = None,
    page: int = 1,
    page_size: int,
) -> LeavePage:
    """Absences that touch the days from `since` to `until`, the earliest first."""
    conditions: list[ColumnElement[bool]] = [
        StaffLeave.ends_on >= since,
        StaffLeave.starts_on <= until,
    ]
    if staff_id is not None:
        conditions.append(StaffLeave.staff_id == staff_id)
    total = await session.scalar(select(func.count()).select_from(StaffLeave).where(*conditions))
    statement = (
        select(StaffLeave, Staff.name)
        .join(Staff, Staff.id == StaffLeave.staff_id)
        .where(*conditions)
        .order_by(StaffLeave.starts_on, Staff.name, StaffLeave.id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return LeavePage([LeaveRow(*row) for row in await session.execute(statement)], total or 0)


async def enter_leave(
    session: AsyncSession,
    staff_id: str,
    starts_on: date,
    ends_on: date,
    *,
    by: str,
    leave_id: str | None = None,
) -> LeaveRow:
    """Keeps that somebody is away, once for the same `leave_id`.

    Raises:
        NotFoundError: nobody has this id.
        LeaveOverlapsError: they are away on some of these days already.
    """
    if await session.get(Staff, staff_id) is None:
        raise NotFoundError("Nobody on the staff has this id.")
    leave_id = leave_id or new_id("leave")
    if await session.get(StaffLeave, leave_id) is None:
        try:
            await session.execute(
                insert(StaffLeave)
                .values(
                    id=leave_id,
                    staff_id=staff_id,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    created_by=by,
                )
                .on_conflict_do_nothing(index_elements=["id"])
            )
        except IntegrityError as error:
            if "one_at_a_time" in str(error.orig):
                raise LeaveOverlapsError from error
            raise
    return await find_leave(session, leave_id)


async def find_leave(session: AsyncSession, leave_id: str) -> LeaveRow:
    """An absence.

    Raises:
        NotFoundError: there is none of this id.
    """
    statement = (
        select(StaffLeave, Staff.name)
        .join(Staff, Staff.id == StaffLeave.staff_id)
        .where(StaffLeave.id == leave_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such leave; it may have been taken back.")
    return LeaveRow(*row)


async def take_back_leave(session: AsyncSession, leave_id: str) -> None:
    """Removes an absence."""
    await session.execute(delete(StaffLeave).where(StaffLeave.id == leave_id))


async def shifts_of(
    session: AsyncSession, staff_ids: Sequence[str]
) -> dict[str, tuple[Shift, ...]]:
    """The own hours of those who have some, by staff id."""
    statement = select(StaffShift).where(StaffShift.staff_id.in_(staff_ids))
    found: dict[str, list[Shift]] = defaultdict(list)
    for row in await session.scalars(statement.order_by(StaffShift.weekday)):
        found[row.staff_id].append(Shift(row.weekday, row.opens, row.closes))
    return {staff_id: tuple(shifts) for staff_id, shifts in found.items()}


async def replace_shifts(session: AsyncSession, staff_id: str, shifts: Sequence[Shift]) -> None:
    """Gives somebody hours of their own; none are those of the office."""
    await session.execute(delete(StaffShift).where(StaffShift.staff_id == staff_id))
    for shift in shifts:
        session.add(
            StaffShift(
                staff_id=staff_id, weekday=shift.weekday, opens=shift.opens, closes=shift.closes
            )
        )
    await session.flush()
