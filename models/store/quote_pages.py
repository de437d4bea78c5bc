"""A quote version as a customer reads it, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.domain.payment_plan import PlannedInstalment, draw_plan
from models.domain.stages import QuoteStatus
from models.messages.ids import AcceptanceId, new_id
from models.store.boards import boards_of
from models.store.message_facts import BookingAbout, about_booking
from models.tables.quote import QuoteAcceptance, QuoteDay, QuoteLine, QuoteVersion


@dataclass(frozen=True)
class QuoteView:
    """A version with everything that it says, and the booking that it belongs to."""

    about: BookingAbout
    version: QuoteVersion
    days: list[QuoteDay]
    lines: list[QuoteLine]
    newest: QuoteVersion
    """The version to look at instead, once this one is not the newest that was sent."""
    boards: Mapping[str, str]
    """The Meals of the lines where they are known, by the line's id."""

    def plan(self, accepted_at: datetime) -> tuple[PlannedInstalment, ...]:
        """What would be paid when, if it were accepted at this real instant."""
        return draw_plan(
            self.version.total_minor,
            self.version.departure_on,
            self.about.policy_time(accepted_at),
            self.about.policy,
        )


async def quote_view(session: AsyncSession, quote_version_id: str) -> QuoteView:
    """A version that was sent, as it is shown.

    Raises:
        NotFoundError: there is no such version.
    """
    version = await session.get(QuoteVersion, quote_version_id)
    if version is None:
        raise NotFoundError("There is no such version of the quote.")
    about = await about_booking(session, version.booking_id)
    newest = await session.scalar(
        select(QuoteVersion)
        .where(
            QuoteVersion.booking_id == version.booking_id,
            QuoteVersion.status != QuoteStatus.DRAFT,
        )
        .order_by(QuoteVersion.version.desc())
        .limit(1)
    )
    lines = await _lines(session, version.id)
    return QuoteView(
        about=about,
        version=version,
        days=await days_of(session, version.id),
        lines=lines,
        newest=newest or version,
        boards=await boards_of(session, lines),
    )


async def days_of(session: AsyncSession, quote_version_id: str) -> list[QuoteDay]:
    """The itinerary of a version, in order."""
    statement = select(QuoteDay).where(QuoteDay.quote_version_id == quote_version_id)
    return list(await session.scalars(statement.order_by(QuoteDay.day)))


async def _lines(session: AsyncSession, quote_version_id: str) -> list[QuoteLine]:
    statement = select(QuoteLine).where(QuoteLine.quote_version_id == quote_version_id)
    return list(await session.scalars(statement.order_by(QuoteLine.day, QuoteLine.position)))


async def record_first_view(session: AsyncSession, quote_version_id: str) -> bool:
    """Stores when a person first looked at a sent version; True the first time."""
    seen = await session.scalar(
        update(QuoteVersion)
        .where(
            QuoteVersion.id == quote_version_id,
            QuoteVersion.first_viewed_at.is_(None),
            QuoteVersion.status == QuoteStatus.SENT,
        )
        .values(first_viewed_at=func.now())
        .returning(QuoteVersion.id)
    )
    return seen is not None


async def add_acceptance(
    session: AsyncSession,
    version: QuoteVersion,
    *,
    name: str,
    terms_version: str,
    ip_address: str | None,
    user_agent: str | None,
    drawn_signature: str | None = None,
    companion_id: str | None = None,
) -> AcceptanceId:
    """Keeps the evidence of an acceptance before it is decided."""
    acceptance = QuoteAcceptance(
        id=new_id("accept"),
        quote_version_id=version.id,
        name=name,
        terms_version=terms_version,
        ip_address=ip_address,
        user_agent=user_agent,
        document_sha256=version.document_sha256,
        drawn_signature=drawn_signature,
        companion_id=companion_id,
    )
    session.add(acceptance)
    await session.flush()
    return AcceptanceId(acceptance.id)


async def taken_acceptance(session: AsyncSession, quote_version_id: str) -> QuoteAcceptance | None:
    """The acceptance of a version that the booking took, if it took one."""
    found: QuoteAcceptance | None = await session.scalar(
        select(QuoteAcceptance).where(
            QuoteAcceptance.quote_version_id == quote_version_id, QuoteAcceptance.accepted
        )
    )
    return found
