"""States of drafts: as each save left them, for who comes second and for whoever undoes."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.draft_hash import draft_hash
from models.messages.ids import new_id
from models.tables.drafting import QuoteDraftState
from models.tables.quote import QuoteVersion

MOST_STATES = 50
"""Of a draft; older ones are forgotten."""


async def add_state(
    session: AsyncSession, version: QuoteVersion, typed: dict[str, Any], faults: int, by: str
) -> None:
    """Keeps how a draft stands since its last save, and forgets the oldest state."""
    session.add(
        QuoteDraftState(
            id=new_id("state"),
            quote_version_id=version.id,
            revision=version.revision,
            typed=typed,
            faults=faults,
            saved_by=by,
        )
    )
    await session.flush()
    await session.execute(
        delete(QuoteDraftState).where(
            QuoteDraftState.quote_version_id == version.id,
            QuoteDraftState.revision <= version.revision - MOST_STATES,
        )
    )


async def state_now(session: AsyncSession, version: QuoteVersion) -> QuoteDraftState | None:
    """How a draft stands; None where it says just what the version says."""
    return await _state(session, version.id, version.revision)


async def state_of(
    session: AsyncSession, version: QuoteVersion, seen: str
) -> QuoteDraftState | None:
    """The state that a caller's hash is of; None where it is not known any more."""
    newest = range(version.revision, max(version.revision - MOST_STATES, 0), -1)
    found = (one for one in newest if draft_hash(version.id, one) == seen)
    revision = next(found, None)
    return None if revision is None else await _state(session, version.id, revision)


async def _state(session: AsyncSession, version_id: str, revision: int) -> QuoteDraftState | None:
    state: QuoteDraftState | None = await session.scalar(
        select(QuoteDraftState).where(
            QuoteDraftState.quote_version_id == version_id, QuoteDraftState.revision == revision
        )
    )
    return state


async def state_before(session: AsyncSession, version: QuoteVersion) -> QuoteDraftState | None:
    """The state to which an undo goes back; None when there is none."""
    state: QuoteDraftState | None = await session.scalar(
        select(QuoteDraftState)
        .where(
            QuoteDraftState.quote_version_id == version.id,
            QuoteDraftState.revision < version.revision,
            QuoteDraftState.undone.is_(False),
        )
        .order_by(QuoteDraftState.revision.desc())
        .limit(1)
    )
    return state


async def mark_undone(session: AsyncSession, version: QuoteVersion, since: int) -> None:
    """The states from a revision on are no place to go back to any more."""
    await session.execute(
        update(QuoteDraftState)
        .where(QuoteDraftState.quote_version_id == version.id, QuoteDraftState.revision >= since)
        .values(undone=True)
    )


async def forget_states(session: AsyncSession, version_id: str) -> None:
    """Nobody goes back behind what was sent."""
    await session.execute(
        delete(QuoteDraftState).where(QuoteDraftState.quote_version_id == version_id)
    )
