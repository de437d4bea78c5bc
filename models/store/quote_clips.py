"""What each person copied last out of a draft: one clip a person, for a few days."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.drafting import QuoteClip

KEPT_FOR = timedelta(days=7)


async def take_clip(
    session: AsyncSession, actor: str, booking_id: str, quote_id: str | None, typed: dict[str, Any]
) -> None:
    """Keeps what somebody copied in the place of what they copied before, and clears old clips."""
    old = datetime.now(UTC) - KEPT_FOR
    await session.execute(delete(QuoteClip).where(QuoteClip.taken_at < old))
    values = {
        "booking_id": booking_id,
        "quote_version_id": quote_id,
        "typed": typed,
        "taken_at": func.now(),
    }
    statement = insert(QuoteClip).values(actor=actor, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["actor"], set_=values))


async def find_clip(session: AsyncSession, actor: str) -> QuoteClip | None:
    """What somebody copied last; None when there is nothing, or it is too old."""
    old = datetime.now(UTC) - KEPT_FOR
    clip: QuoteClip | None = await session.scalar(
        select(QuoteClip).where(QuoteClip.actor == actor, QuoteClip.taken_at >= old)
    )
    return clip
