"""What staff write down and keep about a booking: notes, contacts, files."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS


class Note(Base):
    """A note of the staff about a booking; never changed. Whom it mentions got a task by it."""

    __tablename__ = "booking_notes"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    author: Mapped[str]
    """A staff id, or the login of somebody who is no member of staff."""
    body: Mapped[str]
    mentions: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    """Staff ids, in the order in which they are mentioned."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (Index(None, "booking_id", "created_at"),)


class ContactEntry(Base):
    """That somebody of the staff spoke or wrote with somebody: when, with whom, what came of it."""

    __tablename__ = "contact_entries"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    kind: Mapped[str]
    """CALL, MEETING or MESSAGE."""
    direction: Mapped[str]
    """IN: they got in touch with us. OUT: we with them."""
    with_whom: Mapped[str]
    result: Mapped[str]
    """REACHED, NO_ANSWER or LEFT_MESSAGE."""
    outcome: Mapped[str]
    happened_at: Mapped[datetime]
    recorded_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (Index(None, "booking_id", "happened_at"),)


class Attachment(Base):
    """A file that staff keep with a booking; its bytes are in the document store by their hash."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    file_name: Mapped[str]
    media_type: Mapped[str]
    """What the content is, whatever the name or the browser said."""
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    storage_key: Mapped[str]
    uploaded_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("(deleted_at IS NULL) = (deleted_by IS NULL)", name="deleted_by_somebody"),
        Index(None, "booking_id", "created_at"),
    )
