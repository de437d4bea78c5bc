"""The pricing rules: books that are only ever added, each with all rules in their order."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class PricingRuleBook(Base):
    """One version of the pricing rules, never changed; the newest is in force.

    `rules` holds the fields of `domain.rule_book.KeptRule`, in the order in which they are asked;
    `charms` those of `domain.pricing.rounding.Charm` by currency.
    """

    __tablename__ = "pricing_rule_books"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    charms: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    command_id: Mapped[str] = mapped_column(unique=True)
    """The command that made it: asked for again, it makes no other."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
