"""Whom the customer shares the quotes of a booking with, each by a link of their own."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError, LinkInvalidError, NotFoundError
from models.domain.links import LinkPurpose
from models.domain.stages import QuoteStatus
from models.messages.ids import new_id
from models.store.links import link_path
from models.store.progress import lock_booking
from models.tables.integration import Link
from models.tables.quote import QuoteVersion
from models.tables.quote_readers import QuoteCompanion

PREFIX = "companion"
MOST_COMPANIONS = 20
"""Links that are open at once for one booking."""


async def add_companion(
    session: AsyncSession, booking_id: str, *, name: str, may_accept: bool
) -> QuoteCompanion:
    """Names a companion; of an open one of that name the right to accept is written anew.

    Raises:
        InvalidInputError: there are as many as there may be.
    """
    await lock_booking(session, booking_id)
    known = await companions_of(session, booking_id)
    for companion in known:
        if companion.name.casefold() == name.casefold():
            companion.may_accept = may_accept
            return companion
    if len(known) >= MOST_COMPANIONS:
        raise InvalidInputError(
            "There are 20 links already. Withdraw one that is not needed any more."
        )
    companion = QuoteCompanion(
        id=new_id(PREFIX), booking_id=booking_id, name=name, may_accept=may_accept
    )
    session.add(companion)
    await session.flush()
    return companion


async def companions_of(session: AsyncSession, booking_id: str) -> list[QuoteCompanion]:
    """The companions whose links are open, in the order in which they were named."""
    statement = select(QuoteCompanion).where(
        QuoteCompanion.booking_id == booking_id, QuoteCompanion.withdrawn_at.is_(None)
    )
    return list(await session.scalars(statement.order_by(QuoteCompanion.id)))


async def withdraw_companion(session: AsyncSession, booking_id: str, companion_id: str) -> None:
    """Closes a companion's link for good.

    Raises:
        NotFoundError: the booking has no such companion.
    """
    found = await session.scalar(
        update(QuoteCompanion)
        .where(QuoteCompanion.id == companion_id, QuoteCompanion.booking_id == booking_id)
        .values(withdrawn_at=func.coalesce(QuoteCompanion.withdrawn_at, func.now()))
        .returning(QuoteCompanion.id)
    )
    if found is None:
        raise NotFoundError("There is no such link.")
    await session.execute(
        update(Link)
        .where(Link.purpose == LinkPurpose.QUOTE, Link.subject_ref == companion_id)
        .values(revoked_at=func.coalesce(Link.revoked_at, func.now()))
    )


async def companion_path(
    session: AsyncSession, secret: str, companion: QuoteCompanion, expires_at: datetime
) -> str:
    """The path of a companion's link."""
    return await link_path(
        session,
        secret,
        purpose=LinkPurpose.QUOTE,
        booking_id=companion.booking_id,
        subject_ref=companion.id,
        expires_at=expires_at,
    )


async def companion_of(session: AsyncSession, link: Link) -> QuoteCompanion | None:
    """The companion whose link this is; None for the customer's own.

    Raises:
        LinkInvalidError: the companion's link was withdrawn.
    """
    if not link.subject_ref.startswith(f"{PREFIX}_"):
        return None
    companion = await session.get(QuoteCompanion, link.subject_ref)
    if companion is None or companion.withdrawn_at is not None:
        raise LinkInvalidError
    return companion


async def version_for_companions(session: AsyncSession, booking_id: str) -> str:
    """The version that companions see: the accepted one, else the newest that was sent.

    Raises:
        LinkInvalidError: none was sent.
    """
    found = await session.scalar(
        select(QuoteVersion.id)
        .where(QuoteVersion.booking_id == booking_id, QuoteVersion.status != QuoteStatus.DRAFT)
        .order_by((QuoteVersion.status == QuoteStatus.ACCEPTED).desc(), QuoteVersion.version.desc())
        .limit(1)
    )
    if found is None:
        raise LinkInvalidError
    return found
