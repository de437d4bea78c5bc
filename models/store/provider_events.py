"""Providers' events, stored once before the provider gets its 2xx."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.workflow_names import PAYMENT_EVENT
from models.store.outbox import enqueue_signal
from models.tables.crm import Booking
from models.tables.integration import ProviderEvent

LONGEST_PAUSE = timedelta(minutes=5)


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


async def lock_unrouted(session: AsyncSession, limit: int) -> list[ProviderEvent]:
    """Events whose time has come and that no booking was told of yet, in the order they came in."""
    statement = (
        select(ProviderEvent)
        .where(ProviderEvent.routed_at.is_(None), ProviderEvent.available_at <= func.now())
        .order_by(ProviderEvent.available_at, ProviderEvent.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return sorted(await session.scalars(statement), key=lambda event: event.id)


async def route_event(session: AsyncSession, event: ProviderEvent, booking_id: str | None) -> bool:
    """Stores that the booking has to be told of a locked event, once.

    While the booking is unknown the event waits, each time longer, for ever if need be.

    Returns:
        Whether the booking is known.
    """
    known = booking_id and await session.scalar(select(Booking.id).where(Booking.id == booking_id))
    if not known:
        pause = min(timedelta(seconds=2 ** min(event.attempts, 16)), LONGEST_PAUSE)
        changes = {"attempts": event.attempts + 1, "available_at": func.now() + pause}
    else:
        await enqueue_signal(session, known, PAYMENT_EVENT, str(event.id))
        changes = {"routed_at": func.now(), "booking_id": known}
    await session.execute(
        update(ProviderEvent).where(ProviderEvent.id == event.id).values(**changes)
    )
    return bool(known)


async def set_aside(session: AsyncSession, event: ProviderEvent) -> None:
    """Keeps a locked event of which no booking needs to hear."""
    await session.execute(
        update(ProviderEvent)
        .where(ProviderEvent.id == event.id)
        .values(routed_at=func.now(), applied_at=func.now())
    )
