"""Tours that the website shows, with the days that a quote can start from."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS


class Tour(Base):
    """A tour of the catalog. `price_from` is whole USD per person."""

    __tablename__ = "tours"

    id: Mapped[str] = mapped_column(primary_key=True)
    legacy_id: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str]
    short_description: Mapped[str]
    styles: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    destination_countries: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    duration_days: Mapped[int]
    price_from: Mapped[int]
    rating: Mapped[float]
    image: Mapped[str]
    """File name in the image store, `<file>.webp`."""
    highlights: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    seasonality: Mapped[str]
    days: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    """`[{place, title, text}]`, in order."""
    published: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (Index(None, "published", "priority"),)
