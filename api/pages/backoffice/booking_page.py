"""`/backoffice/bookings/{id}`: everything about one booking on one page."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.booking_context import (
    booking_context,
    chosen_kinds,
    timeline_context,
)
from api.pages.backoffice.clash import seen_values
from api.pages.backoffice.frame import Refusal, Typed, page
from api.pages.backoffice.moments import field_moment
from api.pages.formats import words
from api.staff.desk import Desk
from api.staff.documents import Storage, pdf_response
from api.staff.opening import PageReading
from models.domain.access import Permission
from models.domain.booking_hash import booking_hash
from models.domain.stages import Stage
from models.domain.timeline_kinds import TimelineKind
from models.store import dossier
from models.store.tasks import task_hash

router = APIRouter(prefix="/backoffice/bookings/{booking_id}", include_in_schema=False)

READ = [Allowed(Permission.READ_BOOKINGS)]
Kinds = Annotated[list[str] | None, Query(alias="kind")]
Before = Annotated[str, Query(max_length=200)]


@router.get("", dependencies=READ)
async def show_booking(
    booking_id: str, request: Request, desk: PageReading, kind: Kinds = None
) -> HTMLResponse:
    """The booking page; `kind` shows only those kinds of lines in the timeline."""
    return await booking_page(request, desk, booking_id, kinds=chosen_kinds(kind or ()))


@router.get("/timeline", dependencies=READ)
async def show_timeline(
    booking_id: str, request: Request, desk: PageReading, kind: Kinds = None, before: Before = ""
) -> HTMLResponse:
    """The timeline alone: other kinds of lines, or older ones."""
    async with desk.booking(booking_id) as (session, row):
        context = await timeline_context(session, booking_id, chosen_kinds(kind or ()), before)
    return page(
        request,
        desk,
        "booking/timeline_page.html",
        section="bookings",
        row=row,
        typed=Typed(),
        later=before != "",
        **context,
    )


@router.get("/documents/{document_id}", dependencies=READ)
async def download(
    booking_id: str, document_id: str, desk: PageReading, storage: Storage
) -> Response:
    """A document of the booking."""
    async with desk.booking(booking_id) as (session, row):
        document = await dossier.find_document(session, booking_id, document_id)
    return await pdf_response(storage, document, f"{row.booking.reference}-{document.kind}.pdf")


async def booking_page(
    request: Request,
    desk: Desk,
    booking_id: str,
    *,
    kinds: frozenset[TimelineKind] = frozenset(),
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    """The page as it stands now, with a refusal and what was typed when a form was refused."""
    async with desk.booking(booking_id) as (session, row):
        context = await booking_context(session, row, kinds)
    booking = row.booking
    now = datetime.now(UTC)
    return page(
        request,
        desk,
        "booking.html",
        section="bookings",
        refusal=refusal,
        row=row,
        booking_hash=booking_hash(booking.id, booking.revision),
        seen=seen_values(row),
        seen_at=now.isoformat(),
        this_minute=field_moment(now),
        field_moment=field_moment,
        task_hash=task_hash,
        typed=entered or Typed(),
        later=False,
        stage_options=[(one.value, words(one)) for one in Stage],
        temporal_url=desk.workflow_url(booking_id),
        largest=request.app.state.settings.attachment_bytes,
        **context,
    )
