"""Instalments, invoices, payments, refunds and the ledger. All amounts are minor units."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class Instalment(Base):
    """A part of the accepted price, its due time (real) and what was paid towards it."""

    __tablename__ = "instalments"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    quote_version_id: Mapped[str] = mapped_column(ForeignKey("quote_versions.id"))
    position: Mapped[int]
    kind: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    paid_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    currency: Mapped[str]
    due_at: Mapped[datetime]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default="OPEN")
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("quote_version_id", "position"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("paid_minor BETWEEN 0 AND amount_minor", name="paid_within_amount"),
        Index(None, "booking_id"),
    )


class Invoice(Base):
    """An invoice as the existing back office knows it. `items` as in the website contract."""

    __tablename__ = "invoices"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    instalment_id: Mapped[str | None] = mapped_column(ForeignKey("instalments.id"), unique=True)
    invoice_number: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    status: Mapped[str] = mapped_column(server_default="DRAFT")
    """DRAFT, INVOICE_SENT or PAID."""
    currency: Mapped[str]
    issue_date: Mapped[date]
    due_date: Mapped[date]
    title: Mapped[str]
    notes: Mapped[str] = mapped_column(server_default="")
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    total_amount_cents: Mapped[int] = mapped_column(BigInteger)
    due_amount_cents: Mapped[int] = mapped_column(BigInteger)
    vat_percentage: Mapped[float] = mapped_column(server_default=text("0"))
    sent_to_customer: Mapped[bool] = mapped_column(server_default=text("false"))
    sent_to_customer_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class CheckoutSession(Base):
    """A payment page that the provider opened for an instalment."""

    __tablename__ = "checkout_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    instalment_id: Mapped[str] = mapped_column(ForeignKey("instalments.id"), index=True)
    attempt: Mapped[int]
    provider_session_id: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="OPENING")
    """OPENING, OPEN, COMPLETE or EXPIRED."""
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (UniqueConstraint("instalment_id", "attempt"),)


class Payment(Base):
    """Money that came in, once per payment of the provider."""

    __tablename__ = "payments"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    provider: Mapped[str]
    provider_payment_id: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    currency: Mapped[str]
    held: Mapped[bool] = mapped_column(server_default=text("false"))
    """True for money that no trip may take silently: after a cancellation or an expired quote."""
    received_at: Mapped[datetime]
    event_row: Mapped[int | None] = mapped_column(ForeignKey("provider_events.id"), unique=True)
    """The event that brought it; others that report the same payment change nothing."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("provider", "provider_payment_id"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="refund_within_payment"),
    )


class PaymentAllocation(Base):
    """What part of a payment an instalment took."""

    __tablename__ = "payment_allocations"

    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    instalment_id: Mapped[str] = mapped_column(
        ForeignKey("instalments.id"), primary_key=True, index=True
    )
    amount_minor: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_positive"),)


class Refund(Base):
    """Money that goes back, once per payment and cause. The id is the idempotency key."""

    __tablename__ = "refunds"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    cause: Mapped[str]
    """`cancellation`, or another single reason; once per payment."""
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="REQUESTED")
    """REQUESTED, DONE or FAILED."""
    provider_refund_id: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("payment_id", "cause"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
    )


class LedgerEntry(Base):
    """One side of a posting. The entries of a `posting_id` sum to zero; nothing is ever changed.

    Accounts: `stripe` (money at the provider), `customer` (what the customer paid towards the trip,
    negative = we owe it), `held` (money waiting for finance). Debits are positive.
    """

    __tablename__ = "ledger_entries"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    posting_id: Mapped[str] = mapped_column(index=True)
    """The payment or refund that is posted."""
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    account: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (UniqueConstraint("posting_id", "account"),)
