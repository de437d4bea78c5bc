"""Files that staff keep with a booking: rows here, bytes in the document store by their hash."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.errors import NotFoundError
from models.domain.files import CheckedFile
from models.messages.ids import new_id
from models.tables.crm import Staff
from models.tables.desk import Attachment

MOST_OF_A_BOOKING = 200


@dataclass(frozen=True)
class AttachmentRow:
    """A file with the name of who added it."""

    file: Attachment
    uploaded_by_name: str


def digest_of(content: bytes) -> str:
    """SHA-256 of a file, hex."""
    return hashlib.sha256(content).hexdigest()


def storage_key(digest: str) -> str:
    """Where the document store keeps the file of this hash; nothing that people typed is in it."""
    return f"attachments/{digest[:2]}/{digest}"


async def count_files(session: AsyncSession, booking_id: str) -> int:
    """How many files a booking has."""
    statement = select(func.count()).select_from(Attachment)
    counted = await session.scalar(statement.where(*_kept(booking_id)))
    return counted or 0


async def add_attachment(
    session: AsyncSession,
    booking_id: str,
    checked: CheckedFile,
    *,
    digest: str,
    size: int,
    uploaded_by: str,
) -> Attachment:
    """Writes that a file was stored; size in bytes."""
    attachment = Attachment(
        id=new_id("file"),
        booking_id=booking_id,
        file_name=checked.name,
        media_type=checked.media_type,
        size=size,
        sha256=digest,
        storage_key=storage_key(digest),
        uploaded_by=uploaded_by,
    )
    session.add(attachment)
    await session.flush()
    return attachment


async def attachments_of(session: AsyncSession, booking_id: str) -> list[AttachmentRow]:
    """A booking's files, the newest first; at most 200."""
    statement = (
        select(Attachment, func.coalesce(Staff.name, Attachment.uploaded_by))
        .outerjoin(Staff, Staff.id == Attachment.uploaded_by)
        .where(*_kept(booking_id))
        .order_by(Attachment.created_at.desc(), Attachment.id.desc())
        .limit(MOST_OF_A_BOOKING)
    )
    return [AttachmentRow(*row) for row in await session.execute(statement)]


async def find_attachment(
    session: AsyncSession, booking_id: str, attachment_id: str, *, lock: bool = False
) -> Attachment:
    """A file of a booking.

    Raises:
        NotFoundError: the booking has no such file, or it was deleted.
    """
    statement = select(Attachment).where(Attachment.id == attachment_id, *_kept(booking_id))
    if lock:
        statement = statement.with_for_update()
    found: Attachment | None = await session.scalar(statement)
    if found is None:
        raise NotFoundError("This booking has no such file, or it was deleted.")
    return found


async def delete_attachment(session: AsyncSession, attachment: Attachment, by: str) -> None:
    """Takes a file away from its booking; row and bytes stay for whoever has to know of it."""
    attachment.deleted_at = func.now()
    attachment.deleted_by = by
    await session.flush()


def _kept(booking_id: str) -> tuple[ColumnElement[bool], ...]:
    return Attachment.booking_id == booking_id, Attachment.deleted_at.is_(None)
