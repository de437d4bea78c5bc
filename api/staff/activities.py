"""`/api/v1/bookings/{id}/activities`: the timeline."""

from http import HTTPStatus

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.booking_schemas import ActivityCreated, ActivityIn, ActivityList, ActivityOut
from api.staff.opening import Asking, Reading
from api.staff.readable import readable
from models.domain.access import Permission
from models.store import staff, timeline

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/activities", tags=["bookings"])


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_activities(booking_id: str, desk: Reading) -> ActivityList:
    """Every line of the timeline, oldest first."""
    async with desk.booking(booking_id) as (session, _):
        entries = await timeline.list_activities(session, booking_id)
        names = {one.id: one.name for one in await staff.list_staff(session, active_only=False)}
    items = [ActivityOut.model_validate(readable(entry, names)) for entry in entries]
    return ActivityList(activities=items, items=items, total=len(items))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def add_activity(booking_id: str, line: ActivityIn, desk: Asking) -> ActivityCreated:
    """Writes a line; the same Idempotency-Key writes it once."""
    entry = await desk.add_activity(booking_id, line.type, line.detail)
    return ActivityCreated(activity=ActivityOut.model_validate(entry))
