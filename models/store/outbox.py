"""Workflows to start or to tell a fact, stored with what made it necessary, delivered later.

Whoever claims rows has them for some seconds, so that no transaction stays open while Temporal is
asked; rows whose claimer died come back when these have passed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.tables.crm import Booking
from models.tables.integration import OutboxRow


@dataclass(frozen=True)
class Due:
    """A claimed row. `signal` is None for a start."""

    id: int
    workflow_id: str
    signal: str | None
    argument: str
    attempts: int
    """How often it was tried before."""


async def enqueue_signal(
    session: AsyncSession, workflow_id: str, signal: str, argument: str
) -> None:
    """Stores a fact for a workflow; `argument` is its one id."""
    await session.execute(
        insert(OutboxRow).values(workflow_id=workflow_id, signal=signal, argument=argument)
    )


async def enqueue_start(session: AsyncSession, workflow_id: str, argument: str) -> None:
    """Stores that a workflow has to be started; `argument` is its one id."""
    await session.execute(insert(OutboxRow).values(workflow_id=workflow_id, argument=argument))


async def claim_starts(session: AsyncSession, limit: int, lease_seconds: float) -> list[Due]:
    """Claims due starts, the oldest first."""
    return await _claim(session, [OutboxRow.signal.is_(None)], limit, lease_seconds)


async def claim_signals(session: AsyncSession, limit: int, lease_seconds: float) -> list[Due]:
    """Claims due signals, the oldest first: of each workflow the next one, after its start."""
    earlier = aliased(OutboxRow)
    blocked = (
        select(earlier.id)
        .where(
            earlier.workflow_id == OutboxRow.workflow_id,
            earlier.id < OutboxRow.id,
            earlier.delivered_at.is_(None),
        )
        .exists()
    )
    return await _claim(session, [OutboxRow.signal.is_not(None), ~blocked], limit, lease_seconds)


async def _claim(
    session: AsyncSession, conditions: list[ColumnElement[bool]], limit: int, lease_seconds: float
) -> list[Due]:
    due = (
        select(OutboxRow.id)
        .where(OutboxRow.delivered_at.is_(None), OutboxRow.available_at <= func.now(), *conditions)
        .order_by(OutboxRow.available_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")
    )
    claimed = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == due.c.id)
        .values(
            available_at=func.now() + timedelta(seconds=lease_seconds),
            attempts=OutboxRow.attempts + 1,
        )
        .returning(
            OutboxRow.id,
            OutboxRow.workflow_id,
            OutboxRow.signal,
            OutboxRow.argument,
            OutboxRow.attempts - 1,
        )
    )
    return sorted((Due(*row) for row in claimed), key=lambda row: row.id)


async def mark_delivered(session: AsyncSession, row_ids: list[int]) -> None:
    """Says that these rows have been delivered."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(row_ids), OutboxRow.delivered_at.is_(None))
        .values(delivered_at=func.now())
    )


async def put_off(session: AsyncSession, row_id: int, delay: timedelta) -> None:
    """Makes a row that could not be delivered due again after `delay`."""
    await _return(session, [row_id], {"available_at": func.now() + delay})


async def give_back(session: AsyncSession, row_ids: list[int]) -> None:
    """Returns claimed rows as if they had not been tried."""
    changes = {"available_at": func.now(), "attempts": OutboxRow.attempts - 1}
    await _return(session, row_ids, changes)


async def _return(session: AsyncSession, row_ids: list[int], changes: dict[str, Any]) -> None:
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(row_ids), OutboxRow.delivered_at.is_(None))
        .values(**changes)
    )


async def count_arriving(session: AsyncSession, at_most: int) -> int:
    """How many enquiries of the last second wait to be started, counted up to `at_most`.

    Their rows become due a second after they were stored: till then the API may start them itself.
    """
    fresh = (
        select(OutboxRow.id)
        .where(
            OutboxRow.delivered_at.is_(None),
            OutboxRow.available_at > func.now(),
            OutboxRow.attempts == 0,
        )
        .limit(at_most)
    )
    return await session.scalar(select(func.count()).select_from(fresh.subquery())) or 0


async def booking_closed_at(session: AsyncSession, booking_id: str) -> datetime | None:
    """When a booking's story ended; None while it goes on."""
    return await session.scalar(select(Booking.closed_at).where(Booking.id == booking_id))
