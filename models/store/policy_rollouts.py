"""How running bookings are told of a version: a few at a time, so that nobody waits behind them."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.workflow_names import POLICY_CHANGED
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking
from models.tables.integration import OutboxRow
from models.tables.rosters import PolicyRollout

SETTLED_AFTER: Final = timedelta(seconds=10)
"""A younger booking is told later: by then it and all before it are stored."""
LATECOMERS: Final = timedelta(seconds=30)
"""So long enquiries may still come in under the version before."""


async def tell_more(session: AsyncSession, at_most: int) -> int:
    """Puts the next running bookings of a rollout into the outbox, up to `at_most` waiting there.

    Returns how many were added; several relays never take the same.
    """
    rollout = await session.scalar(
        select(PolicyRollout)
        .where(PolicyRollout.finished_at.is_(None))
        .order_by(PolicyRollout.version)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if rollout is None:
        return 0
    room = at_most - await _waiting(session, at_most)
    if room <= 0:
        return 0
    told = list(await session.scalars(_next(rollout).limit(room)))
    if not told:
        await _finish(session, rollout.version)
        return 0
    await session.execute(
        insert(OutboxRow),
        [
            {"workflow_id": one, "signal": POLICY_CHANGED, "argument": str(rollout.version)}
            for one in told
        ],
    )
    rollout.told_up_to, rollout.told = told[-1], rollout.told + len(told)
    return len(told)


async def _waiting(session: AsyncSession, at_most: int) -> int:
    undelivered = (
        select(OutboxRow.id)
        .where(OutboxRow.delivered_at.is_(None), OutboxRow.signal == POLICY_CHANGED)
        .limit(at_most)
    )
    return await session.scalar(select(func.count()).select_from(undelivered.subquery())) or 0


def _next(rollout: PolicyRollout) -> Select[str]:
    """Ids of running bookings that were taken under an earlier version of the same campaign."""
    campaign = (
        select(PolicyVersion.campaign)
        .where(PolicyVersion.version == rollout.version)
        .scalar_subquery()
    )
    return (
        select(Booking.id)
        .join(PolicyVersion, PolicyVersion.version == Booking.policy_version)
        .where(
            Booking.closed_at.is_(None),
            Booking.id > rollout.told_up_to,
            Booking.policy_version < rollout.version,
            PolicyVersion.campaign.is_not_distinct_from(campaign),
            Booking.created_at < func.now() - SETTLED_AFTER,
        )
        .order_by(Booking.id)
    )


async def _finish(session: AsyncSession, version: int) -> None:
    """Ends a rollout, once no enquiry can come in under the version before any more."""
    await session.execute(
        update(PolicyRollout)
        .where(PolicyRollout.version == version, PolicyRollout.started_at < func.now() - LATECOMERS)
        .values(finished_at=func.now())
    )


async def find_rollout(session: AsyncSession, version: int) -> PolicyRollout | None:
    """How far running bookings were told of a version; None when it concerned none of them."""
    return await session.get(PolicyRollout, version, populate_existing=True)
