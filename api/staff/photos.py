"""`/api/v1/photos`: the library of photos for proposals."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Query, UploadFile
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from activities.providers.ports import DocumentStore
from api.identity.allowed import Allowed
from api.staff.cursors import Before, encode
from api.staff.desk import Desk
from api.staff.documents import Storage
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, PageSize, Search
from api.staff.timeline import cursor_of
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.photos import MOST_BYTES, WIDTHS, photo_address, rendition_key, srcset
from models.messages.ids import id_of_command
from models.store import photos
from models.tables.photos import Photo

if TYPE_CHECKING:
    from api.staff.photo_files import Renditions

router = APIRouter(prefix="/api/v1/photos", tags=["photos"])

UPLOAD = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "example": {"file": "bay.jpg", "alt": "Junks in Ha Long Bay", "place": "Ha Long"}
            }
        }
    }
}
Alt = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Form()]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), Form()]


class PhotoWords(Incoming):
    """What is said of a photo."""

    alt: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    place: Annotated[str, StringConstraints(max_length=120)] = ""
    credit: Annotated[str, StringConstraints(max_length=120)] = ""


class PhotoOut(Outgoing):
    """A photo. `width` and `height`: of the largest rendition, in pixels."""

    id: str
    alt: str
    place: str
    credit: str
    width: int
    height: int
    url: str
    srcset: str
    added_at: Moment
    archived_at: Moment | None


class PhotoList(Outgoing):
    """A page of the library; `next` leads to the following one and is null on the last."""

    items: list[PhotoOut]
    next: str | None


def photo_out(photo: Photo) -> PhotoOut:
    """A photo as callers read it."""
    told = {name: getattr(photo, name, None) for name in PhotoOut.model_fields}
    return PhotoOut.model_validate(
        told
        | {
            "url": photo_address(photo.digest, WIDTHS[-1]),
            "srcset": srcset(photo.digest, photo.width),
        }
    )


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_photos(
    desk: Reading,
    search: Search = "",
    before: Before = "",
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    *,
    archived: Annotated[bool, Query(description="Those that are archived instead.")] = False,
) -> PhotoList:
    """Photos whose text, place or credit has the words, the newest first."""
    after = cursor_of(before)
    place = (after.at, after.id) if after else None
    async with desk.sessions() as session:
        found = await photos.list_photos(session, search, place, page_size + 1, archived=archived)
    shown, more = found[:page_size], len(found) > page_size
    following = encode(shown[-1].added_at, shown[-1].id) if more else None
    return PhotoList(items=[photo_out(photo) for photo in shown], next=following)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    openapi_extra=UPLOAD,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def add_photo(
    file: UploadFile, alt: Alt, desk: Asking, store: Storage, place: Words = "", credit: Words = ""
) -> PhotoOut:
    """Adds a photo (multipart, at most 8 MB), once for an Idempotency-Key."""
    words = PhotoWords(alt=alt, place=place, credit=credit)
    return await keep_photo(desk, store, await file.read(MOST_BYTES + 1), words)


async def keep_photo(
    desk: Desk, store: DocumentStore, content: bytes, words: PhotoWords
) -> PhotoOut:
    """Adds a photo, once for the desk's command.

    Raises:
        FileTooLargeError, FileRefusedError: it is no photo that we take.
    """
    made = await store_renditions(store, content)
    new = photos.NewPhoto(
        id=id_of_command("photo", desk.command_id),
        digest=made.digest,
        width=made.width,
        height=made.height,
        **words.model_dump(),
        added_by=desk.actor,
    )
    async with desk.sessions.begin() as session:
        photo, is_new = await photos.add_photo(session, new)
        if is_new:
            facts = {"digest": made.digest, **words.model_dump()}
            await desk.audit.record(session, AuditAction.PHOTO_ADDED, photo.id, after=facts)
        return photo_out(photo)


async def store_renditions(store: DocumentStore, content: bytes) -> "Renditions":
    """Stores a photo in every size that is kept.

    Raises:
        FileTooLargeError, FileRefusedError: it is no photo that we take.
    """
    made = await run_in_threadpool(_renditions, content)
    for name, rendition in made.files.items():
        await store.write(rendition_key(made.digest, name), rendition)
    return made


def _renditions(content: bytes) -> "Renditions":
    from api.staff import photo_files  # noqa: PLC0415 - Pillow: 2 MB, for who uploads pictures

    return photo_files.renditions_of(content)


@router.post("/{photo_id}/archive", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def archive_photo(photo_id: str, desk: Asking) -> PhotoOut:
    """Takes a photo out of the library; what shows it already goes on showing it."""
    async with desk.sessions.begin() as session:
        photo, changed = await photos.archive_photo(session, photo_id)
        if changed:
            facts = {"archived": True}
            await desk.audit.record(session, AuditAction.PHOTO_ARCHIVED, photo.id, after=facts)
        return photo_out(photo)
