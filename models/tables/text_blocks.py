"""Texts that consultants put into quotes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class TextBlock(Base):
    """A text in some languages. What it said when it was put into a quote stays there."""

    __tablename__ = "text_blocks"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    """How staff find it; customers never read it."""
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    """By the code of the language; `en` is always there."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("coalesce(texts ->> 'en', '') <> ''", name="written_in_english"),
        Index(
            "ix_text_blocks_in_use",
            "created_at",
            "id",
            postgresql_where=text("archived_at IS NULL"),
        ),
    )
