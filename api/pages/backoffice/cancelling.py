"""`/backoffice/bookings/{id}/cancel`: what it would give back, then the decision."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page, typed
from api.staff.booking_schemas import CancelIn
from api.staff.cancellation import cancellation_offer, count_undo
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.store import dossier

router = APIRouter(prefix="/backoffice/bookings/{booking_id}/cancel", include_in_schema=False)

DEFAULT_CURRENCY = "USD"
CONFIRMATION = "confirmation"


@router.get("", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def preview(booking_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """Refund, penalty and everything that would be undone."""
    return await _preview(request, desk, booking_id)


@router.post("", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def cancel(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Cancels, once the reference was typed and a reason given."""
    entered = await typed(request)
    try:
        asked = CancelIn(reason=entered["reason"], confirmation=entered[CONFIRMATION])
        await desk.cancel(booking_id, asked.reason, asked.confirmation)
    except ValidationError as error:
        refusal = Refusal.of(InvalidInputError("Please say why the booking is cancelled."))
        return await _preview(request, desk, booking_id, refusal, entered, sentences(error))
    except DomainError as error:
        return await _preview(request, desk, booking_id, Refusal.of(error), entered)
    return done(f"/backoffice/bookings/{booking_id}", "cancelled")


async def _preview(
    request: Request,
    desk: Desk,
    booking_id: str,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        offer = await cancellation_offer(session, row)
        account = await dossier.booking_account(session, booking_id)
        undo = await count_undo(session, booking_id)
    return page(
        request,
        desk,
        "booking/cancel.html",
        section="bookings",
        refusal=refusal,
        row=row,
        preview=offer,
        undo=undo,
        currency=account.currency or row.booking.preferred_currency or DEFAULT_CURRENCY,
        typed=entered or Typed(),
        errors=Typed(errors or {}),
    )
