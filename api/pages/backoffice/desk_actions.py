"""What the forms of the booking page write down: tasks, notes, contacts, lines of the timeline."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.carrying_out import Ending, carry_out, checked
from api.pages.backoffice.frame import done, typed
from api.pages.backoffice.moments import read_moment
from api.pages.reader import reader
from api.pages.translation import gettext
from api.staff.booking_schemas import ActivityIn
from api.staff.desk_schemas import ContactIn, NoteIn, TaskIn
from api.staff.opening import PageAsking
from models.domain.access import Permission
from models.domain.errors import InvalidInputError

router = APIRouter(prefix="/backoffice/bookings/{booking_id}", include_in_schema=False)

EDIT = [Allowed(Permission.EDIT_BOOKINGS)]
MORNING = time(9)


@router.post("/activities", dependencies=EDIT)
async def add_activity(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds a comment to the timeline."""
    entered = await typed(request)

    async def action() -> None:
        line = checked(ActivityIn, type=entered["type"], detail=entered["detail"])
        await desk.add_activity(booking_id, line.type, line.detail)

    ending = Ending("added", "timeline", field="detail")
    return await carry_out(request, desk, booking_id, action(), ending, entered)


@router.post("/note", dependencies=EDIT)
async def add_note(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds a note; whom it mentions gets a task."""
    entered = await typed(request)

    async def action() -> None:
        note = checked(NoteIn, body=entered["body"].replace("\r\n", "\n"))
        await desk.add_note(booking_id, note.body)

    ending = Ending("noted", "written", field="body")
    return await carry_out(request, desk, booking_id, action(), ending, entered)


@router.post("/contacts", dependencies=EDIT)
async def log_contact(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Logs a call, a meeting or a message."""
    entered = await typed(request)

    async def action() -> None:
        at = read_moment(entered["happened_at"]) or datetime.now(UTC)
        names = ("kind", "direction", "with_whom", "result", "outcome")
        given = {name: entered[name] for name in names}
        contact = checked(ContactIn, happened_at=at.isoformat(), **given)
        await desk.log_contact(booking_id, contact.wanted())

    ending = Ending("contact", "contacts", field="contact")
    return await carry_out(request, desk, booking_id, action(), ending, entered)


@router.post("/tasks", dependencies=EDIT)
async def create_task(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Opens a task."""
    entered = await typed(request)

    async def action() -> None:
        task = checked(
            TaskIn,
            title=entered["title"],
            detail=entered["task_detail"].replace("\r\n", "\n"),
            owner_id=entered["owner_id"] or None,
            due_at=_iso(entered["due_at"]),
            remind_at=_iso(entered["remind_at"]),
        )
        await desk.create_task(booking_id, task.wanted())

    ending = Ending("task_added", "tasks", field="task")
    return await carry_out(request, desk, booking_id, action(), ending, entered)


@router.post("/tasks/{task_id}/change", dependencies=EDIT)
async def change_task(
    booking_id: str, task_id: str, request: Request, desk: PageAsking
) -> Response:
    """Gives a task to somebody else, or moves its due time or reminder."""
    entered = await typed(request)

    async def action() -> None:
        changes: dict[str, Any] = {}
        if entered["owner_id"] != entered["seen.owner_id"]:
            changes["owner_id"] = entered["owner_id"] or None
        for name in ("due_at", "remind_at"):
            if entered[name] != entered[f"seen.{name}"]:
                changes[name] = read_moment(entered[name])
        await desk.change_task(booking_id, task_id, changes, entered["task_hash"])

    ending = Ending("task_changed", "tasks")
    return await carry_out(request, desk, booking_id, action(), ending)


@router.post("/tasks/{task_id}/later", dependencies=EDIT)
async def remind_later(
    booking_id: str, task_id: str, request: Request, desk: PageAsking
) -> Response:
    """Lets a reminder ring again in an hour, or tomorrow in the morning where the reader is."""
    entered = await typed(request)

    async def action() -> None:
        changes = {"remind_at": _later(entered["wait"])}
        await desk.change_task(booking_id, task_id, changes, entered["task_hash"])

    answer = await carry_out(request, desk, booking_id, action(), Ending("later", "tasks"))
    return _back(request, answer, "later")


@router.post("/tasks/{task_id}/done", dependencies=EDIT)
async def finish_task(
    booking_id: str, task_id: str, request: Request, desk: PageAsking
) -> Response:
    """Marks a task as done; from the list of tasks, goes back there."""
    action = desk.finish_task(booking_id, task_id)
    ending = Ending("task", "tasks", of=(booking_id, task_id))
    answer = await carry_out(request, desk, booking_id, action, ending)
    return _back(request, answer, "task", booking_id, task_id)


@router.post("/tasks/{task_id}/reopen", dependencies=EDIT)
async def reopen_task(
    booking_id: str, task_id: str, request: Request, desk: PageAsking
) -> Response:
    """Takes back that a task was done."""
    action = desk.reopen_task(booking_id, task_id)
    return await carry_out(request, desk, booking_id, action, Ending("reopened", "tasks"))


def _back(request: Request, answer: Response, said: str, *of: str) -> Response:
    """To the list of tasks, for whoever came from there."""
    if isinstance(answer, RedirectResponse) and request.query_params.get("from") == "tasks":
        return done("/backoffice/tasks", said, of=of)
    return answer


def _iso(text: str) -> str | None:
    at = read_moment(text)
    return None if at is None else at.isoformat()


def _later(wait: str) -> datetime:
    now = datetime.now(reader().zone)
    if wait == "hour":
        return now + timedelta(hours=1)
    if wait != "morning":
        raise InvalidInputError(gettext("Choose one of the list."))
    return datetime.combine(now.date() + timedelta(days=1), MORNING, tzinfo=now.tzinfo)
