"""`/api/v1/bookings/{id}`: one booking, and what staff change on it."""

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.booking_schemas import (
    BookingChangedOut,
    BookingDetail,
    CancelIn,
    CancelPreview,
    CustomerOut,
    NotesIn,
    OwnerIn,
    StageIn,
    booking_out,
)
from api.staff.cancellation import cancellation_offer, count_undo
from api.staff.opening import Asking, Reading
from models.domain.access import Permission
from models.messages.booking import BookingCancelled
from models.store import dossier

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"])


@router.get("/{booking_id}", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_booking(booking_id: str, desk: Reading) -> BookingDetail:
    """One booking with its customer."""
    async with desk.booking(booking_id) as (_, row):
        return BookingDetail(
            booking=booking_out(row), customer=CustomerOut.model_validate(row.customer)
        )


@router.patch(
    "/{booking_id}/stage",
    response_model_exclude_unset=True,
    dependencies=[Allowed(Permission.CHANGE_STAGE)],
)
async def change_stage(booking_id: str, change: StageIn, desk: Asking) -> BookingChangedOut:
    """Moves the booking to a stage by hand; its workflow decides."""
    async with desk.showing_conflicts(booking_id):
        row = await desk.change_stage(booking_id, change.stage, change.booking_hash)
    return BookingChangedOut(booking=booking_out(row))


@router.patch(
    "/{booking_id}/owner",
    response_model_exclude_unset=True,
    dependencies=[Allowed(Permission.ASSIGN_BOOKINGS)],
)
async def assign(booking_id: str, change: OwnerIn, desk: Asking) -> BookingChangedOut:
    """Gives the booking to a member of staff; its workflow decides."""
    async with desk.showing_conflicts(booking_id):
        row = await desk.assign(booking_id, change.owner_id, change.booking_hash)
    return BookingChangedOut(booking=booking_out(row))


@router.patch(
    "/{booking_id}/notes",
    response_model_exclude_unset=True,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def write_notes(booking_id: str, change: NotesIn, desk: Asking) -> BookingChangedOut:
    """Replaces the notes."""
    async with desk.showing_conflicts(booking_id):
        row, changed = await desk.write_notes(booking_id, change.notes, change.booking_hash)
    if changed:
        return BookingChangedOut(booking=booking_out(row))
    return BookingChangedOut(booking=booking_out(row), unchanged=True)


@router.get("/{booking_id}/cancellation", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def preview_cancellation(booking_id: str, desk: Reading) -> CancelPreview:
    """What cancelling would give back now, and what it would release."""
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        offer = await cancellation_offer(session, row)
        account = await dossier.booking_account(session, booking_id)
        undo = await count_undo(session, booking_id)
    return CancelPreview(
        paid_minor=offer.paid_minor,
        refund_minor=offer.refund_minor,
        penalty_minor=offer.penalty_minor,
        refund_percent=offer.refund_percent,
        currency=account.currency,
        service_orders=undo.orders,
        guides=undo.guides,
    )


@router.post("/{booking_id}/cancellation", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def cancel(booking_id: str, cancellation: CancelIn, desk: Asking) -> BookingCancelled:
    """Cancels the booking; its workflow decides and undoes everything."""
    return await desk.cancel(booking_id, cancellation.reason, cancellation.confirmation)
