"""What the proposal of an owner is made from: people, their open bookings, leave and hours."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.access import Role
from models.domain.assignment import Candidate, Leave
from models.domain.staffed_hours import StaffedHours
from models.store.bookings import BookingRow, rows_of
from models.store.rosters import shifts_of
from models.tables.crm import Booking, Staff, Task
from models.tables.rosters import StaffLeave

OWNERS = (Role.STAFF.value, Role.MANAGER.value, Role.ADMIN.value)
"""Who takes bookings; somebody whose roles are not known yet may as well."""
MOST_CANDIDATES = 200


async def candidates(
    session: AsyncSession, office: StaffedHours, today: date, *, but: str | None = None
) -> list[Candidate]:
    """Everybody active who may take bookings, by name, in four queries; at most 200.

    Args:
        session: the transaction.
        office: the hours of whoever has none of their own, and the office's zone and holidays.
        today: the day in the office's zone; leave that is over is left out.
        but: the id of somebody who is not asked.
    """
    may_own = or_(func.cardinality(Staff.roles) == 0, Staff.roles.overlap(OWNERS))
    statement = select(Staff).where(Staff.active, may_own, Staff.id.is_distinct_from(but))
    people = list(await session.scalars(statement.order_by(Staff.name).limit(MOST_CANDIDATES)))
    ids = [one.id for one in people]
    load = await _load(session, ids)
    leaves = await _leaves(session, ids, today)
    shifts = await shifts_of(session, ids)
    return [
        Candidate(
            staff_id=one.id,
            name=one.name,
            destinations=tuple(one.destinations),
            languages=tuple(one.languages),
            open_bookings=load.get(one.id, 0),
            leaves=leaves.get(one.id, ()),
            hours=replace(office, shifts=shifts[one.id]) if one.id in shifts else office,
        )
        for one in people
    ]


def _open_of(staff_id: str) -> list[ColumnElement[bool]]:
    return [Booking.closed_at.is_(None), Booking.staff_id == staff_id]


async def _load(session: AsyncSession, ids: list[str]) -> dict[str, int]:
    statement = (
        select(Booking.staff_id, func.count())
        .where(Booking.closed_at.is_(None), Booking.staff_id.in_(ids))
        .group_by(Booking.staff_id)
    )
    return {owner: count for owner, count in await session.execute(statement) if owner}


async def _leaves(
    session: AsyncSession, ids: list[str], today: date
) -> dict[str, tuple[Leave, ...]]:
    statement = (
        select(StaffLeave)
        .where(StaffLeave.staff_id.in_(ids), StaffLeave.ends_on >= today)
        .order_by(StaffLeave.starts_on)
    )
    found: dict[str, tuple[Leave, ...]] = {}
    for row in await session.scalars(statement):
        leave = Leave(row.starts_on, row.ends_on)
        found[row.staff_id] = (*found.get(row.staff_id, ()), leave)
    return found


@dataclass(frozen=True)
class Holding:
    """What somebody holds: a page of their open bookings, how many there are, and open tasks."""

    bookings: list[BookingRow]
    total: int
    tasks: int


async def holding_of(session: AsyncSession, staff_id: str, *, limit: int) -> Holding:
    """The open bookings of a member of staff, the most urgent first."""
    total = await session.scalar(
        select(func.count()).select_from(Booking).where(*_open_of(staff_id))
    )
    tasks = await session.scalar(
        select(func.count())
        .select_from(Task)
        .where(Task.owner_id == staff_id, Task.status == "OPEN")
    )
    statement = (
        rows_of()
        .where(*_open_of(staff_id))
        .order_by(Booking.sla_due_at.asc().nulls_last(), Booking.id)
        .limit(limit)
    )
    rows = [BookingRow(*row) for row in await session.execute(statement)]
    return Holding(rows, total or 0, tasks or 0)
