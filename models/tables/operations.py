"""Service orders to suppliers and the pre-departure checklist."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class ServiceOrder(Base):
    """A service of an accepted quote, asked of one supplier."""

    __tablename__ = "service_orders"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    quote_line_id: Mapped[str] = mapped_column(ForeignKey("quote_lines.id"), unique=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    attempt: Mapped[int] = mapped_column(server_default=text("1"))
    """Counts the suppliers asked: an alternative supplier is the next attempt."""
    status: Mapped[str] = mapped_column(server_default="REQUESTED")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    cost_currency: Mapped[str | None]
    answer_due_at: Mapped[datetime | None]
    supplier_reference: Mapped[str | None]
    remark_id: Mapped[str | None] = mapped_column(ForeignKey("remarks.id"))
    projection_seq: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    answered_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "booking_id"),)


class ChecklistItem(Base):
    """A preparation of a booking; drawn once."""

    __tablename__ = "checklist_items"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    key: Mapped[str]
    title: Mapped[str]
    owner_role: Mapped[str]
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(server_default="OPEN")
    done_by: Mapped[str | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("booking_id", "key"),)
