"""The policy record: versions that managers edit, one of them in force."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class PolicyVersion(Base):
    """One version of the policy, never changed. `body` holds the fields of `domain.policy.Policy`.

    A policy with a `campaign` governs enquiries of that utm_campaign; the one without, all others.
    """

    __tablename__ = "policies"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    campaign: Mapped[str | None]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        Index(
            "uq_policies_one_active",
            text("coalesce(campaign, '')"),
            unique=True,
            postgresql_where=text("active"),
        ),
    )
