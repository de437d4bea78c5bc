"""A customer's trip as its page shows it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.messaging import DocumentKind
from models.store.message_facts import (
    BookingAbout,
    about_booking,
    accepted_version,
    guides_of_trip,
)
from models.store.payment_pages import PlanRow, payments_of, plan_of
from models.store.quote_pages import days_of
from models.tables.finance import Payment
from models.tables.guides import Guide
from models.tables.integration import Document
from models.tables.quote import QuoteDay, QuoteVersion

FOR_CUSTOMERS = (
    DocumentKind.VOUCHER,
    DocumentKind.RECEIPT,
    DocumentKind.INVOICE,
    DocumentKind.QUOTE,
)


@dataclass(frozen=True)
class TripView:
    """A booking with its accepted quote, if there is one, and all that its customer may see."""

    about: BookingAbout
    quote: QuoteVersion | None
    days: list[QuoteDay]
    plan: list[PlanRow]
    payments: list[Payment]
    documents: list[Document]
    guides: list[Guide]


async def trip_view(session: AsyncSession, booking_id: str) -> TripView:
    """A customer's trip.

    Raises:
        NotFoundError: there is no such booking.
    """
    about = await about_booking(session, booking_id)
    quote = await accepted_version(session, booking_id)
    return TripView(
        about=about,
        quote=quote,
        days=await days_of(session, quote.id) if quote else [],
        plan=await plan_of(session, booking_id),
        payments=await payments_of(session, booking_id),
        documents=await _documents(session, booking_id, quote),
        guides=await guides_of_trip(session, booking_id),
    )


async def _documents(
    session: AsyncSession, booking_id: str, quote: QuoteVersion | None
) -> list[Document]:
    """What is meant for the customer: of the quotes only the accepted one."""
    rows = await session.scalars(
        select(Document)
        .where(Document.booking_id == booking_id, Document.kind.in_(FOR_CUSTOMERS))
        .order_by(Document.created_at)
    )
    accepted = quote.id if quote else None
    return [row for row in rows if row.kind != DocumentKind.QUOTE or row.subject_ref == accepted]
