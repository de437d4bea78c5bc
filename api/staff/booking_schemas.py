"""Bookings, their timeline and owners as the staff API speaks of them."""

from typing import Annotated

from pydantic import AliasChoices, ConfigDict, Field, StringConstraints

from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.booking_hash import booking_hash
from models.domain.sla_state import SlaState
from models.domain.stages import Stage
from models.store.bookings import BookingRow

Note = Annotated[str, StringConstraints(max_length=10_000)]
Kind = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Z][A-Z0-9_]*$")]


class Source(Outgoing):
    """Where an enquiry came from."""

    channel: str
    page_url: str | None
    ip_address: str | None
    ip_country_guess: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    referrer: str | None


class BookingOut(Outgoing):
    """A booking. `owner_id` and `owner_name` are older names of `staff` and `staff_name`."""

    id: str
    reference: str
    customer_id: str
    stage: Stage
    trip_status: str
    staff: str | None
    staff_name: str | None
    owner_id: str | None
    owner_name: str | None
    sla_due_at: Moment | None
    destination: str
    style: str
    travel_month: str
    travelers: int
    duration: str
    budget: str | None
    notes: str | None
    source: Source
    idempotency_key: str | None
    created_at: Moment
    updated_at: Moment
    booking_hash: str


def booking_out(row: BookingRow) -> BookingOut:
    """A stored booking as the API shows it."""
    booking = row.booking
    return BookingOut(
        id=booking.id,
        reference=booking.reference,
        customer_id=booking.customer_id,
        stage=Stage(booking.stage),
        trip_status=booking.trip_status,
        staff=booking.staff_id,
        staff_name=row.staff_name,
        owner_id=booking.staff_id,
        owner_name=row.staff_name,
        sla_due_at=booking.sla_due_at,
        destination=booking.destination,
        style=", ".join(booking.styles),
        travel_month=booking.travel_month,
        travelers=booking.travelers,
        duration=booking.duration,
        budget=booking.budget,
        notes=booking.notes,
        source=Source.model_validate(booking),
        idempotency_key=booking.idempotency_key,
        created_at=booking.created_at,
        updated_at=booking.updated_at,
        booking_hash=booking_hash(booking.id, booking.revision),
    )


class CustomerOut(Outgoing):
    """A customer."""

    id: str
    name: str
    email: str | None
    phone: str | None
    language: str | None
    tags: list[str]
    created_at: Moment
    updated_at: Moment


class ListFilters(Outgoing):
    """The filters that were applied, as they were asked for."""

    stage: Stage | None
    owner_id: str | None
    search: str | None
    sla_state: SlaState | None
    destination: str | None
    travel_month: str | None
    source: str | None


class BookingList(Outgoing):
    """A page of bookings.

    `next_cursor` leads to the page that follows, however deep. `approximate` says that nothing was
    found as it was typed, so that these are what may have been meant.
    """

    items: list[BookingOut]
    total: int
    page: int
    page_size: int
    total_pages: int
    filters: ListFilters
    sort: str
    next_cursor: str | None
    approximate: bool


class BookingDetail(Outgoing):
    """A booking with its customer."""

    booking: BookingOut
    customer: CustomerOut


class BookingChangedOut(Outgoing):
    """A booking after a change; `unchanged` when there was nothing to change."""

    booking: BookingOut
    unchanged: bool = False


class StageIn(Incoming):
    """A stage chosen by hand."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"stage": "QUALIFIED", "booking_hash": "6b86b273ff34fce1"}]}
    )
    stage: Stage
    booking_hash: str = ""


class OwnerIn(Incoming):
    """Who gets the booking: a staff id, or null to take it away."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"owner_id": "staff_1", "booking_hash": "6b86b273ff34"}]}
    )
    owner_id: str | None = Field(
        default=None, validation_alias=AliasChoices("owner_id", "staff", "staff_id")
    )
    booking_hash: str = ""


class NotesIn(Incoming):
    """The notes as they shall stand."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"notes": "Prefers trains", "booking_hash": "6b86b273ff34"}]
        }
    )
    notes: Note
    booking_hash: str = ""


class ActivityIn(Incoming):
    """A line for the timeline; whoever is logged in is its actor, `actor` is not believed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "CALL", "detail": "Prefers a river view"}]}
    )
    type: Kind
    detail: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    actor: str | None = None


class ActivityOut(Outgoing):
    """A line of the timeline; `actor` is the name of who caused it."""

    id: str
    booking_id: str
    type: str
    actor: str = Field(validation_alias="actor_name")
    detail: str
    created_at: Moment


class ActivityList(Outgoing):
    """The timeline, twice: `items` is the newer name of `activities`."""

    activities: list[ActivityOut]
    items: list[ActivityOut]
    total: int


class ActivityCreated(Outgoing):
    """The line that was written."""

    activity: ActivityOut


class CancelIn(Incoming):
    """Why a booking is cancelled; `confirmation` is its reference, typed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "Customer fell ill", "confirmation": "ATP-7K2M-9QXR"}]
        }
    )
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    confirmation: str


class CancelPreview(Outgoing):
    """What a cancellation would give back now, minor units."""

    paid_minor: int
    refund_minor: int
    penalty_minor: int
    refund_percent: int
    currency: str | None
    service_orders: int
    guides: int
