"""Acceptances whose certificate is still to be drawn, and the document that came of it."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.signing import SignedKind
from models.messages.messaging import DocumentKind
from models.store.documents import keep_document
from models.tables.crm import Booking, Customer
from models.tables.integration import Document
from models.tables.quote import QuoteAcceptance, QuoteVersion
from models.tables.quote_readers import QuoteCompanion


@dataclass(frozen=True)
class Signed:
    """An acceptance that the booking took, the version, and the PDF that was sent of it."""

    acceptance: QuoteAcceptance = field(repr=False)
    version: QuoteVersion = field(repr=False)
    sent: Document
    reference: str
    language: str | None
    companion: str | None = field(repr=False)
    """The name under which the link was shared by which it was accepted."""


async def claim_uncertified(session: AsyncSession, lease: timedelta) -> str | None:
    """The id of an acceptance whose certificate is due; nobody else gets it during the lease.

    Only once the PDF is drawn that was sent: the certificate goes behind its pages.
    """
    due = (
        select(QuoteAcceptance.id)
        .join(
            Document,
            (Document.subject_ref == QuoteAcceptance.quote_version_id)
            & (Document.kind == DocumentKind.QUOTE),
        )
        .where(
            QuoteAcceptance.accepted,
            QuoteAcceptance.certificate_id.is_(None),
            QuoteAcceptance.certify_after <= func.now(),
        )
        .order_by(QuoteAcceptance.certify_after)
        .limit(1)
        .with_for_update(skip_locked=True, of=QuoteAcceptance)
    )
    return await session.scalar(
        update(QuoteAcceptance)
        .where(QuoteAcceptance.id == due.scalar_subquery())
        .values(certify_after=func.now() + lease)
        .returning(QuoteAcceptance.id)
    )


async def signed(session: AsyncSession, acceptance_id: str) -> Signed:
    """What a certificate certifies."""
    statement = (
        select(
            QuoteAcceptance,
            QuoteVersion,
            Document,
            Booking.reference,
            func.coalesce(Customer.language, Booking.language),
            QuoteCompanion.name,
        )
        .join(QuoteVersion, QuoteVersion.id == QuoteAcceptance.quote_version_id)
        .join(Booking, Booking.id == QuoteVersion.booking_id)
        .join(Customer, Customer.id == Booking.customer_id)
        .join(
            Document,
            (Document.subject_ref == QuoteVersion.id) & (Document.kind == DocumentKind.QUOTE),
        )
        .outerjoin(QuoteCompanion, QuoteCompanion.id == QuoteAcceptance.companion_id)
        .where(QuoteAcceptance.id == acceptance_id)
    )
    return Signed(*(await session.execute(statement)).one())


async def keep_certificate(
    session: AsyncSession, of: Signed, *, storage_key: str, sha256: str, size: int
) -> None:
    """Writes that the certificate was drawn; of two that were drawn at once, the first stays."""
    document = await keep_document(
        session,
        booking_id=of.version.booking_id,
        kind=SignedKind.SIGNED_QUOTE,
        subject_ref=of.version.id,
        storage_key=storage_key,
        sha256=sha256,
        size=size,
    )
    await session.execute(
        update(QuoteAcceptance)
        .where(QuoteAcceptance.id == of.acceptance.id)
        .values(certificate_id=document.id)
    )
