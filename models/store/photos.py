"""The library of photos: added, found, archived; never deleted."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.tables.photos import Photo


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
    """Photos whose text, place or credit has the words, the newest first.

    Args:
        session: the transaction.
        search: found as it stands, in any case; empty finds all.
        before: instant and id of the last photo of the page before.
        limit: at most so many.
        archived: those that are archived instead of those that are not.
    """
    statement = select(Photo).where(
        Photo.archived_at.is_not(None) if archived else Photo.archived_at.is_(None)
    )
    if search:
        told = (Photo.alt, Photo.place, Photo.credit)
        statement = statement.where(or_(*(one.icontains(search, autoescape=True) for one in told)))
    if before is not None:
        statement = statement.where(tuple_(Photo.added_at, Photo.id) < before)
    ordered = statement.order_by(Photo.added_at.desc(), Photo.id.desc()).limit(limit)
    return list(await session.scalars(ordered))


async def find_photo(session: AsyncSession, photo_id: str) -> Photo:
    """A photo, archived or not.

    Raises:
        NotFoundError: there is none of that id.
    """
    photo = await session.get(Photo, photo_id)
    if photo is None:
        raise NotFoundError("There is no such photo.")
    return photo


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
