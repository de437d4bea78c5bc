"""`/api/v1/staff/me/portrait`: the face that customers see beside a consultant's name."""

from fastapi import APIRouter, UploadFile

from activities.providers.ports import DocumentStore
from api.identity.allowed import Allowed
from api.shown_photos import Photographed
from api.staff.desk import Desk
from api.staff.documents import Storage
from api.staff.opening import Asking
from api.staff.photos import store_renditions
from api.staff.wire import Outgoing
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import InvalidInputError
from models.domain.photos import MOST_BYTES, Shown
from models.store.staff import set_portrait

router = APIRouter(
    prefix="/api/v1/staff/me/portrait",
    tags=["staff"],
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
UPLOAD = {"requestBody": {"content": {"multipart/form-data": {"example": {"file": "linh.jpg"}}}}}


class PortraitOut(Outgoing):
    """What customers see; null where nobody has put one there."""

    portrait: Photographed


@router.post("", openapi_extra=UPLOAD)
async def put_portrait(file: UploadFile, desk: Asking, store: Storage) -> PortraitOut:
    """Shows customers this photo (multipart, at most 8 MB) of whoever is logged in."""
    kept = await keep_portrait(desk, store, await file.read(MOST_BYTES + 1))
    return PortraitOut(portrait=kept)


@router.delete("")
async def take_portrait_away(desk: Asking) -> PortraitOut:
    """Shows customers the initials of whoever is logged in."""
    await drop_portrait(desk)
    return PortraitOut(portrait=None)


async def keep_portrait(desk: Desk, store: DocumentStore, content: bytes) -> Shown:
    """Keeps a photo of the person at the desk for customers; returns it as it is shown.

    Raises:
        FileTooLargeError, FileRefusedError: it is no photo that we take.
        InvalidInputError: the login belongs to no member of staff.
    """
    staff_id = _staff_id(desk)
    made = await store_renditions(store, content)
    shown = Shown(
        id=staff_id,
        digest=made.digest,
        width=made.width,
        height=made.height,
        alt=desk.member.name,
        credit="",
    )
    await _set(desk, staff_id, shown)
    return shown


async def drop_portrait(desk: Desk) -> None:
    """Shows nothing of the person at the desk any more.

    Raises:
        InvalidInputError: the login belongs to no member of staff.
    """
    await _set(desk, _staff_id(desk), None)


async def _set(desk: Desk, staff_id: str, shown: Shown | None) -> None:
    async with desk.sessions.begin() as session:
        if await set_portrait(session, staff_id, shown):
            told = {"digest": shown["digest"] if shown else None}
            await desk.audit.record(session, AuditAction.PORTRAIT_CHANGED, staff_id, after=told)


def _staff_id(desk: Desk) -> str:
    if desk.member.staff_id is None:
        raise InvalidInputError("Your login belongs to no member of staff: ask an administrator.")
    return desk.member.staff_id
