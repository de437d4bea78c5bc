"""`/backoffice/bookings/{id}/attachments`: the forms that keep files and take them away.

Files are downloaded from the JSON API's address, by the same session.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from api.identity.allowed import Allowed
from api.pages.backoffice.carrying_out import Ending, carry_out
from api.pages.translation import gettext
from api.staff.attachments import Largest
from api.staff.documents import Storage
from api.staff.opening import PageAsking
from models.domain.access import Permission
from models.domain.errors import FileRefusedError

router = APIRouter(prefix="/backoffice/bookings/{booking_id}/attachments", include_in_schema=False)

EDIT = [Allowed(Permission.EDIT_BOOKINGS)]


@router.post("", dependencies=EDIT)
async def keep_file(
    booking_id: str, request: Request, desk: PageAsking, store: Storage, largest: Largest
) -> Response:
    """Keeps a file with the booking."""
    file = (await request.form()).get("file")

    async def action() -> None:
        if not isinstance(file, UploadFile) or not file.filename:
            raise FileRefusedError(gettext("Choose a file first."))
        content = await file.read(largest + 1)
        await desk.keep_file(booking_id, file.filename, content, store=store, most_bytes=largest)

    ending = Ending("file_added", "files", field="file")
    return await carry_out(request, desk, booking_id, action(), ending)


@router.post("/{attachment_id}/delete", dependencies=EDIT)
async def delete_file(
    booking_id: str, attachment_id: str, request: Request, desk: PageAsking
) -> Response:
    """Takes a file away; who did it stays on the timeline."""
    action = desk.delete_file(booking_id, attachment_id)
    return await carry_out(request, desk, booking_id, action, Ending("file_deleted", "files"))
