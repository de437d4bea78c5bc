"""Lists of customers that people keep for themselves, or managers for everybody."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError, NotFoundError
from models.messages.ids import new_id
from models.tables.customers import Segment

MOST_SEGMENTS = 50
"""So many segments may one person keep."""
MOST_SHOWN = 200


async def segments_for(session: AsyncSession, owner_sub: str) -> list[Segment]:
    """A person's own segments and those that are shared, by name; at most 200."""
    statement = select(Segment).where(_seen_by(owner_sub)).order_by(Segment.name, Segment.id)
    return list(await session.scalars(statement.limit(MOST_SHOWN)))


async def find_segment(session: AsyncSession, segment_id: str, owner_sub: str) -> Segment:
    """A segment that a person may see.

    Raises:
        NotFoundError: there is none, or it is somebody else's and not shared.
    """
    statement = select(Segment).where(Segment.id == segment_id, _seen_by(owner_sub))
    segment = await session.scalar(statement)
    if segment is None:
        raise NotFoundError("There is no such segment, or it is not shared any more.")
    return segment


async def create_segment(
    session: AsyncSession,
    *,
    owner_sub: str,
    owner_name: str,
    name: str,
    shared: bool,
    filters: Mapping[str, str],
    command_id: str,
) -> Segment:
    """Keeps a segment; the same command keeps it once.

    Raises:
        InvalidInputError: the person has one of that name, or as many as one may have.
    """
    of_command = select(Segment).where(Segment.command_id == command_id)
    done: Segment | None = await session.scalar(of_command)
    if done is not None:
        return done
    kept = select(func.count()).select_from(Segment).where(Segment.owner_sub == owner_sub)
    if (await session.scalar(kept) or 0) >= MOST_SEGMENTS:
        raise InvalidInputError(f"You keep {MOST_SEGMENTS} segments already. Remove one first.")
    stored: Segment | None = await session.scalar(
        insert(Segment)
        .values(
            id=new_id("segment"),
            owner_sub=owner_sub,
            owner_name=owner_name,
            name=name,
            shared=shared,
            filters=dict(filters),
            command_id=command_id,
        )
        .on_conflict_do_nothing()
        .returning(Segment)
    )
    stored = stored or await session.scalar(of_command)
    if stored is None:
        raise InvalidInputError("name: you have a segment of this name. Choose another.")
    return stored


async def change_segment(
    session: AsyncSession, segment: Segment, *, name: str | None, shared: bool | None
) -> None:
    """Gives a segment another name, or shares it or no longer.

    Raises:
        InvalidInputError: its owner has another one of that name.
    """
    if name is not None and name != segment.name:
        taken = select(Segment.id).where(
            Segment.owner_sub == segment.owner_sub, Segment.name == name
        )
        if await session.scalar(taken) is not None:
            raise InvalidInputError("name: there is a segment of this name. Choose another.")
        segment.name = name
    if shared is not None:
        segment.shared = shared
    segment.updated_at = func.now()
    await session.flush()
    await session.refresh(segment)


async def remove_segment(session: AsyncSession, segment: Segment) -> None:
    """Forgets a segment; no customer is touched."""
    await session.delete(segment)
    await session.flush()


def _seen_by(owner_sub: str) -> ColumnElement[bool]:
    return or_(Segment.owner_sub == owner_sub, Segment.shared)
