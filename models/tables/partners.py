"""Suppliers and what their services cost."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS


class Partner(Base):
    """A supplier of one kind of service."""

    __tablename__ = "partners"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    """A ServiceKind."""
    email: Mapped[str]
    phone: Mapped[str | None]
    city: Mapped[str]
    destinations: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class RateCard(Base):
    """The cost of one service of a partner, for a season."""

    __tablename__ = "rate_cards"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    service: Mapped[str]
    unit: Mapped[str]
    """What the cost is per: `person`, `room night`, `vehicle`, `group`, `day`."""
    cost_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]

    __table_args__ = (
        CheckConstraint("cost_minor >= 0", name="cost_not_negative"),
        CheckConstraint("valid_from <= valid_to", name="validity_in_order"),
    )
