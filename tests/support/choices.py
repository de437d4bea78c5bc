"""A quote with an optional balloon and two hotels to choose between, as its customer gets it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.tables.quote import QuoteLine
from tests.support.trip import TOTAL, Trip, a_quote, store

RIVERSIDE, VILLA, BALLOON = 40_000, 58_000, 36_000
OFFERED = TOTAL + RIVERSIDE
"""As staff chose: the riverside hotel, no balloon, no guide for the evening."""
HOTELS = "Hotel in Hội An"


@dataclass
class Offered:
    """The trip and the lines that the customer has a say in."""

    trip: Trip
    riverside: QuoteLine
    villa: QuoteLine
    balloon: QuoteLine
    evening: QuoteLine
    """A guide for an evening, of no partner: searched for when it is chosen."""


async def offer_choices(session: AsyncSession, **facts: Any) -> Offered:
    """A sent quote of which one hotel is ours, another can be had instead, and two can be added."""
    trip = await a_quote(session, status="DRAFT", **facts)
    partner = trip.partners[0].id
    lines = [
        _line(trip, 21, "HOTEL", "Riverside house", RIVERSIDE, partner, alternative=HOTELS),
        _line(trip, 22, "HOTEL", "Villa with a garden", VILLA, partner,
              alternative=HOTELS, chosen=False),
        _line(trip, 23, "ACTIVITY", "Balloon at sunrise", BALLOON, partner,
              optional=True, chosen=False, starts_at=time(5, 30)),
        _line(trip, 24, "GUIDE", "Guide for an evening", 9_000, None, optional=True, chosen=False),
    ]  # fmt: skip
    await store(session, *lines)
    now = datetime.now(UTC)
    trip.quote.total_minor = OFFERED
    await session.flush()
    trip.quote.status, trip.quote.sent_at = "SENT", now
    trip.quote.valid_until = now + timedelta(days=14)
    await session.flush()
    return Offered(trip, *lines)


def _line(
    trip: Trip, position: int, kind: str, description: str, price: int, partner: str | None,
    **choice: Any,
) -> QuoteLine:  # fmt: skip
    return QuoteLine(
        id=new_id("line"), quote_version_id=trip.quote.id, position=position, day=5,
        nights=1 if kind == "HOTEL" else 0, kind=kind, description=description, quantity=1,
        unit_price_minor=price, total_minor=price, partner_id=partner,
        cost_minor=price * 7 // 10, cost_currency="USD", **choice,
    )  # fmt: skip
