"""`/api/v1/bookings/{id}/notes`: notes of the staff, several to a booking.

The one text of the website's contract is changed by PATCH at the same address (`bookings.py`).
"""

from http import HTTPStatus

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk_schemas import NoteAdded, NoteIn, NoteList, NoteOut
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, PageSize
from api.staff.timeline import cursor_of
from models.domain.access import Permission
from models.store import notes

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/notes", tags=["notes"])


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_notes(
    booking_id: str, desk: Reading, before: Before = "", page_size: PageSize = DEFAULT_PAGE_SIZE
) -> NoteList:
    """A booking's notes, the newest first."""
    async with desk.booking(booking_id) as (session, _):
        found = await notes.notes_of(session, booking_id, after=cursor_of(before), limit=page_size)
    items = [
        NoteOut.model_validate(
            {name: getattr(row.note, name, None) for name in NoteOut.model_fields}
            | {"author_name": row.author_name}
        )
        for row in found.rows
    ]
    following = cursors.encode(found.next.at, found.next.id) if found.next else None
    return NoteList(items=items, next=following)


@router.post("", status_code=HTTPStatus.CREATED, dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def add_note(booking_id: str, note: NoteIn, desk: Asking) -> NoteAdded:
    """Adds a note; the same Idempotency-Key adds it once."""
    return NoteAdded(id=await desk.add_note(booking_id, note.body))
