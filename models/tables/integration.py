"""What connects us to Temporal and the providers: outbox, inbox, messages, links, documents."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class OutboxRow(Base):
    """A workflow to start or to signal, stored in the transaction that made it necessary.

    The relay delivers it at least once. `signal` is null for a start.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    workflow_id: Mapped[str]
    signal: Mapped[str | None]
    argument: Mapped[str]
    """The one id that the workflow or the signal gets."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    available_at: Mapped[datetime] = mapped_column(server_default=NOW)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_outbox_undelivered",
            "available_at",
            "id",
            postgresql_where=text("delivered_at IS NULL"),
        ),
        Index(
            "ix_outbox_order",
            "workflow_id",
            "id",
            postgresql_where=text("delivered_at IS NULL"),
        ),
        Index(
            "ix_outbox_signals",
            "available_at",
            "id",
            postgresql_where=text("delivered_at IS NULL AND signal IS NOT NULL"),
        ),
    )


class ProviderEvent(Base):
    """A provider's event, stored once by its id before the provider gets its 2xx."""

    __tablename__ = "provider_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    provider: Mapped[str]
    event_id: Mapped[str]
    type: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(server_default=NOW)
    booking_id: Mapped[str | None] = mapped_column(index=True)
    """The booking it names; it need not be known yet, so no foreign key."""
    routed_at: Mapped[datetime | None]
    available_at: Mapped[datetime] = mapped_column(server_default=NOW)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    applied_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index(
            "ix_provider_events_unrouted",
            "available_at",
            postgresql_where=text("routed_at IS NULL"),
        ),
    )


class Message(Base):
    """A message to a person: written before it is sent, so that it is never sent twice."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    """Template, subject and occasion: the same key is the same message."""
    template: Mapped[str]
    channel: Mapped[str]
    """EMAIL, WHATSAPP or SMS."""
    recipient: Mapped[str]
    """The id of the customer, partner, guide or member of staff."""
    to_address: Mapped[str]
    subject_ref: Mapped[str]
    subject: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="SENDING")
    """SENDING, SENT, DELIVERED, BOUNCED, FAILED or WITHDRAWN."""
    provider_message_id: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    sent_at: Mapped[datetime | None]
    status_at: Mapped[datetime | None]


class Link(Base):
    """A link that a customer, supplier or guide answers. Only the hash of its token is kept."""

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    """QUOTE, PAYMENT, SERVICE_ORDER, GUIDE_OFFER or TRIP."""
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    subject_ref: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    revoked_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("purpose", "subject_ref"),)


class Document(Base):
    """A PDF in the document store, once per kind and subject."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    kind: Mapped[str]
    subject_ref: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (UniqueConstraint("kind", "subject_ref"),)
