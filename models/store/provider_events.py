"""Providers' events, stored once before the provider gets its 2xx."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.integration import ProviderEvent


async def store_event(
    session: AsyncSession,
    provider: str,
    event_id: str,
    type: str,  # noqa: A002 - the column's name
    payload: dict[str, Any],
    booking_id: str | None,
) -> bool:
    """Keeps an event; False when it was kept before. The booking need not be known yet."""
    row = await session.scalar(
        insert(ProviderEvent)
        .values(
            provider=provider,
            event_id=event_id,
            type=type,
            payload=payload,
            booking_id=booking_id,
        )
        .on_conflict_do_nothing(index_elements=[ProviderEvent.provider, ProviderEvent.event_id])
        .returning(ProviderEvent.id)
    )
    return row is not None
