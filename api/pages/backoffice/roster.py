"""`/backoffice/roster`: the leave calendar, the hours of the staff, and hand-overs."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, named, page, typed
from api.pages.backoffice.policy_words import WEEKDAYS
from api.staff.assigning import AT_ONCE, destined, hand_over, office_hours
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, LAST_PAGE, total_pages
from api.staff.roster_schemas import HoursIn, LeaveIn
from api.staff.rostering import change_hours, enter_leave, take_back_leave
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.domain.staffed_hours import DAYS_IN_WEEK, Shift, local_day
from models.store import assignment, rosters, staff
from models.store.rosters import LeaveRow
from models.tables.crm import Staff

router = APIRouter(prefix="/backoffice/roster", include_in_schema=False)

SECTION = "roster"
ADDRESS = "/backoffice/roster"
READING = [Allowed(Permission.READ_STAFF)]
EDITING = [Allowed(Permission.EDIT_ROSTER)]
ASSIGNING = [Allowed(Permission.ASSIGN_BOOKINGS)]
MOST_SHOWN = 200
Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]
Month = Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")]


@dataclass(frozen=True)
class MonthShown:
    """A month of the calendar: its days, who is away when, and its neighbours."""

    first: date
    days: list[date]
    before: str
    after: str
    away: dict[str, set[date]]
    """Days by staff id."""

    @property
    def key(self) -> str:
        """The month as addresses name it: `2027-02`."""
        return f"{self.first:%Y-%m}"


@router.get("", dependencies=READING)
async def calendar(
    request: Request, desk: PageReading, month: Month = "", number: Number = 1
) -> HTMLResponse:
    """A month of the leave calendar, and who is away from now on."""
    return await _calendar(request, desk, month=month, number=number)


@router.post("/leave", dependencies=EDITING)
async def enter(request: Request, desk: PageAsking) -> Response:
    """Keeps that somebody is away."""
    entered = await typed(request)
    try:
        leave = LeaveIn(
            staff_id=entered["staff_id"],
            starts_on=entered["starts_on"],
            ends_on=entered["ends_on"],
        )
        await enter_leave(desk, leave.staff_id, leave.starts_on, leave.ends_on)
    except ValidationError as error:
        refusal = Refusal.of(InvalidInputError("Choose who is away, and the first and last day."))
        errors = Typed(sentences(error))
        return await _calendar(request, desk, refusal=refusal, entered=entered, errors=errors)
    except DomainError as error:
        return await _calendar(request, desk, refusal=Refusal.of(error), entered=entered)
    return done(ADDRESS, "leave")


@router.post("/leave/{leave_id}/withdrawal", dependencies=EDITING)
async def take_back(leave_id: str, request: Request, desk: PageAsking) -> Response:
    """Takes a leave back."""
    try:
        await take_back_leave(desk, leave_id)
    except DomainError as error:
        return await _calendar(request, desk, refusal=Refusal.of(error))
    return done(ADDRESS, "leave_back")


@router.get("/{staff_id}", dependencies=READING)
async def show_person(staff_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """Somebody's hours and leave; for who may assign, what they hold and who would take it."""
    return await _person(request, desk, staff_id)


@router.post("/{staff_id}/hours", dependencies=EDITING)
async def set_hours(staff_id: str, request: Request, desk: PageAsking) -> Response:
    """Gives somebody hours of their own."""
    entered = await typed(request)
    try:
        hours = HoursIn.model_validate({"shifts": _shifts(entered)})
        await change_hours(desk, staff_id, [shift.shift() for shift in hours.shifts])
    except ValidationError:
        text = "Write both times of a day, such as 08:00 and 20:00, closing after opening."
        refusal = Refusal.of(InvalidInputError(text))
        return await _person(request, desk, staff_id, refusal=refusal, entered=entered)
    return done(f"{ADDRESS}/{staff_id}", "shifts")


@router.post("/{staff_id}/hand-over", dependencies=ASSIGNING)
async def hand_all_over(staff_id: str, request: Request, desk: PageAsking) -> Response:
    """Hands over what somebody holds, and says what moved and what did not."""
    entered = await typed(request)
    try:
        handed = await hand_over(desk, staff_id, entered["to"] or None)
    except DomainError as error:
        return await _person(request, desk, staff_id, refusal=Refusal.of(error), entered=entered)
    return await _person(request, desk, staff_id, handed=handed)


