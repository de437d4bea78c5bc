"""Who did what: events that are only ever added, and the chain of hashes over them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, TEXTS


class AuditEvent(Base):
    """Something that a member of staff did, with what was there before and after.

    A deferred trigger gives each event its place in `audit_chain` when its transaction commits.
    """

    __tablename__ = "audit_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    actor: Mapped[str]
    """The staff id, or the login of somebody who is no member of staff."""
    login: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    action: Mapped[str]
    subject: Mapped[str]
    """The id of what it was done to."""
    booking_id: Mapped[str | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    request_id: Mapped[str]
    ip: Mapped[str | None]
    command_id: Mapped[str | None]
    once_key: Mapped[str | None] = mapped_column(unique=True)
    """By this a decision that was asked for twice is kept once."""
    salt: Mapped[str] = mapped_column(server_default=text("gen_random_uuid()::text"))

    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "actor", "at", "id"),
        Index(None, "action", "at", "id"),
        Index(None, "subject", "at", "id"),
        Index(None, "booking_id", "at", "id"),
    )


class AuditLink(Base):
    """The place of an event in the chain: `hash` covers the event and the hash before it."""

    __tablename__ = "audit_chain"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """From 1, without gaps."""
    event_id: Mapped[str] = mapped_column(ForeignKey("audit_events.id"), unique=True)
    details_hash: Mapped[str]
    hash: Mapped[str]
