"""`/backoffice/account`: where somebody is logged in, what logged in before, and how to end it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from api.identity.allowed import Allowed
from api.identity.device import browser_of, system_of
from api.identity.session import COOKIE, hash_of, idle_limit
from api.pages.backoffice.frame import Refusal, done, page
from api.pages.reader import reader
from api.pages.translation import gettext
from api.resources import ApiResources, Resources
from api.staff.desk import Desk
from api.staff.documents import Storage
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import LAST_PAGE, total_pages
from api.staff.portraits import drop_portrait, keep_portrait
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import DomainError, FileRefusedError, NotFoundError
from models.domain.photos import MOST_BYTES
from models.store import logins, sessions
from models.store.sessions import LIFETIME
from models.store.staff import find_active
from models.tables.identity import LoginAttempt, StaffSession

router = APIRouter(
    prefix="/backoffice/account",
    include_in_schema=False,
    dependencies=[Allowed(Permission.USE_BACK_OFFICE)],
)

ADDRESS = "/backoffice/account"
PAGE_SIZE = 10
MOST_NOTICES = 5
ALL_OTHERS = {"sessions": "all others"}
Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]


@dataclass(frozen=True)
class Seen:
    """A login as a person recognises it."""

    id: str
    device: str
    place: str
    at: datetime
    last_seen_at: datetime | None = None
    here: bool = False
    outcome: str = ""
    new_device: bool = False


@router.get("")
async def show_account(
    request: Request, desk: PageReading, resources: ApiResources, number: Number = 1
) -> HTMLResponse:
    """Who one is here, one's sessions, and one's logins by pages."""
    return await _account(request, desk, resources, number)


async def _account(
    request: Request,
    desk: Desk,
    resources: Resources,
    number: int = 1,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    sub, here = desk.member.sub, hash_of(request.cookies.get(COOKIE, ""))
    async with desk.sessions() as session:
        open_now = await sessions.sessions_of(session, sub, idle_limit(resources.settings))
        notices = await logins.new_devices_of(session, sub, MOST_NOTICES)
        me = await find_active(session, desk.member.staff_id or "")
        past = await logins.attempts_of(session, sub, page=number, page_size=PAGE_SIZE)
    return page(
        request,
        desk,
        "account.html",
        section="account",
        refusal=refusal,
        portrait=me.portrait if me else None,
        is_staff=me is not None,
        open_now=[_session(row, here) for row in open_now],
        notices=[_attempt(row) for row in notices],
        past=[_attempt(row) for row in past.items],
        total=past.total,
        page=number,
        total_pages=total_pages(past.total, PAGE_SIZE),
        page_url=lambda wanted: f"{ADDRESS}?page={wanted}#logins",
        idle_minutes=resources.settings.session_idle_minutes,
        hours=int(LIFETIME.total_seconds()) // 3600,
    )


@router.post("/sessions/others/end")
async def end_others(request: Request, desk: PageAsking) -> Response:
    """Ends every session of the person but this one."""
    here = hash_of(request.cookies.get(COOKIE, ""))
    async with desk.sessions.begin() as session:
        await sessions.end_other_sessions(session, desk.member.sub, here)
        await desk.audit.record(session, AuditAction.LOGIN_ENDED, desk.actor, after=ALL_OTHERS)
    return done(ADDRESS, "sessions_ended", "sessions")


@router.post("/sessions/{session_id}/end")
async def end_one(session_id: str, desk: PageAsking) -> Response:
    """Ends one session of the person, also this one."""
    async with desk.sessions.begin() as session:
        if not await sessions.end_own_session(session, desk.member.sub, session_id):
            raise NotFoundError("This login has ended already.")
        await desk.audit.record(session, AuditAction.LOGIN_ENDED, session_id)
    return done(ADDRESS, "session_ended", "sessions")


@router.post("/portrait", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def put_portrait(
    request: Request, desk: PageAsking, resources: ApiResources, store: Storage
) -> Response:
    """Shows customers a photo of the person."""
    file = (await request.form()).get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise FileRefusedError(gettext("Choose a file first."))
        await keep_portrait(desk, store, await file.read(MOST_BYTES + 1))
    except DomainError as error:
        return await _account(request, desk, resources, refusal=Refusal.of(error))
    return done(ADDRESS, "portrait", "you")


@router.post("/portrait/removal", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def remove_portrait(desk: PageAsking) -> Response:
    """Shows customers the person's initials."""
    await drop_portrait(desk)
    return done(ADDRESS, "portrait_gone", "you")


@router.post("/logins/{attempt_id}/mine")
async def know_device(attempt_id: str, desk: PageAsking) -> Response:
    """The new device is the person's own: nothing more is said of it."""
    async with desk.sessions.begin() as session:
        await _judge(session, desk, attempt_id, theirs=True)
    return done(ADDRESS, "device_known")


@router.post("/logins/{attempt_id}/not-mine")
async def disown_device(attempt_id: str, desk: PageAsking) -> Response:
    """The new device is somebody else's: its session ends, and it counts as new again."""
    sub = desk.member.sub
    async with desk.sessions.begin() as session:
        attempt = await _judge(session, desk, attempt_id, theirs=False)
        if attempt.device_id:
            await logins.forget_device(session, sub, attempt.device_id)
        if attempt.session_id:
            await sessions.end_own_session(session, sub, attempt.session_id)
    return done(ADDRESS, "device_disowned")


async def _judge(
    session: AsyncSession, desk: Desk, attempt_id: str, *, theirs: bool
) -> LoginAttempt:
    """Takes down what somebody says of a login of theirs by a new device."""
    attempt = await logins.acknowledge(session, desk.member.sub, attempt_id)
    if attempt is None:
        raise NotFoundError("There is no such login.")
    await desk.audit.record(
        session, AuditAction.DEVICE_JUDGED, attempt_id, after={"theirs": theirs}
    )
    return attempt


def _session(row: StaffSession, here: str) -> Seen:
    return Seen(
        id=row.id,
        device=_device(row.user_agent),
        place=_place(row.ip, row.country),
        at=row.created_at,
        last_seen_at=row.last_seen_at,
        here=row.token_hash == here,
    )


def _attempt(row: LoginAttempt) -> Seen:
    return Seen(
        id=row.id,
        device=_device(row.user_agent),
        place=_place(row.ip, row.country),
        at=row.at,
        outcome=row.outcome,
        new_device=row.new_device,
    )


def _device(user_agent: str) -> str:
    browser, system = browser_of(user_agent), system_of(user_agent)
    if browser and system:
        return gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or gettext("A browser that does not say which")


def _place(ip: str, country: str) -> str:
    """The address, and the country where it is guessed to be in the reader's words."""
    named = reader().locale.territories.get(country, "")
    if ip and named:
        return gettext("%(country)s (%(address)s)", country=named, address=ip)
    return ip or named or gettext("Unknown")
