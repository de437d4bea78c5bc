"""What came in by mail, WhatsApp and SMS, how it was sorted, and the threads of replies."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS

NOTHING = text("'[]'::jsonb")


class ReplyThread(Base):
    """A booking's reply address. Only the hash of its token is kept; another secret adds a row."""

    __tablename__ = "reply_threads"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class InboundMessage(Base):
    """A message from outside, stored once by the provider's id before the provider's 2xx.

    It is WAITING in the triage list, FILED on a booking, or DISMISSED. `revision` counts how often
    it was sorted, so that two people never overwrite each other.
    """

    __tablename__ = "inbound_messages"

    id: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str]
    provider_message_id: Mapped[str]
    channel: Mapped[str]
    """EMAIL, WHATSAPP or SMS."""
    kind: Mapped[str]
    """PERSON, AUTO_REPLY, MACHINE, BOUNCE or OWN."""
    stop: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether the person asks not to be written to."""
    sender: Mapped[str]
    """Address or number as it came."""
    sender_name: Mapped[str] = mapped_column(server_default="")
    sender_compared: Mapped[str | None]
    """As it is compared: the address, or the number in E.164; None when it can't be told."""
    recipient: Mapped[str]
    subject: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str]
    """What was written, as plain text."""
    reply: Mapped[str | None]
    """Without the mail that it answers; None when that can't be told apart."""
    shortened: Mapped[bool] = mapped_column(server_default=text("false"))
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=NOTHING)
    """Name, content type and size in bytes of each file; the files themselves are not kept here."""
    answers: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    """Provider's ids of the mails that it says it answers."""
    state: Mapped[str]
    reason: Mapped[str]
    """Why it is where it is, such as TOKEN, SENDER, UNKNOWN_SENDER or STAFF."""
    booking_id: Mapped[str | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    received_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("provider", "provider_message_id"),
        CheckConstraint("(state = 'FILED') = (booking_id IS NOT NULL)", name="filed_on_a_booking"),
        Index(None, "state", "received_at", "id"),
        Index(None, "sender_compared"),
    )


class InboundSorting(Base):
    """One step of sorting a message: who did what when, and why. Only added to."""

    __tablename__ = "inbound_sortings"

    id: Mapped[str] = mapped_column(primary_key=True)
    inbound_id: Mapped[str] = mapped_column(ForeignKey("inbound_messages.id"), index=True)
    action: Mapped[str]
    """FILED, ENQUIRY_MADE, DISMISSED or RETURNED."""
    actor: Mapped[str]
    """A staff id, a login, or `system`."""
    booking_id: Mapped[str | None] = mapped_column(ForeignKey("bookings.id"))
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
