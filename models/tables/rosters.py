"""Who is away, who works when, and policies on their way into force."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW


class StaffLeave(Base):
    """Whole days, in the office's zone, on which a member of staff is away; never two at once."""

    __tablename__ = "staff_leave"

    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day away."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        ExcludeConstraint(
            ("staff_id", "="),
            (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
            using="gist",
            name="ex_staff_leave_one_at_a_time",
        ),
        Index(None, "ends_on", "starts_on"),
    )


class StaffShift(Base):
    """The hours that a member of staff works on a weekday; without any, those of the office."""

    __tablename__ = "staff_shifts"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 is Monday."""
    opens: Mapped[time]
    closes: Mapped[time]
    """00:00 is midnight at the end of the day."""

    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_range"),)


class PolicyDraft(Base):
    """A policy that somebody wrote and looks at before it is put in force."""

    __tablename__ = "policy_drafts"

    id: Mapped[str] = mapped_column(primary_key=True)
    based_on: Mapped[int] = mapped_column(ForeignKey("policies.version"))
    """The version in force when it was written."""
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """As `policies.body`."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    applied_version: Mapped[int | None] = mapped_column(ForeignKey("policies.version"))
    """What became of it; None until then."""

    __table_args__ = (Index(None, "based_on"), Index(None, "applied_version"))


class PolicyRollout(Base):
    """How far running bookings were told of a version: a few at a time, in the order of their ids.

    `told_up_to` is the last booking that was told.
    """

    __tablename__ = "policy_rollouts"

    version: Mapped[int] = mapped_column(
        ForeignKey("policies.version"), primary_key=True, autoincrement=False
    )
    told_up_to: Mapped[str] = mapped_column(server_default=text("''"))
    told: Mapped[int] = mapped_column(server_default=text("0"))
    started_at: Mapped[datetime] = mapped_column(server_default=NOW)
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_policy_rollouts_under_way",
            "version",
            postgresql_where=text("finished_at IS NULL"),
        ),
    )
