"""Who reads a quote: companions with links of their own, visits to the page, questions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class QuoteCompanion(Base):
    """Someone with whom the customer shares the quotes of a booking, by a link of their own."""

    __tablename__ = "quote_companions"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    name: Mapped[str]
    may_accept: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    withdrawn_at: Mapped[datetime | None]


class QuoteVisit(Base):
    """A person's visit to the page of a quote; `seconds` for which it was before their eyes."""

    __tablename__ = "quote_views"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    quote_version_id: Mapped[str] = mapped_column(ForeignKey("quote_versions.id"))
    companion_id: Mapped[str | None] = mapped_column(ForeignKey("quote_companions.id"))
    """None for the customer's own link."""
    visit: Mapped[str]
    """The mark that the page was made with."""
    device: Mapped[str]
    """A Device."""
    seconds: Mapped[int] = mapped_column(server_default=text("0"))
    started_at: Mapped[datetime] = mapped_column(server_default=NOW)
    last_seen_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("quote_version_id", "visit"),
        CheckConstraint("device IN ('PHONE', 'TABLET', 'COMPUTER')", name="device"),
        CheckConstraint("seconds >= 0", name="seconds"),
    )


class QuoteQuestion(Base):
    """What a reader of a quote asked on its page; the answer goes by e-mail."""

    __tablename__ = "quote_questions"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    quote_version_id: Mapped[str] = mapped_column(ForeignKey("quote_versions.id"))
    companion_id: Mapped[str | None] = mapped_column(ForeignKey("quote_companions.id"))
    key: Mapped[str]
    """The form's idempotency key."""
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (UniqueConstraint("booking_id", "key"),)
