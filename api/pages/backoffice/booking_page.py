"""`/backoffice/bookings/{id}`: everything about one booking on one page."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, named, page
from api.pages.formats import words
from api.pages.translation import gettext
from api.staff.desk import Desk
from api.staff.documents import Storage, pdf_response
from api.staff.opening import PageReading
from api.staff.readable import readable
from models.domain.access import Permission
from models.domain.booking_hash import booking_hash
from models.domain.stages import Stage
from models.store import dossier, invoices, quote_drafts, remarks, staff, tasks, timeline
from models.store.dossier import ServiceOrderRow
from models.store.timeline import TimelineEntry
from models.tables.partners import Partner

router = APIRouter(prefix="/backoffice/bookings/{booking_id}", include_in_schema=False)


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_booking(
    booking_id: str, request: Request, desk: PageReading, kind: str = ""
) -> HTMLResponse:
    """The booking page; `kind` shows only the timeline's lines of one type."""
    return await booking_page(request, desk, booking_id, kind=kind)


@router.get("/documents/{document_id}", dependencies=[Allowed(Permission.READ_BOOKINGS)])
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
    kind: str = "",
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    """The page as it stands now, with a refusal and what was typed when a form was refused."""
    async with desk.booking(booking_id) as (session, row):
        context = await _context(session, booking_id, kind)
    booking = row.booking
    return page(
        request,
        desk,
        "booking.html",
        section="bookings",
        refusal=refusal,
        row=row,
        booking_hash=booking_hash(booking.id, booking.revision),
        typed=entered or Typed(),
        kind=kind,
        stage_options=[(one.value, words(one)) for one in Stage],
        temporal_url=desk.workflow_url(booking_id),
        **context,
    )


async def _context(session: AsyncSession, booking_id: str, kind: str) -> dict[str, Any]:
    people = await staff.list_staff(session, active_only=False)
    versions = await quote_drafts.list_versions(session, booking_id)
    orders = await dossier.service_orders_of(session, booking_id)
    entries = await timeline.list_activities(session, booking_id)
    names = {one.id: one.name for one in people}
    names |= {
        version.id: gettext("version %(number)s", number=version.version) for version in versions
    }
    names |= {entry.order.id: entry.line.description for entry in orders}
    guides = await dossier.guide_offers_of(session, booking_id)
    names |= {offer.assignment.id: offer.guide.name for offer in guides}
    documents = await dossier.documents_of(session, booking_id)
    shown = [entry for entry in entries if kind in {"", entry.type}]
    return {
        "versions": versions,
        "orders": orders,
        "alternatives": _alternatives(orders, await dossier.active_partners(session)),
        "timeline": [_named(entry, names) for entry in reversed(shown)],
        "kinds": sorted({entry.type for entry in entries}),
        "staff_options": named(
            {one.id: one.name for one in people if one.active}, gettext("Nobody")
        ),
        "tasks": await tasks.tasks_of_booking(session, booking_id),
        "account": await dossier.booking_account(session, booking_id),
        "invoices": await invoices.list_invoices(session, booking_id),
        "guides": guides,
        "checklist": await dossier.checklist_of(session, booking_id),
        "messages": await dossier.messages_of(session, booking_id),
        "remarks": await remarks.remarks_of(session, booking_id),
        "documents": documents,
        "drawn": {document.subject_ref for document in documents if document.kind == "invoice"},
    }


def _named(entry: TimelineEntry, names: dict[str, str]) -> TimelineEntry:
    who = names.get(entry.actor) or words(entry.actor_name)
    if entry.type == "STAGE_CHANGED":
        stages = " → ".join(words(stage) for stage in entry.detail.split(" -> "))
        return replace(entry, detail=stages, actor_name=who)
    return replace(readable(entry, names), actor_name=who)


def _alternatives(
    orders: list[ServiceOrderRow], partners: list[Partner]
) -> dict[str, list[tuple[str, str]]]:
    """Whom to ask instead: suppliers of the same kind, without the one who was asked."""
    return {
        entry.order.id: named(
            {
                partner.id: f"{partner.name}, {partner.city}"
                for partner in partners
                if partner.kind == entry.line.kind and partner.id != entry.partner.id
            },
            gettext("Choose a supplier"),
        )
        for entry in orders
    }
