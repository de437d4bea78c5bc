"""Acceptances whose certificate is still to be drawn, and the document that came of it."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.signing import SignedKind
from models.messages.messaging import DocumentKind
from models.store.documents import keep_document
from models.store.quote_choices import hash_of
from models.tables.crm import Booking, Customer
from models.tables.integration import Document
from models.tables.quote import QuoteAcceptance, QuoteLine, QuoteVersion
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
    choices: list[QuoteLine] = field(default_factory=list)
    """The optional lines and alternatives that were chosen."""

    @property
    def signed_sha256(self) -> str | None:
        """The hash of what was signed; None for signatures from before one could choose."""
        if self.acceptance.total_minor is None:
            return None
        return hash_of(self.acceptance, self.version.currency, self.sent.sha256)


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
    row = (await session.execute(statement)).one()
    return Signed(*row, await _chosen(session, row[1].id))


async def _chosen(session: AsyncSession, version_id: str) -> list[QuoteLine]:
    a_choice = QuoteLine.optional | (QuoteLine.alternative != "")
    statement = select(QuoteLine).where(
        QuoteLine.quote_version_id == version_id, a_choice, QuoteLine.chosen
    )
    return list(await session.scalars(statement.order_by(QuoteLine.day, QuoteLine.position)))


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
        .values(
            certificate_id=document.id,
            document_sha256=of.sent.sha256,
            signed_sha256=of.signed_sha256,
        )
    )
