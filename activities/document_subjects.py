"""For every document: the template that draws it and what it shows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.quote_facts import quote_facts
from activities.speaking import ENGLISH, gettext, language_of, speaking
from models.domain.clock import start_of_day
from models.domain.errors import NotFoundError
from models.domain.stages import GuideAssignmentStatus, ServiceOrderStatus
from models.messages.messaging import DocumentKind, RenderDocument
from models.store.dossier import ServiceOrderRow, guide_offers_of, service_orders_of
from models.store.message_facts import (
    about_booking,
    about_instalment,
    about_payment,
    accepted_version,
)
from models.store.quote_pages import QuoteView, quote_view


@dataclass(frozen=True)
class Drawing:
    """A document to draw: its title, the instant that dates it, and the facts of its template."""

    title: str = field(repr=False)
    reference: str
    dated_at: datetime
    facts: dict[str, object] = field(repr=False)
    language: str | None = None
    """A language of `speaking`, for what is drawn in several; everything else is English."""
    photos: tuple[str, ...] = ()
    """Digests of the photos that it shows."""


async def quote(session: AsyncSession, request: RenderDocument) -> Drawing:
    """A version of the quote, as it was when it was sent."""
    view = await quote_view(session, request.subject_ref)
    version = view.version
    sent_at = version.sent_at or version.created_at
    customer, booking = view.about.customer, view.about.booking
    code = language_of(customer.language) or language_of(booking.language) or ENGLISH
    with speaking(code):
        title = gettext("Quote: %(title)s", title=version.title)
        facts = _trip_facts(view) | quote_facts(view)
    facts |= {
        "sent_at": sent_at,
        "discount_minor": view.discount_minor,
        "vat_minor": view.vat_minor,
        "group_prices": view.group_prices,
        "optional": view.optional,
        "alternatives": view.alternatives,
        "plan": view.plan(sent_at),
    }
    shown = filter(None, (version.cover, *(day.photo for day in view.days)))
    photos = tuple(dict.fromkeys(one["digest"] for one in shown))
    return Drawing(title, booking.reference, sent_at, facts, language=code, photos=photos)


async def invoice(session: AsyncSession, request: RenderDocument) -> Drawing:
    """The invoice of an instalment."""
    about = await about_booking(session, request.booking_id)
    instalment = await about_instalment(session, request.subject_ref)
    if instalment.invoice is None:
        raise NotFoundError("This instalment has no invoice yet.")
    facts = {"about": about, "invoice": instalment.invoice, "quote": instalment.quote}
    title = f"Invoice {instalment.invoice.invoice_number}"
    dated_at = start_of_day(instalment.invoice.issue_date)
    return Drawing(title, about.booking.reference, dated_at, facts)


async def receipt(session: AsyncSession, request: RenderDocument) -> Drawing:
    """The receipt of a payment."""
    about = await about_booking(session, request.booking_id)
    paid = await about_payment(session, request.subject_ref)
    facts = {"about": about, "payment": paid.payment, "parts": paid.parts}
    return Drawing("Receipt", about.booking.reference, paid.payment.received_at, facts)


async def voucher(session: AsyncSession, request: RenderDocument) -> Drawing:
    """The confirmation with a voucher for every confirmed service."""
    view = await _accepted(session, request.booking_id)
    orders = await _live_orders(session, request.booking_id)
    confirmed = [row for row in orders if row.order.status == ServiceOrderStatus.CONFIRMED]
    facts = _trip_facts(view) | await _guides(session, request.booking_id) | {"orders": confirmed}
    return _of_trip("Travel vouchers", view, facts)


async def run_sheet(session: AsyncSession, request: RenderDocument) -> Drawing:
    """Everything that those who run the trip need, day by day."""
    view = await _accepted(session, request.booking_id)
    orders = await _live_orders(session, request.booking_id)
    by_line = {row.line.id: row for row in orders}
    last_day = (view.version.return_on - view.version.departure_on).days + 1
    facts = _trip_facts(view) | await _guides(session, request.booking_id)
    facts |= {"order_of": by_line, "numbers": range(1, last_day + 1)}
    return _of_trip("Run sheet", view, facts)


def _trip_facts(view: QuoteView) -> dict[str, object]:
    lines = view.included
    return {"about": view.about, "quote": view.version, "days": view.days, "lines": lines}


def _of_trip(title: str, view: QuoteView, facts: dict[str, object]) -> Drawing:
    dated_at = view.version.answered_at or view.version.created_at
    return Drawing(title, view.about.booking.reference, dated_at, facts)


async def _accepted(session: AsyncSession, booking_id: str) -> QuoteView:
    version = await accepted_version(session, booking_id)
    if version is None:
        raise NotFoundError("This booking has no accepted quote.")
    return await quote_view(session, version.id)


async def _live_orders(session: AsyncSession, booking_id: str) -> list[ServiceOrderRow]:
    rows = await service_orders_of(session, booking_id)
    return [row for row in rows if row.order.status != ServiceOrderStatus.RELEASED]


async def _guides(session: AsyncSession, booking_id: str) -> dict[str, object]:
    rows = await guide_offers_of(session, booking_id)
    took = GuideAssignmentStatus.ACCEPTED
    return {"guides": [row for row in rows if row.assignment.status == took]}


DRAWINGS: dict[DocumentKind, Callable[[AsyncSession, RenderDocument], Awaitable[Drawing]]] = {
    DocumentKind.QUOTE: quote,
    DocumentKind.INVOICE: invoice,
    DocumentKind.RECEIPT: receipt,
    DocumentKind.VOUCHER: voucher,
    DocumentKind.RUN_SHEET: run_sheet,
}
