"""Exchange rates as facts that are only ever added, and what somebody has to look at."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class ExchangeRateFact(Base):
    """What a source said of a currency on a day, in units for one euro; never changed.

    The same said again by the same source is the same fact; a person may say it again, with a
    reason of its own.
    """

    __tablename__ = "exchange_rates"

    id: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str]
    per_euro: Mapped[Decimal] = mapped_column(Numeric)
    quoted_on: Mapped[date]
    source: Mapped[str]
    """ECB or BY_HAND."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)
    recorded_by: Mapped[str] = mapped_column(server_default=text("'system'"))
    reason: Mapped[str] = mapped_column(server_default=text("''"))

    __table_args__ = (
        CheckConstraint("per_euro > 0", name="per_euro_positive"),
        CheckConstraint("currency ~ '^[A-Z]{3}$' AND currency <> 'EUR'", name="currency_iso"),
        Index(
            "uq_exchange_rates_fetched_once",
            "source",
            "quoted_on",
            "currency",
            "per_euro",
            unique=True,
            postgresql_where=text("source <> 'BY_HAND'"),
        ),
        Index(None, "currency", "quoted_on", "recorded_at"),
    )


class ExchangeTask(Base):
    """Something about the rates that a person has to look at; open once for its key."""

    __tablename__ = "exchange_tasks"

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    """`away`, `refused`, `stale`, or `jump:<day>:<currency>`."""
    title: Mapped[str]
    detail: Mapped[str] = mapped_column(server_default=text("''"))
    status: Mapped[str] = mapped_column(server_default=text("'OPEN'"))
    """OPEN or DONE."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]

    __table_args__ = (
        Index(
            "uq_exchange_tasks_open_once",
            "key",
            unique=True,
            postgresql_where=text("status = 'OPEN'"),
        ),
    )
