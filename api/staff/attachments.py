"""`/api/v1/bookings/{id}/attachments`: files that staff keep with a booking."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, UploadFile
from fastapi.responses import Response

from activities.providers.ports import DocumentStore
from api.identity.allowed import Allowed
from api.resources import ApiResources
from api.staff.desk_schemas import FileKept, FileList, FileOut
from api.staff.documents import Storage
from api.staff.opening import Asking, Reading
from models.domain.access import Permission
from models.domain.errors import NotFoundError
from models.store import attachments
from models.tables.desk import Attachment

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/attachments", tags=["attachments"])

UPLOAD = {"requestBody": {"content": {"multipart/form-data": {"example": {"file": "visa.pdf"}}}}}
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""A browser that shows it after all gives it neither scripts nor our origin."""


def largest_file(resources: ApiResources) -> int:
    """Dependency: the largest file that is taken, in bytes."""
    return resources.settings.attachment_bytes


Largest = Annotated[int, Depends(largest_file)]


async def file_response(store: DocumentStore, file: Attachment) -> Response:
    """A file to be saved, never shown from our origin.

    Raises:
        NotFoundError: the store has lost it, or it was erased.
    """
    try:
        content = await store.read(file.storage_key)
    except FileNotFoundError as error:
        raise NotFoundError("This file is not in the store any more.") from error
    plain = "".join(
        one if one.isascii() and (one.isalnum() or one in "._- ") else "_" for one in file.file_name
    )
    headers = {
        "Content-Disposition": (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.file_name, safe='')}"
        ),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=file.media_type, headers=headers)


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_files(booking_id: str, desk: Reading) -> FileList:
    """A booking's files, the newest first."""
    async with desk.booking(booking_id) as (session, _):
        rows = await attachments.attachments_of(session, booking_id)
    items = [
        FileOut.model_validate(
            {name: getattr(row.file, name, None) for name in FileOut.model_fields}
            | {
                "uploaded_by_name": row.uploaded_by_name,
                "url": f"/api/v1/bookings/{booking_id}/attachments/{row.file.id}",
            }
        )
        for row in rows
    ]
    return FileList(items=items, total=len(items))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    openapi_extra=UPLOAD,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def keep_file(
    booking_id: str, file: UploadFile, desk: Asking, store: Storage, largest: Largest
) -> FileKept:
    """Keeps a file (multipart, field `file`); the same Idempotency-Key keeps it once."""
    content = await file.read(largest + 1)
    kept = await desk.keep_file(
        booking_id, file.filename or "", content, store=store, most_bytes=largest
    )
    return FileKept(id=kept)


@router.get(
    "/{attachment_id}",
    response_class=Response,
    responses={HTTPStatus.OK: {"content": {"application/octet-stream": {}}}},
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)
async def download(booking_id: str, attachment_id: str, desk: Reading, store: Storage) -> Response:
    """The file itself, to be saved."""
    return await file_response(store, await desk.find_file(booking_id, attachment_id))


@router.delete(
    "/{attachment_id}",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def delete_file(booking_id: str, attachment_id: str, desk: Asking) -> None:
    """Takes a file away; that it was there, and who took it away, stays known."""
    await desk.delete_file(booking_id, attachment_id)
