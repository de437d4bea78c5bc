"""What the contract's tests of bookings share: shapes, and bookings of their own."""

from typing import Any
from uuid import uuid4

from models.domain.booking_hash import booking_hash
from models.tables.crm import Booking
from tests.support import office as factories
from tests.support.desk import Office
from tests.support.shapes import HASH, MOMENT, an_id

PATH = "/api/v1/bookings"
STAGES = (
    "NEW",
    "QUALIFIED",
    "PROPOSAL_SENT",
    "NEGOTIATION",
    "INVOICE_SENT",
    "PAYMENT_RECEIVED",
    "WON",
    "LOST",
    "POST_TRIP",
)
STAFF_ID = (an_id("staff"), None)
TEXT = (str, None)
BOOKING = {
    "id": an_id("booking"),
    "customer_id": an_id("cust"),
    "stage": lambda stage: stage in STAGES,
    "staff": STAFF_ID,
    "staff_name": TEXT,
    "owner_id": STAFF_ID,
    "owner_name": TEXT,
    "sla_due_at": (MOMENT, None),
    "destination": str,
    "style": str,
    "travel_month": str,
    "travelers": int,
    "duration": str,
    "budget": TEXT,
    "notes": TEXT,
    "source": {
        "page_url": TEXT,
        "ip_address": TEXT,
        "ip_country_guess": TEXT,
        "utm_source": TEXT,
        "utm_medium": TEXT,
        "utm_campaign": TEXT,
        "referrer": TEXT,
    },
    "idempotency_key": TEXT,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "booking_hash": HASH,
}
CUSTOMER = {
    "id": an_id("cust"),
    "name": str,
    "email": TEXT,
    "phone": TEXT,
    "language": TEXT,
    "tags": [str],
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
PAGED = {"total": int, "page": int, "page_size": int, "total_pages": int}


async def a_booking(office: Office, *, started: bool = False, **columns: Any) -> Booking:
    """A booking of a customer of its own.

    Args:
        office: where.
        started: whether a workflow decides about it.
        columns: of the booking.
    """
    async with office.resources.sessions.begin() as session:
        customer = await factories.customer(
            session, "Zoë Müller", f"{uuid4().hex}@home.example", phone_e164=None
        )
        booking = await factories.booking(session, customer, **columns)
    if started:
        await office.start(booking.id)
    return booking


def seen(booking: Booking, revision: int = 1) -> str:
    """The hash of a booking after so many changes."""
    return booking_hash(booking.id, revision)
