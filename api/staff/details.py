"""`/api/v1/bookings/{id}/details`: corrects what an enquiry says about the wished trip."""

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.booking_schemas import BookingChangedOut, booking_out
from api.staff.desk_schemas import DetailsIn
from api.staff.opening import Asking
from models.domain.access import Permission

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/details", tags=["bookings"])


@router.patch(
    "",
    response_model_exclude_unset=True,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def change_details(booking_id: str, change: DetailsIn, desk: Asking) -> BookingChangedOut:
    """Corrects facts of the wished trip; 409 with the booking when somebody was faster."""
    async with desk.showing_conflicts(booking_id):
        row, changed = await desk.change_details(booking_id, change.changes(), change.booking_hash)
    if changed:
        return BookingChangedOut(booking=booking_out(row))
    return BookingChangedOut(booking=booking_out(row), unchanged=True)
