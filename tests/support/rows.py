"""Keyword factories for the rows that tests of money and messages start from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, Customer
from models.tables.finance import Instalment
from models.tables.integration import ProviderEvent
from models.tables.quote import QuoteVersion

DEPARTURE = date(2027, 5, 1)


@dataclass(frozen=True)
class Booked:
    """A booking with an accepted quote and its instalments, oldest first."""

    booking_id: str
    instalments: tuple[str, ...]


async def book(
    session: AsyncSession,
    *,
    amounts: tuple[int, ...] = (300_00, 700_00),
    currency: str = "USD",
    trip_status: str = "PENDING",
    email: str | None = "",
    phone: str | None = None,
) -> Booked:
    """Stores a booking whose instalments ask for `amounts`, each due a month after the other."""
    booking_id, customer_id, quote_id = new_id("booking"), new_id("cust"), new_id("quote")
    await session.execute(
        insert(PolicyVersion)
        .values(version=1, body={}, created_by="tests")
        .on_conflict_do_nothing()
    )
    address = f"anna-{uuid4().hex}@home.example" if email == "" else email
    session.add(
        Customer(
            id=customer_id,
            name="Anna Sommer",
            email=address,
            email_normalised=address,
            phone=phone,
            phone_e164=phone,
        )
    )
    await session.flush()
    session.add(_booking(booking_id, customer_id, trip_status))
    await session.flush()
    session.add(_quote(quote_id, booking_id, currency, sum(amounts)))
    await session.flush()
    due = datetime.now(UTC)
    ids = []
    for position, amount in enumerate(amounts):
        due += timedelta(days=30)
        instalment = Instalment(
            id=new_id("inst"),
            booking_id=booking_id,
            quote_version_id=quote_id,
            position=position,
            kind="DEPOSIT" if position == 0 else "BALANCE",
            amount_minor=amount,
            currency=currency,
            due_at=due,
            due_on=due.date(),
        )
        session.add(instalment)
        ids.append(instalment.id)
    await session.flush()
    return Booked(booking_id, tuple(ids))


def _booking(booking_id: str, customer_id: str, trip_status: str) -> Booking:
    return Booking(
        id=booking_id,
        reference=f"ATP-{uuid4().hex[:8].upper()}",
        customer_id=customer_id,
        trip_status=trip_status,
        destination="Vietnam",
        travel_month="2027-05",
        travelers=2,
        duration="9-12 days",
        content_fingerprint=uuid4().hex,
        policy_version=1,
        departure_on=DEPARTURE,
    )


def _quote(quote_id: str, booking_id: str, currency: str, total_minor: int) -> QuoteVersion:
    return QuoteVersion(
        id=quote_id,
        booking_id=booking_id,
        version=1,
        status="ACCEPTED",
        title="Hanoi and the bay",
        currency=currency,
        total_minor=total_minor,
        departure_on=DEPARTURE,
        return_on=DEPARTURE + timedelta(days=10),
        travelers=2,
        created_by="staff",
    )


def intent_event(
    booked: Booked,
    payment: str,
    amount: int,
    *,
    instalment: str | None = None,
    currency: str = "usd",
    booking_id: str | None = None,
) -> dict[str, Any]:
    """Stripe's `payment_intent.succeeded`; the metadata names the first instalment by default."""
    thing = {
        "id": payment,
        "object": "payment_intent",
        "amount_received": amount,
        "currency": currency,
        "metadata": {
            "booking_id": booking_id or booked.booking_id,
            "instalment_id": instalment or booked.instalments[0],
        },
    }
    return event("payment_intent.succeeded", thing)


def session_event(booked: Booked, payment: str, amount: int, **fields: Any) -> dict[str, Any]:
    """Stripe's `checkout.session.completed` of a paid page."""
    thing = {
        "id": f"cs_{payment}",
        "object": "checkout.session",
        "payment_status": "paid",
        "payment_intent": payment,
        "amount_total": amount,
        "currency": "usd",
        "metadata": {
            "booking_id": booked.booking_id,
            "instalment_id": booked.instalments[0],
        },
        **fields,
    }
    return event("checkout.session.completed", thing)


def event(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    """An event of Stripe about a thing."""
    return {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": kind,
        "created": 1_790_000_000,
        "data": {"object": thing},
    }


async def store(session: AsyncSession, booked: Booked, payload: dict[str, Any]) -> int:
    """Keeps an event as the webhook would; returns its row."""
    row = ProviderEvent(
        provider="stripe",
        event_id=payload["id"],
        type=payload["type"],
        payload=payload,
        booking_id=booked.booking_id,
    )
    session.add(row)
    await session.flush()
    return row.id
