"""Why customers declined: the quotes that were, counted by their reasons."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.stages import DeclineReason, QuoteStatus
from models.tables.crm import Booking
from models.tables.quote import QuoteVersion


@dataclass(frozen=True)
class ReasonCount:
    """How many quotes were declined for a reason; None where the customer said none."""

    reason: DeclineReason | None
    quotes: int
    bookings: int


async def count_reasons(
    session: AsyncSession, since: datetime, *, only_owner: str | None
) -> list[ReasonCount]:
    """Quotes declined since an instant by reason, the most frequent first.

    Args:
        session: the transaction.
        since: a real instant.
        only_owner: the staff id to whose bookings the caller is confined; None when all are open.
    """
    quotes = func.count(QuoteVersion.id)
    statement = (
        select(QuoteVersion.decline_reason, quotes, func.count(QuoteVersion.booking_id.distinct()))
        .join(Booking, Booking.id == QuoteVersion.booking_id)
        .where(QuoteVersion.status == QuoteStatus.DECLINED, QuoteVersion.answered_at >= since)
        .group_by(QuoteVersion.decline_reason)
        .order_by(quotes.desc(), QuoteVersion.decline_reason)
    )
    if only_owner is not None:
        statement = statement.where(Booking.staff_id == only_owner)
    return [
        ReasonCount(DeclineReason(reason) if reason else None, number, of)
        for reason, number, of in await session.execute(statement)
    ]
