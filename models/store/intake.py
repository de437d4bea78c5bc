"""An enquiry with everything it creates, stored in one transaction and one round trip.

The busiest door of the house, so it speaks to Postgres without an ORM: two prepared statements in
one pipeline. The first takes locks, the second reads what is there by then and writes.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from models.messages.ids import new_id
from models.store.intake_sql import LOCK, STORE

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRIES = 3
WEBSITE = "website"
ARRIVALS = {
    WEBSITE: "Enquiry from the website",
    "phone": "Enquiry by phone",
    "email": "Enquiry by e-mail",
    "whatsapp": "Enquiry by WhatsApp",
    "sms": "Enquiry by SMS",
    "walk_in": "Enquiry in person",
}
"""The channels by which enquiries come in, in the words of the timeline."""


@dataclass(frozen=True, kw_only=True)
class Enquiry:
    """Who asks for which trip, from where. Texts are as typed, without spaces around them."""

    name: str
    email: str | None
    email_normalised: str | None
    """None when staff took it down without one; then there is a phone number."""
    phone: str | None
    phone_e164: str | None
    language: str | None
    destination: str
    styles: tuple[str, ...]
    travel_month: str
    travelers: int
    duration: str
    budget: str | None
    notes: str | None
    preferred_currency: str | None
    tour_id: str | None
    page_url: str | None
    referrer: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    ip_address: str | None
    ip_country_guess: str | None
    idempotency_key: str | None
    content_fingerprint: str
    consents: dict[str, bool] = field(default_factory=dict)
    """By channel; for marketing."""
    source: str = WEBSITE
    """One of `ARRIVALS`."""
    actor: str = WEBSITE
    """Who took it down: a staff id, a login, or the website."""
    staff_id: str | None = None
    """Who owns the booking from the start."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the policy in force says of a new enquiry, in real time."""

    policy_version: int
    sla: timedelta | None
    duplicate_window: timedelta


@dataclass(frozen=True)
class StoredEnquiry:
    """The booking that an enquiry made, or made before."""

    booking_id: str
    customer_id: str
    replayed: bool
    known_customer: bool
    sla_due_at: datetime | None
    outbox_id: int | None
    """None when nothing was stored."""


async def store_enquiry(
    connection: AsyncConnection[TupleRow], enquiry: Enquiry, terms: Terms
) -> StoredEnquiry:
    """Stores an enquiry once: as booking, customer, timeline, consents, and a workflow to start.

    The same idempotency key, or the same content within the policy's window, is the same booking.
    A customer is matched by any of their e-mail addresses, else by phone when the name agrees; a
    record that was merged leads to the one that stays. Their contact data stay as they are, and
    what differs is kept as a remark.

    Args:
        connection: in autocommit, so that the pipeline is the transaction.
        enquiry: what came in.
        terms: what the policy says.
    """
    for attempt in range(1, TRIES + 1):
        try:
            async with connection.pipeline():
                await connection.execute(LOCK, (_locks(enquiry),), prepare=True)
                cursor = await connection.execute(STORE, _values(enquiry, terms), prepare=True)
            row = await cursor.fetchone()
            assert row is not None  # noqa: S101 - the statement always answers
            return StoredEnquiry(*row)
        except UniqueViolation:  # staff stored the same person just now, or a reference is taken
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def new_reference() -> str:
    """What people call a booking: `ATP-` and eight characters that can't be misread."""
    number = int.from_bytes(os.urandom(5), "big")
    code = "".join(CROCKFORD[number >> shift & 31] for shift in range(35, -1, -5))
    return f"ATP-{code[:4]}-{code[4:]}"


def _locks(enquiry: Enquiry) -> list[int]:
    """What two requests must not work on at once, in an order that is the same for all."""
    names = [f"content:{enquiry.content_fingerprint}"]
    if enquiry.idempotency_key:
        names.append(f"key:{enquiry.idempotency_key}")
    reached = contact_locks([enquiry.email_normalised], [enquiry.phone_e164])
    return sorted([*reached, *map(_number, names)])


def contact_locks(emails: Iterable[str | None], phones: Iterable[str | None]) -> list[int]:
    """What whoever changes where a person is found must hold, so that no enquiry comes between.

    Args:
        emails: as they are compared.
        phones: in E.164.
    """
    names = {f"email:{email}" for email in emails if email}
    names |= {f"phone:{phone}" for phone in phones if phone}
    return sorted(map(_number, names))


def _number(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _values(enquiry: Enquiry, terms: Terms) -> dict[str, Any]:
    """The statement's parameters."""
    channels = list(enquiry.consents)
    return {
        **enquiry.__dict__,
        "styles": list(enquiry.styles),
        "booking": new_id("booking"),
        "customer": new_id("cust"),
        "activity": new_id("act"),
        "remark": new_id("remark"),
        "reference": new_reference(),
        "policy_version": terms.policy_version,
        "sla": terms.sla,
        "window": terms.duplicate_window,
        "attribution": _attribution(enquiry),
        "consents": [new_id("consent") for _ in channels],
        "channels": channels,
        "granted": [enquiry.consents[channel] for channel in channels],
        "arrival": ARRIVALS[enquiry.source],
    }


def _attribution(enquiry: Enquiry) -> Jsonb | None:
    """Where the person came from; None when nothing is known of it."""
    known = {
        name: value
        for name in ("utm_source", "utm_medium", "utm_campaign", "referrer", "page_url")
        if (value := getattr(enquiry, name))
    }
    return Jsonb(known) if known else None
