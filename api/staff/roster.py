"""`/api/v1/leave` and the hours of the staff: who is away, who works when."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.allowed import Allowed
from api.staff.assigning import office_hours
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, Page, PageSize, total_pages
from api.staff.roster_schemas import (
    EARLIEST,
    LATEST,
    HoursIn,
    HoursOut,
    LeaveEntered,
    LeaveIn,
    LeaveList,
    leave_out,
    shift_out,
)
from api.staff.rostering import change_hours, enter_leave, take_back_leave
from models.domain.access import Permission
from models.store import rosters, staff

router = APIRouter(prefix="/api/v1", tags=["staff"])

READING = [Allowed(Permission.READ_STAFF)]
EDITING = [Allowed(Permission.EDIT_ROSTER)]
Day = Annotated[date, Query(ge=EARLIEST, le=LATEST)]
StaffQuery = Annotated[str | None, Query(max_length=100)]


@router.get("/leave", dependencies=READING)
async def list_leave(
    desk: Reading,
    since: Day = EARLIEST,
    until: Day = LATEST,
    staff_id: StaffQuery = None,
    page: Page = 1,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
) -> LeaveList:
    """Absences that touch these days, the earliest first."""
    async with desk.sessions() as session:
        found = await rosters.list_leave(
            session, since=since, until=until, staff_id=staff_id, page=page, page_size=page_size
        )
    return LeaveList(
        items=[leave_out(row) for row in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
    )


@router.post("/leave", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def enter(leave: LeaveIn, desk: Asking) -> LeaveEntered:
    """Keeps that somebody is away; days on which they are away already are refused."""
    row = await enter_leave(desk, leave.staff_id, leave.starts_on, leave.ends_on)
    return LeaveEntered(leave=leave_out(row))


@router.post("/leave/{leave_id}/withdrawal", dependencies=EDITING)
async def take_back(leave_id: str, desk: Asking) -> LeaveEntered:
    """Takes a leave back; answers with what it was."""
    return LeaveEntered(leave=leave_out(await take_back_leave(desk, leave_id)))


@router.get("/staff/{staff_id}/hours", dependencies=READING)
async def show_hours(staff_id: str, desk: Reading) -> HoursOut:
    """When somebody works: their own hours, or those of the office."""
    async with desk.sessions() as session:
        await staff.find_staff(session, staff_id)
        office = await office_hours(session)
        own = (await rosters.shifts_of(session, [staff_id])).get(staff_id)
    return HoursOut(
        staff_id=staff_id,
        own=own is not None,
        zone=office.zone,
        shifts=[shift_out(shift) for shift in own or office.shifts],
    )


@router.patch("/staff/{staff_id}/hours", dependencies=EDITING)
async def change(staff_id: str, hours: HoursIn, desk: Asking) -> HoursOut:
    """Gives somebody hours of their own; an empty list gives them those of the office."""
    await change_hours(desk, staff_id, [shift.shift() for shift in hours.shifts])
    return await show_hours(staff_id, desk)
