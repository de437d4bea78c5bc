"""Guides and their assignments, of which no two accepted ones overlap for one guide."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS


class Guide(Base):
    """A guide with what a search asks for: where, in which languages, how good."""

    __tablename__ = "guides"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None]
    languages: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    destinations: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    styles: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    rating: Mapped[float]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class GuideAssignment(Base):
    """An offer of a trip to one guide and what became of it."""

    __tablename__ = "guide_assignments"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    quote_line_id: Mapped[str] = mapped_column(ForeignKey("quote_lines.id"))
    guide_id: Mapped[str] = mapped_column(ForeignKey("guides.id"))
    period: Mapped[Range[date]] = mapped_column(DATERANGE)
    """First to last day, both included: `[)` with the day after the last as its end."""
    status: Mapped[str] = mapped_column(server_default="OFFERED")
    answer_due_at: Mapped[datetime | None]
    offered_at: Mapped[datetime] = mapped_column(server_default=NOW)
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("quote_line_id", "guide_id"),
        ExcludeConstraint(
            ("guide_id", "="),
            ("period", "&&"),
            name="ex_guide_assignments_one_trip_at_a_time",
            using="gist",
            where=text("status = 'ACCEPTED'"),
        ),
        Index(None, "booking_id"),
    )
