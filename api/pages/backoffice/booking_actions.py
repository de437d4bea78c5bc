"""What the forms of the booking page do. A refusal shows the page again with what was typed."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from api.identity.allowed import Allowed
from api.pages.backoffice.booking_page import booking_page
from api.pages.backoffice.frame import Refusal, Typed, done, typed
from api.staff.booking_schemas import ActivityIn, NotesIn
from api.staff.desk import Desk
from api.staff.opening import PageAsking
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.domain.stages import Stage

Schema = TypeVar("Schema", bound=BaseModel)

router = APIRouter(prefix="/backoffice/bookings/{booking_id}", include_in_schema=False)


async def _carry_out(
    request: Request,
    desk: Desk,
    booking_id: str,
    action: Awaitable[object],
    *,
    entered: Typed,
    said: str,
    anchor: str,
    field: str = "",
    of: Sequence[str] = (),
) -> Response:
    try:
        await action
    except DomainError as error:
        refusal = Refusal.of(error, field)
        return await booking_page(request, desk, booking_id, refusal=refusal, entered=entered)
    return done(f"/backoffice/bookings/{booking_id}", said, anchor, of)


def _checked(schema: type[Schema], **values: str) -> Schema:
    try:
        return schema(**values)
    except ValidationError as error:
        raise InvalidInputError(" ".join(sentences(error).values())) from error


@router.post("/assign", dependencies=[Allowed(Permission.ASSIGN_BOOKINGS)])
async def assign(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Gives the booking to somebody, or to nobody."""
    entered = await typed(request)
    action = desk.assign(booking_id, entered["staff_id"] or None, entered["booking_hash"])
    return await _carry_out(
        request, desk, booking_id, action, entered=entered, said="assigned", anchor="owner"
    )


@router.post("/stage", dependencies=[Allowed(Permission.CHANGE_STAGE)])
async def change_stage(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Moves the booking to a stage by hand."""
    entered = await typed(request)

    async def action() -> None:
        if entered["stage"] not in set(Stage):
            raise InvalidInputError("Choose one of the stages.")
        await desk.change_stage(booking_id, Stage(entered["stage"]), entered["booking_hash"])

    return await _carry_out(
        request, desk, booking_id, action(), entered=entered, said="stage", anchor="stage"
    )


@router.post("/notes", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def write_notes(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Replaces the notes."""
    entered = await typed(request)

    async def action() -> None:
        notes = _checked(NotesIn, notes=entered["notes"].replace("\r\n", "\n"))
        await desk.write_notes(booking_id, notes.notes, entered["booking_hash"])

    return await _carry_out(
        request,
        desk,
        booking_id,
        action(),
        entered=entered,
        said="notes",
        anchor="notes",
        field="notes",
    )


@router.post("/activities", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def add_activity(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds a call, an e-mail, a meeting or a comment to the timeline."""
    entered = await typed(request)

    async def action() -> None:
        line = _checked(ActivityIn, type=entered["type"], detail=entered["detail"])
        await desk.add_activity(booking_id, line.type, line.detail)

    return await _carry_out(
        request,
        desk,
        booking_id,
        action(),
        entered=entered,
        said="added",
        anchor="timeline",
        field="detail",
    )


@router.post("/quotes/{quote_id}/send", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def send_quote(
    booking_id: str, quote_id: str, request: Request, desk: PageAsking
) -> Response:
    """Sends a draft to the customer."""
    action = desk.send_quote(booking_id, quote_id)
    return await _carry_out(
        request, desk, booking_id, action, entered=Typed(), said="sent", anchor="quotes"
    )


@router.post(
    "/service-orders/{service_order_id}/alternative",
    dependencies=[Allowed(Permission.RUN_OPERATIONS)],
)
async def choose_alternative(
    booking_id: str, service_order_id: str, request: Request, desk: PageAsking
) -> Response:
    """Asks another supplier."""
    entered = await typed(request)
    action = desk.choose_alternative(booking_id, service_order_id, entered["partner_id"])
    return await _carry_out(
        request, desk, booking_id, action, entered=entered, said="asked", anchor="suppliers"
    )


@router.post("/checklist/{key}", dependencies=[Allowed(Permission.RUN_OPERATIONS)])
async def complete_item(booking_id: str, key: str, request: Request, desk: PageAsking) -> Response:
    """Finishes or waives a preparation."""
    entered = await typed(request)
    action = desk.complete_item(booking_id, key, waived=entered["action"] == "waive")
    return await _carry_out(
        request, desk, booking_id, action, entered=entered, said="item", anchor="checklist"
    )


@router.post("/tasks/{task_id}/done", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def finish_task(
    booking_id: str, task_id: str, request: Request, desk: PageAsking
) -> Response:
    """Marks a task as done; from the list of tasks, goes back there."""
    answer = await _carry_out(
        request,
        desk,
        booking_id,
        desk.finish_task(booking_id, task_id),
        entered=Typed(),
        said="task",
        anchor="tasks",
        of=(booking_id, task_id),
    )
    if isinstance(answer, RedirectResponse) and request.query_params.get("from") == "tasks":
        return done("/backoffice/tasks", "task", of=(booking_id, task_id))
    return answer


@router.post("/tasks/{task_id}/reopen", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def reopen_task(
    booking_id: str, task_id: str, request: Request, desk: PageAsking
) -> Response:
    """Takes back that a task was done."""
    action = desk.reopen_task(booking_id, task_id)
    return await _carry_out(
        request, desk, booking_id, action, entered=Typed(), said="reopened", anchor="tasks"
    )
