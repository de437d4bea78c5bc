"""What is known of customers: contacts, companions, passports, households, merges, segments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NOW

MOMENT = text("clock_timestamp()")


class Household(Base):
    """People who live together: each of its customers names it."""

    __tablename__ = "households"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class CustomerContact(Base):
    """A further address or number of a customer, beside those on the customer; matched alike."""

    __tablename__ = "customer_contacts"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    """EMAIL or PHONE."""
    value: Mapped[str]
    """As typed."""
    compared: Mapped[str]
    """The address as it is compared, or the number in E.164."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        Index(
            "uq_customer_contacts_email",
            "compared",
            unique=True,
            postgresql_where=text("kind = 'EMAIL'"),
        ),
        UniqueConstraint("customer_id", "compared"),
        Index(None, "compared"),
    )


class Companion(Base):
    """Somebody who travels with a customer and need be no customer."""

    __tablename__ = "companions"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    """Its words as they are compared."""
    relation: Mapped[str] = mapped_column(server_default="")
    born_on: Mapped[date | None]
    diet: Mapped[str] = mapped_column(server_default="")
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class CustomerPassport(Base):
    """A passport of a customer or of somebody who travels with them. Never overwritten: ended."""

    __tablename__ = "customer_passports"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    companion_id: Mapped[str | None]
    """Whose it is, when it is not the customer's own."""
    holder: Mapped[str]
    """The name as it stands in the passport."""
    country: Mapped[str]
    """ISO code of the country that issued it."""
    number: Mapped[str]
    number_compared: Mapped[str]
    expires_on: Mapped[date]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(None, "number_compared", "country"),
    )


class CustomerChange(Base):
    """One change of what is known of a customer: what it was and what it is. Only added to."""

    __tablename__ = "customer_changes"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str]
    """A ChangeKind."""
    actor: Mapped[str]
    """A staff id, or the login of somebody who is no member of staff."""
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    command_key: Mapped[str | None] = mapped_column(unique=True)
    """The command that made it, so that repeating it changes nothing."""
    created_at: Mapped[datetime] = mapped_column(server_default=MOMENT)

    __table_args__ = (Index(None, "customer_id", "created_at"),)


class CustomerMerge(Base):
    """That one customer went into another: all that moved and changed, so that it can go back."""

    __tablename__ = "customer_merges"

    id: Mapped[str] = mapped_column(primary_key=True)
    kept_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    absorbed_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    moved: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Ids of the rows that changed hands, by table."""
    filled: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Facts of the customer who stays: name, before and after."""
    merged_by: Mapped[str]
    merged_at: Mapped[datetime] = mapped_column(server_default=NOW)
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kept_id <> absorbed_id", name="two_customers"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        Index(
            "uq_customer_merges_in_force",
            "absorbed_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index(None, "merged_at", "id"),
    )


class CustomerSuggestion(Base):
    """That two customers may belong together; the id that sorts first stands first."""

    __tablename__ = "customer_suggestions"

    id: Mapped[str] = mapped_column(primary_key=True)
    one_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    other_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    score: Mapped[int]
    """Per cent."""
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(server_default="OPEN")
    """OPEN, DISMISSED or FOLLOWED."""
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    found_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id < other_id", name="in_order"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_per_cent"),
        Index(None, "state", "score", "id"),
    )


class MatchSweep(Base):
    """How far new customers were compared with the others: one row."""

    __tablename__ = "match_sweeps"

    name: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    """Of the last customer that was compared."""
    customer_id: Mapped[str]


class Segment(Base):
    """A list of customers as somebody wants to see it again; a shared one is everybody's."""

    __tablename__ = "segments"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_sub: Mapped[str]
    """The login of who keeps it, as the identity provider calls it."""
    owner_name: Mapped[str]
    name: Mapped[str]
    shared: Mapped[bool] = mapped_column(server_default=text("false"))
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    command_id: Mapped[str] = mapped_column(unique=True)
    """What created it: the same command creates it once."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("owner_sub", "name"),
        Index(None, "shared", postgresql_where=text("shared")),
    )
