"""Templates of trips: what a quote can begin with."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class TripTemplate(Base):
    """A trip with its days and services, without dates or travellers."""

    __tablename__ = "trip_templates"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    variant: Mapped[str] = mapped_column(server_default="")
    """Which of several of one name: Classic, Deluxe."""
    destination: Mapped[str] = mapped_column(server_default="")
    length_days: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A TemplateContent."""
    source: Mapped[str]
    """The id of the quote version or of the tour that it was made of."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("length_days BETWEEN 1 AND 60", name="length_of_a_quote"),
        Index(
            "ix_trip_templates_in_use",
            "created_at",
            "id",
            postgresql_where=text("archived_at IS NULL"),
        ),
    )