def _shifts(entered: Typed) -> list[dict[str, object]]:
    return [
        {"weekday": day, "opens": entered[f"opens_{day}"], "closes": entered[f"closes_{day}"]}
        for day in range(DAYS_IN_WEEK)
        if entered[f"opens_{day}"] or entered[f"closes_{day}"]
    ]


async def _calendar(
    request: Request,
    desk: Desk,
    *,
    month: str = "",
    number: int = 1,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
    errors: Typed | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        today = await _today(session)
        people = await staff.list_staff(session)
        shown = await _month(session, month, today)
        found = await rosters.list_leave(
            session, since=today, until=date.max, page=number, page_size=DEFAULT_PAGE_SIZE
        )
    return page(
        request,
        desk,
        "roster.html",
        section=SECTION,
        refusal=refusal,
        people=people[:MOST_SHOWN],
        people_options=named({one.id: one.name for one in people}, "Choose somebody"),
        month=shown,
        today=today,
        found=found,
        may_edit=desk.member.may(Permission.EDIT_ROSTER),
        typed=entered or Typed(),
        errors=errors or Typed(),
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=lambda one: f"{ADDRESS}?{urlencode({'month': month, 'page': one})}",
    )


async def _today(session: AsyncSession) -> date:
    return local_day(datetime.now(UTC), (await office_hours(session)).zone)


async def _month(session: AsyncSession, month: str, today: date) -> MonthShown:
    first = date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
    days = monthrange(first.year, first.month)[1]
    last = first + timedelta(days=days - 1)
    found = await rosters.list_leave(session, since=first, until=last, page_size=MOST_SHOWN * 2)
    return MonthShown(
        first,
        [first + timedelta(days=number) for number in range(days)],
        f"{first - timedelta(days=1):%Y-%m}",
        f"{last + timedelta(days=1):%Y-%m}",
        _away(found.items, first, last),
    )


def _away(rows: list[LeaveRow], first: date, last: date) -> dict[str, set[date]]:
    away: dict[str, set[date]] = {}
    for row in rows:
        begins, ends = max(row.leave.starts_on, first), min(row.leave.ends_on, last)
        days = (begins + timedelta(days=number) for number in range((ends - begins).days + 1))
        away.setdefault(row.leave.staff_id, set()).update(days)
    return away


async def _person(
    request: Request,
    desk: Desk,
    staff_id: str,
    *,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
    handed: object = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        person = await staff.find_staff(session, staff_id)
        office = await office_hours(session)
        own = (await rosters.shifts_of(session, [staff_id])).get(staff_id, ())
        today = local_day(datetime.now(UTC), office.zone)
        leaves = await rosters.list_leave(
            session, since=today, until=date.max, staff_id=staff_id, page_size=DEFAULT_PAGE_SIZE
        )
        holding = await _holding(session, desk, person)
    return page(
        request,
        desk,
        "roster_person.html",
        section=SECTION,
        refusal=refusal,
        person=person,
        office=office,
        own=bool(own),
        hours=entered if entered and "opens_0" in entered else _hours(own),
        weekdays=WEEKDAYS,
        leaves=leaves.items,
        may_edit=desk.member.may(Permission.EDIT_ROSTER),
        handed=handed,
        at_once=AT_ONCE,
        **holding,
    )


def _hours(own: tuple[Shift, ...]) -> Typed:
    texts = {}
    for shift in own:
        texts[f"opens_{shift.weekday}"] = f"{shift.opens:%H:%M}"
        texts[f"closes_{shift.weekday}"] = f"{shift.closes:%H:%M}"
    return Typed(texts)


async def _holding(session: AsyncSession, desk: Desk, person: Staff) -> dict[str, Any]:
    """What somebody holds and whom each would go to; nothing for who may not assign."""
    if not desk.member.may(Permission.ASSIGN_BOOKINGS):
        return {"holding": None, "chosen": [], "takers": []}
    holding = await assignment.holding_of(session, person.id, limit=AT_ONCE)
    chosen = await destined(session, holding.bookings, person.id, None)
    people = await staff.list_staff(session)
    takers = {one.id: one.name for one in people if one.id != person.id}
    return {
        "holding": holding,
        "chosen": chosen,
        "takers": named(takers, "The best for each booking"),
    }
