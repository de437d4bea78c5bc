"""The library of photos that proposals show; the bytes lie in the document store."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class Photo(Base):
    """A photo. It is never deleted, since proposals show it; archived, nobody can choose it."""

    __tablename__ = "photos"

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """SHA-256 of its largest rendition, hex: where its renditions lie and are served."""
    width: Mapped[int]
    """Of its largest rendition in pixels."""
    height: Mapped[int]
    alt: Mapped[str]
    """What it shows, for whoever does not see it."""
    place: Mapped[str] = mapped_column(server_default="")
    credit: Mapped[str] = mapped_column(server_default="")
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(server_default=NOW)
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("alt <> ''", name="alt_written"),
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
        Index(None, "added_at", "id"),
    )
