"""`/api/v1/bookings/{id}/quotes`: drafts that begin with a template, or take one in."""

from http import HTTPStatus

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.desk import Desk
from api.staff.opening import Asking
from api.staff.quote_views import quote_detail
from api.staff.template_keeping import insert_template, start_from_template
from api.staff.template_schemas import FromTemplateOut, InsertIn, StartIn, UseNoteOut
from models.domain.access import Permission
from models.domain.template_use import UseNote
from models.store import quote_drafts

router = APIRouter(
    prefix="/api/v1/bookings/{booking_id}/quotes",
    tags=["quotes"],
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)


@router.post("/from-template", status_code=HTTPStatus.CREATED)
async def start_quote(booking_id: str, wanted: StartIn, desk: Asking) -> FromTemplateOut:
    """Starts the next version from a template, for the booking's travellers at today's rates.

    A service that has no price any more comes in without one, and `notes` say why. The same
    Idempotency-Key starts it once.
    """
    quote_id, notes = await start_from_template(
        desk, booking_id, wanted.trip_template_id, wanted.departure_on, wanted.currency
    )
    return await _answer(desk, booking_id, quote_id, notes)


@router.post("/{quote_id}/template")
async def put_template_in(
    booking_id: str, quote_id: str, wanted: InsertIn, desk: Asking
) -> FromTemplateOut:
    """Puts a template into a draft after one of its days; an empty draft becomes the template."""
    notes = await insert_template(
        desk, booking_id, quote_id, wanted.trip_template_id, wanted.after_day
    )
    return await _answer(desk, booking_id, quote_id, notes)


async def _answer(
    desk: Desk, booking_id: str, quote_id: str, notes: tuple[UseNote, ...]
) -> FromTemplateOut:
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
        full = await quote_drafts.find_version(session, booking_id, quote_id)
    detail = quote_detail(full, profit=desk.member.may(Permission.SEE_PROFIT))
    return FromTemplateOut(
        **dict(detail), notes=[UseNoteOut.model_validate(note) for note in notes]
    )
