"""What drafts were while people wrote them, and what people copied out of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class QuoteDraftState(Base):
    """A draft as somebody saved it in the builder; the last ones are kept."""

    __tablename__ = "quote_draft_states"

    id: Mapped[str] = mapped_column(primary_key=True)
    quote_version_id: Mapped[str] = mapped_column(
        ForeignKey("quote_versions.id", ondelete="CASCADE")
    )
    revision: Mapped[int]
    """Of the version, which this save made."""
    typed: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The form, with numbers written alike in every language."""
    faults: Mapped[int] = mapped_column(server_default=text("0"))
    """Fields that need another look: then the version itself does not say this yet."""
    undone: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether an undo has gone back behind it."""
    saved_by: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (UniqueConstraint("quote_version_id", "revision"),)


class QuoteClip(Base):
    """What somebody copied out of a draft last: a day with its services, or a service."""

    __tablename__ = "quote_clips"

    actor: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"))
    """Where it comes from: who may not see that any more, can't paste it either."""
    quote_version_id: Mapped[str | None] = mapped_column(
        ForeignKey("quote_versions.id", ondelete="CASCADE")
    )
    """The draft; None for one that was not saved yet."""
    typed: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The currency, days and services, as states keep them; days count from the first."""
    taken_at: Mapped[datetime] = mapped_column(server_default=NOW)
