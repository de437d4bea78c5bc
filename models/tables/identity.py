"""Logins of staff: one row a session, found by the hash of its token."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS


class StaffSession(Base):
    """A member of staff who is logged in; the cookie holds the token, this its SHA-256."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    sub: Mapped[str]
    username: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    csrf_secret: Mapped[str]
    """Key of the tokens in this session's forms."""
    id_token: Mapped[str]
    """Shown to the identity provider when the person logs out."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    last_seen_at: Mapped[datetime] = mapped_column(server_default=NOW)
    expires_at: Mapped[datetime]

    __table_args__ = (Index(None, "expires_at"),)
