"""Customers, staff, enquiries that become bookings, their timeline, tasks and consents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

TEXTS = ARRAY(Text)
NO_TEXTS = text("'{}'::text[]")
NOW = text("now()")


class Staff(Base):
    """A member of staff, matched to a login by user name."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    usernames: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    roles: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    """Roles as last seen in a login, or as loaded: whom to tell when a clock runs out."""
    destinations: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    languages: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    portrait: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The face that customers see, as `models.domain.photos.Shown`."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (Index(None, "usernames", postgresql_using="gin"),)


class Customer(Base):
    """A person who enquires or travels. E-mail as typed, and as it is compared."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    email_normalised: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None]
    phone_e164: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    first_attribution: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    last_attribution: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    country: Mapped[str | None]
    """ISO code of the country where they live, as they said."""
    preferred_channel: Mapped[str | None]
    """EMAIL, WHATSAPP, SMS or PHONE."""
    diet: Mapped[str] = mapped_column(server_default="")
    rooms: Mapped[str] = mapped_column(server_default="")
    interests: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    household_id: Mapped[str | None] = mapped_column(ForeignKey("households.id"))
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"))
    """The customer into whom this record went; it stays as it was, and nobody is led to it."""
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    """Counts the changes by staff, so that two people never overwrite each other."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        Index(None, "created_at"),
        Index(None, "household_id", postgresql_where=text("household_id IS NOT NULL")),
        Index(None, "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
    )


class Booking(Base):
    """An enquiry from its first minute to the settled trip; the projection of its workflow.

    `revision` counts every change and makes `booking_hash`; `projection_seq` is the workflow's own
    counter, by which a late write never overwrites a newer one. `stage`, `trip_status`, `staff_id`
    and `sla_due_at` are written for the workflow alone.
    """

    __tablename__ = "bookings"

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """What people call the booking: ATP-XXXX-XXXX."""
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    stage: Mapped[str] = mapped_column(server_default="NEW")
    trip_status: Mapped[str] = mapped_column(server_default="PENDING")
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    sla_due_at: Mapped[datetime | None]
    destination: Mapped[str]
    styles: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    travel_month: Mapped[str]
    """YYYY-MM."""
    travelers: Mapped[int]
    duration: Mapped[str]
    budget: Mapped[str | None]
    notes: Mapped[str | None]
    language: Mapped[str | None]
    preferred_currency: Mapped[str | None]
    channel: Mapped[str] = mapped_column(server_default="website")
    """By which the enquiry came: website, phone, email, whatsapp, sms or walk_in."""
    tour_id: Mapped[str | None]
    page_url: Mapped[str | None]
    referrer: Mapped[str | None]
    ip_address: Mapped[str | None]
    ip_country_guess: Mapped[str | None]
    utm_source: Mapped[str | None]
    utm_medium: Mapped[str | None]
    utm_campaign: Mapped[str | None]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    content_fingerprint: Mapped[str]
    """SHA-256 of who asks for which trip; the same within the policy's window is a replay."""
    policy_version: Mapped[int] = mapped_column(ForeignKey("policies.version"))
    """The version whose terms the customer was told; they stay."""
    clocks_version: Mapped[int | None]
    """The newer version whose clocks the booking follows; None while they are of the same one."""
    stage_entered_at: Mapped[datetime | None]
    """None until the stage changes for the first time."""
    departure_on: Mapped[date | None]
    return_on: Mapped[date | None]
    projection_seq: Mapped[int] = mapped_column(server_default=text("0"))
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("travelers BETWEEN 1 AND 60", name="travelers_range"),
        Index(None, "content_fingerprint", "created_at"),
        Index(None, "created_at", "id"),
        Index(None, "stage", "created_at"),
        Index(None, "staff_id", "created_at"),
        Index(None, "updated_at", "id"),
        Index(None, "sla_due_at", "id"),
        Index(None, "stage", "sla_due_at"),
        Index(None, "destination"),
        Index(None, "travel_month"),
        Index(None, "utm_source", postgresql_where=text("utm_source IS NOT NULL")),
        Index(None, "channel", postgresql_where=text("channel <> 'website'")),
        Index("ix_bookings_running", "id", postgresql_where=text("closed_at IS NULL")),
    )


class BookingActivity(Base):
    """One line of a booking's timeline; never changed."""

    __tablename__ = "booking_activities"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    type: Mapped[str]
    actor: Mapped[str]
    """A staff id, `customer`, `supplier`, `guide`, `website` or `system`."""
    detail: Mapped[str]
    dedupe_key: Mapped[str | None]
    """Given by whoever may write the line twice; the same key in a booking is the same line."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        UniqueConstraint("booking_id", "dedupe_key"),
        Index(None, "booking_id", "created_at"),
    )


class Task(Base):
    """Something a person has to do, with a due time and an owner or a role that owns it."""

    __tablename__ = "tasks"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    key: Mapped[str]
    """What the task is for, once in a booking: `follow_up:NEW`, `overdue:<instalment id>`."""
    title: Mapped[str]
    detail: Mapped[str] = mapped_column(server_default="")
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    owner_role: Mapped[str]
    owner_chosen: Mapped[bool] = mapped_column(server_default=text("false"))
    """Somebody chose the owner: it stays when the booking is handed from one person to another,
    unless it is the very person who hands over."""
    due_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When the reminder of `remind_at` was put on its way; once."""
    status: Mapped[str] = mapped_column(server_default="OPEN")
    """OPEN, DONE or WITHDRAWN."""
    created_by: Mapped[str] = mapped_column(server_default="system")
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("booking_id", "key"),
        Index(None, "status", "due_at"),
        Index(None, "owner_id", "status"),
        Index(
            "ix_tasks_reminders",
            "remind_at",
            postgresql_where=text(
                "status = 'OPEN' AND reminded_at IS NULL AND remind_at IS NOT NULL"
            ),
        ),
    )


class ConsentRecord(Base):
    """A consent as it was given: for which channel and purpose, where, when."""

    __tablename__ = "consent_records"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    booking_id: Mapped[str | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    channel: Mapped[str]
    purpose: Mapped[str]
    granted: Mapped[bool]
    """False when it was refused or withdrawn."""
    source: Mapped[str]
    policy_version: Mapped[int | None]
    """The policy that was in force for them; None where none was known."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Remark(Base):
    """What a person wrote to give a reason. It is stored here first and travels by id."""

    __tablename__ = "remarks"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    author: Mapped[str]
    kind: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class SequenceNumber(Base):
    """Counters without gaps, one row each (invoice numbers)."""

    __tablename__ = "sequence_numbers"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
