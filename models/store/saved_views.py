"""Views of the list of bookings that people keep for themselves, or managers for everybody."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError, NotFoundError
from models.messages.ids import new_id
from models.tables.search import SavedView

MOST_VIEWS = 50
"""So many views may one person keep."""
MOST_SHOWN = 200


async def views_for(session: AsyncSession, owner_sub: str) -> list[SavedView]:
    """A person's own views and those that are shared, by name; at most 200."""
    statement = select(SavedView).where(_seen_by(owner_sub)).order_by(SavedView.name, SavedView.id)
    return list(await session.scalars(statement.limit(MOST_SHOWN)))


async def find_view(session: AsyncSession, view_id: str, owner_sub: str) -> SavedView:
    """A view that a person may see.

    Raises:
        NotFoundError: there is none, or it is somebody else's and not shared.
    """
    statement = select(SavedView).where(SavedView.id == view_id, _seen_by(owner_sub))
    view = await session.scalar(statement)
    if view is None:
        raise NotFoundError("There is no such view, or it is not shared any more.")
    return view


async def create_view(
    session: AsyncSession,
    *,
    owner_sub: str,
    owner_name: str,
    name: str,
    shared: bool,
    filters: Mapping[str, str],
    sort: str,
    command_id: str,
) -> SavedView:
    """Keeps a view; the same command keeps it once.

    Raises:
        InvalidInputError: the person has a view of that name, or as many as one may have.
    """
    done: SavedView | None = await session.scalar(
        select(SavedView).where(SavedView.command_id == command_id)
    )
    if done is not None:
        return done
    await _check_room(session, owner_sub)
    stored: SavedView | None = await session.scalar(
        insert(SavedView)
        .values(
            id=new_id("view"),
            owner_sub=owner_sub,
            owner_name=owner_name,
            name=name,
            shared=shared,
            filters=dict(filters),
            sort=sort,
            command_id=command_id,
        )
        .on_conflict_do_nothing()
        .returning(SavedView)
    )
    if stored is None:
        stored = await session.scalar(select(SavedView).where(SavedView.command_id == command_id))
    if stored is None:
        raise InvalidInputError("name: you have a view of this name. Choose another.")
    return stored


async def change_view(
    session: AsyncSession, view: SavedView, *, name: str | None, shared: bool | None
) -> None:
    """Gives a view another name, or shares it or no longer.

    Raises:
        InvalidInputError: its owner has another view of that name.
    """
    if name is not None and name != view.name:
        taken = select(SavedView.id).where(
            SavedView.owner_sub == view.owner_sub, SavedView.name == name
        )
        if await session.scalar(taken) is not None:
            raise InvalidInputError("name: there is a view of this name. Choose another.")
        view.name = name
    if shared is not None:
        view.shared = shared
    view.updated_at = func.now()
    await session.flush()
    await session.refresh(view)


async def remove_view(session: AsyncSession, view: SavedView) -> None:
    """Forgets a view."""
    await session.delete(view)
    await session.flush()


async def _check_room(session: AsyncSession, owner_sub: str) -> None:
    kept = select(func.count()).select_from(SavedView).where(SavedView.owner_sub == owner_sub)
    if (await session.scalar(kept) or 0) >= MOST_VIEWS:
        raise InvalidInputError(f"You keep {MOST_VIEWS} views already. Remove one first.")


def _seen_by(owner_sub: str) -> ColumnElement[bool]:
    return or_(SavedView.owner_sub == owner_sub, SavedView.shared)
