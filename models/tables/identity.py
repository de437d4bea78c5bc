"""Logins of staff: sessions found by the hash of their token, attempts, and known devices."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS


class StaffSession(Base):
    """A member of staff who is logged in; the cookie holds the token, this its SHA-256."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(server_default=text("'login_' || gen_random_uuid()"))
    """Names the session where people see it, and opens nothing."""
    sub: Mapped[str]
    username: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    csrf_secret: Mapped[str]
    """Key of the tokens in this session's forms."""
    id_token: Mapped[str]
    """Shown to the identity provider when the person logs out."""
    ip: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")
    """Where the address is guessed to be: an ISO code, or nothing."""
    user_agent: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    last_seen_at: Mapped[datetime] = mapped_column(server_default=NOW)
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "expires_at"),
        Index(None, "sub"),
        Index("uq_staff_sessions_id", "id", unique=True),
    )


class LoginDevice(Base):
    """A browser in which somebody has logged in before; its cookie holds the token."""

    __tablename__ = "login_devices"

    id: Mapped[str] = mapped_column(primary_key=True)
    sub: Mapped[str]
    token_hash: Mapped[str]
    first_seen_at: Mapped[datetime] = mapped_column(server_default=NOW)
    last_seen_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (UniqueConstraint("sub", "token_hash"), Index(None, "last_seen_at"))


class LoginAttempt(Base):
    """A login that came back from the identity provider, and what became of it."""

    __tablename__ = "login_attempts"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=NOW)
    outcome: Mapped[str]
    """SUCCESS, FAILED (nobody was let in) or DENIED (known, but without a role)."""
    reason: Mapped[str] = mapped_column(server_default="")
    """Why not; empty for a success."""
    sub: Mapped[str | None]
    """Who, if the provider said so."""
    username: Mapped[str | None]
    ip: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")
    user_agent: Mapped[str] = mapped_column(server_default="")
    new_device: Mapped[bool] = mapped_column(server_default=false())
    device_id: Mapped[str | None]
    session_id: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    """When the person said that a new device was theirs."""

    __table_args__ = (
        CheckConstraint("outcome IN ('SUCCESS', 'FAILED', 'DENIED')", name="outcome"),
        Index(None, "at", "id"),
        Index(None, "sub", "at", "id"),
        Index(None, "ip", "at"),
    )
