"""What bookings are found by, and the views of their list that people keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class BookingSearch(Base):
    """The words of a booking and of its customer, without accents; kept by triggers alone."""

    __tablename__ = "booking_search"

    booking_id: Mapped[str] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    )
    words: Mapped[str] = mapped_column(TSVECTOR)

    __table_args__ = (
        Index(
            None, "words", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256}
        ),
    )


class SearchWord(Base):
    """A word of any booking, once: where a mistyped one is compared; kept by triggers alone."""

    __tablename__ = "search_vocabulary"

    word: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (
        Index(None, "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )


class SavedView(Base):
    """A list of bookings as somebody wants to see it again; a shared one is everybody's."""

    __tablename__ = "saved_views"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_sub: Mapped[str]
    """The login of who keeps it, as the identity provider calls it."""
    owner_name: Mapped[str]
    name: Mapped[str]
    shared: Mapped[bool] = mapped_column(server_default=text("false"))
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sort: Mapped[str]
    command_id: Mapped[str] = mapped_column(unique=True)
    """What created it: the same command creates it once."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("owner_sub", "name"),
        Index(None, "shared", postgresql_where=text("shared")),
    )
