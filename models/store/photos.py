"""The library of photos: added, found, archived; never deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError, NotFoundError
from models.domain.photos import Shown
from models.tables.photos import Photo
from models.tables.quote import QuoteDay, QuoteVersion

MOST_TO_CHOOSE = 200


@dataclass(frozen=True)
class NewPhoto:
    """What is known of a photo when it is added. Width and height in pixels."""

    id: str
    digest: str
    width: int
    height: int
    alt: str
    place: str
    credit: str
    added_by: str


async def add_photo(session: AsyncSession, new: NewPhoto) -> tuple[Photo, bool]:
    """Adds a photo, once for its id; the photo, and whether it is new."""
    statement = insert(Photo).values(**vars(new)).on_conflict_do_nothing(index_elements=["id"])
    added = await session.scalar(statement.returning(Photo.id))
    return await session.get_one(Photo, new.id), added is not None


async def list_photos(
    session: AsyncSession,
    search: str,
    before: tuple[datetime, str] | None,
    limit: int,
    *,
    archived: bool = False,
) -> list[Photo]:
    """Photos with every word in text, place or credit, the newest first.

    Args:
        session: the transaction.
        search: words, in any case; empty finds all.
        before: instant and id of the last photo of the page before.
        limit: at most so many.
        archived: those that are archived instead of those that are not.
    """
    statement = select(Photo).where(
        Photo.archived_at.is_not(None) if archived else Photo.archived_at.is_(None)
    )
    told = func.concat_ws(" ", Photo.alt, Photo.place, Photo.credit)
    for word in search.split()[:10]:
        statement = statement.where(told.icontains(word, autoescape=True))
    if before is not None:
        statement = statement.where(tuple_(Photo.added_at, Photo.id) < before)
    ordered = statement.order_by(Photo.added_at.desc(), Photo.id.desc()).limit(limit)
    return list(await session.scalars(ordered))


async def photos_to_choose(
    session: AsyncSession, also: Collection[str], most: int = MOST_TO_CHOOSE
) -> list[Photo]:
    """The newest photos that a quote can show, by their places, and those that it shows."""
    newest = select(Photo.id).where(Photo.archived_at.is_(None))
    newest = newest.order_by(Photo.added_at.desc(), Photo.id.desc()).limit(most)
    statement = select(Photo).where(or_(Photo.id.in_(newest), Photo.id.in_(also)))
    return list(await session.scalars(statement.order_by(Photo.place, Photo.alt, Photo.id)))


async def find_photos(session: AsyncSession, ids: Collection[str]) -> list[Photo]:
    """Those of some photos that there are, archived or not. One query, or none without ids."""
    if not any(ids):
        return []
    return list(await session.scalars(select(Photo).where(Photo.id.in_(ids))))


async def photos_there(session: AsyncSession, ids: Collection[str]) -> set[str]:
    """Those of some photos that are in the library and not archived."""
    if not ids:
        return set()
    there = select(Photo.id).where(Photo.id.in_(ids), Photo.archived_at.is_(None))
    return set(await session.scalars(there))


async def photos_shown(session: AsyncSession, booking_id: str, ids: set[str]) -> dict[str, Shown]:
    """Photos as a version of a booking's quote keeps them, by their ids.

    Raises:
        InvalidInputError: there is none of an id, or it is archived and the booking's quotes have
            not shown it yet.
    """
    found = {one.id: one for one in await find_photos(session, ids)}
    late = {one.id for one in found.values() if one.archived_at is not None}
    if ids - found.keys() or (late and late - await _shown_already(session, booking_id)):
        raise InvalidInputError("A photo of this quote is not in the library: choose another one.")
    return {
        one.id: Shown(
            id=one.id,
            digest=one.digest,
            width=one.width,
            height=one.height,
            alt=one.alt,
            credit=one.credit,
        )
        for one in found.values()
    }


async def _shown_already(session: AsyncSession, booking_id: str) -> set[str]:
    mine = QuoteVersion.booking_id == booking_id
    days = select(QuoteDay.photo["id"].as_string()).join(QuoteVersion).where(mine)
    covers = select(QuoteVersion.cover["id"].as_string()).where(mine)
    return {one for one in await session.scalars(days.union(covers)) if one}


async def archive_photo(session: AsyncSession, photo_id: str) -> tuple[Photo, bool]:
    """Takes a photo out of the library; the photo, and whether it was in it until now.

    What shows it already goes on showing it.

    Raises:
        NotFoundError: there is none of that id.
    """
    photo = await session.get(Photo, photo_id, with_for_update=True)
    if photo is None:
        raise NotFoundError("There is no such photo.")
    if photo.archived_at is not None:
        return photo, False
    photo.archived_at = datetime.now(UTC)
    await session.flush()
    return photo, True
