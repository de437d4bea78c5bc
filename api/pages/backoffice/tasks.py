"""`/backoffice/tasks`: what somebody has to do, over all bookings, and what rang for them."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import page
from api.staff import cursors
from api.staff.opening import PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE
from api.staff.tasks import cursor_of, whose
from models.domain.access import Permission
from models.store import tasks
from models.store.exchange_tasks import open_exchange_tasks
from models.store.tasks import task_hash

router = APIRouter(prefix="/backoffice", include_in_schema=False)

Before = Annotated[str, Query(max_length=200)]


@router.get("/tasks", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_tasks(request: Request, desk: PageReading, before: Before = "") -> HTMLResponse:
    """Reminders that rang, then open tasks of the person and of their roles."""
    mine = whose(desk)
    async with desk.sessions() as session:
        found = await tasks.open_tasks_for(
            session, mine, after=cursor_of(before), limit=DEFAULT_PAGE_SIZE
        )
        rung = [] if before else await tasks.reminders_for(session, mine)
        keeps_rates = desk.member.may(Permission.EDIT_EXCHANGE_RATES) and not before
        about_rates = await open_exchange_tasks(session) if keeps_rates else []
    following = cursors.encode(found.next.due_at, found.next.id) if found.next else ""
    return page(
        request,
        desk,
        "tasks.html",
        section="tasks",
        tasks=found.rows,
        reminders=rung,
        about_rates=about_rates,
        task_hash=task_hash,
        later=before != "",
        next_page=f"/backoffice/tasks?{urlencode({'before': following})}" if following else "",
    )
