"""`/backoffice/kanban`: bookings side by side by stage, moved by hand, by menu or by dragging."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.booking_list import ADDRESS as LIST
from api.pages.backoffice.booking_list import address_of, filter_options
from api.pages.backoffice.frame import Refusal, page, typed
from api.pages.formats import words
from api.pages.translation import gettext
from api.problems import problem_of
from api.staff.booking_list import BookingFilters
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from models.domain.access import Permission
from models.domain.booking_hash import booking_hash
from models.domain.errors import BookingChangedError, DomainError, InvalidInputError
from models.domain.stages import Stage
from models.store import staff
from models.store.booking_board import CARDS, read_board

router = APIRouter(prefix="/backoffice/kanban", include_in_schema=False)

ADDRESS: Final = "/backoffice/kanban"
Filters = Annotated[BookingFilters, Query()]


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show(request: Request, desk: PageReading, filters: Filters) -> HTMLResponse:
    """The board."""
    return await _board(request, desk, filters)


@router.post("/{booking_id}/stage", dependencies=[Allowed(Permission.CHANGE_STAGE)])
async def move(booking_id: str, request: Request, desk: PageAsking, filters: Filters) -> Response:
    """Moves a booking to another stage; a refusal shows the board as it stands now."""
    entered = await typed(request)
    try:
        if entered["stage"] not in set(Stage):
            raise InvalidInputError("Choose one of the stages.")
        stage = Stage(entered["stage"])
        await desk.change_stage(booking_id, stage, entered["booking_hash"])
    except DomainError as error:
        refusal = _refusal(error, entered["stage"])
        return await _board(request, desk, filters, refusal=refusal, moved=booking_id)
    target = address_of(filters, ADDRESS, said="stage", moved=booking_id)
    return RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)


def _refusal(error: DomainError, stage: str) -> Refusal:
    if not isinstance(error, BookingChangedError):
        return Refusal.of(error)
    return Refusal(
        gettext("Somebody else changed this booking meanwhile"),
        gettext(
            "It was not moved to %(stage)s. The board shows it where it stands now: look at it, "
            "then move it again if that is still right."
        )
        % {"stage": words(stage)},
        problem_of(error).kind.status,
    )


async def _board(
    request: Request,
    desk: Desk,
    filters: BookingFilters,
    *,
    refusal: Refusal | None = None,
    moved: str = "",
) -> HTMLResponse:
    filters = filters.model_copy(update={"stage": None})
    async with desk.sessions() as session:
        board = await read_board(session, filters.wanted(desk.member.only_owner))
        owners = {one.id: one.name for one in await staff.list_staff(session)}
    return page(
        request,
        desk,
        "kanban.html",
        section="kanban",
        refusal=refusal,
        board=board,
        most=CARDS,
        moved=moved or request.query_params.get("moved", ""),
        filters=filters,
        chosen=filters.chosen(),
        hash_of=lambda booking: booking_hash(booking.id, booking.revision),
        move_url=lambda booking: address_of(filters, f"{ADDRESS}/{booking.id}/stage"),
        list_url=lambda stage: address_of(filters.model_copy(update={"stage": stage})),
        all_url=address_of(filters, LIST),
        stages=[(stage.value, words(stage)) for stage in Stage],
        sees_all=desk.member.only_owner is None,
        **filter_options(owners, filters),
    )
