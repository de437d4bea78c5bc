"""`/api/v1/bookings/{id}/contacts`: who was spoken with, when, and what came of it."""

from http import HTTPStatus

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk_schemas import ContactIn, ContactList, ContactLogged, ContactOut
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, PageSize
from api.staff.timeline import cursor_of
from models.domain.access import Permission
from models.store import contacts_log

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/contacts", tags=["contacts"])


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_contacts(
    booking_id: str, desk: Reading, before: Before = "", page_size: PageSize = DEFAULT_PAGE_SIZE
) -> ContactList:
    """A booking's contacts, the last first."""
    async with desk.booking(booking_id) as (session, _):
        found = await contacts_log.contacts_of(
            session, booking_id, after=cursor_of(before), limit=page_size
        )
    items = [
        ContactOut.model_validate(
            {name: getattr(row.entry, name, None) for name in ContactOut.model_fields}
            | {"recorded_by_name": row.recorded_by_name}
        )
        for row in found.rows
    ]
    following = cursors.encode(found.next.at, found.next.id) if found.next else None
    return ContactList(items=items, next=following)


@router.post("", status_code=HTTPStatus.CREATED, dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def log_contact(booking_id: str, contact: ContactIn, desk: Asking) -> ContactLogged:
    """Logs a contact; the same Idempotency-Key logs it once."""
    return ContactLogged(id=await desk.log_contact(booking_id, contact.wanted()))
