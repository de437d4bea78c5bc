"""Bookings one after the other, read through a cursor of the server: memory stays what it is."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from models.store.booking_filters import BookingFilter
from models.store.booking_list import ORDERS, BookingSort, find_matching
from models.tables.crm import Booking, Customer, Staff

BATCH: Final = 500
PATIENCE: Final = "60s"
"""How long Postgres waits for a reader who has stopped reading before it takes back the cursor."""
Record = Sequence[Any]


def exported() -> dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]]:
    """What stands in an export, by the names of the JSON API."""
    return {
        "reference": Booking.reference,
        "stage": Booking.stage,
        "trip_status": Booking.trip_status,
        "customer_name": Customer.name,
        "email": Customer.email,
        "phone": Customer.phone,
        "language": Customer.language,
        "destination": Booking.destination,
        "style": func.array_to_string(Booking.styles, ", "),
        "travel_month": Booking.travel_month,
        "travelers": Booking.travelers,
        "duration": Booking.duration,
        "budget": Booking.budget,
        "departure_on": Booking.departure_on,
        "return_on": Booking.return_on,
        "staff_name": Staff.name,
        "sla_due_at": Booking.sla_due_at,
        "channel": Booking.channel,
        "utm_source": Booking.utm_source,
        "utm_medium": Booking.utm_medium,
        "utm_campaign": Booking.utm_campaign,
        "notes": Booking.notes,
        "created_at": Booking.created_at,
        "updated_at": Booking.updated_at,
        "id": Booking.id,
        "customer_id": Booking.customer_id,
    }


async def stream_bookings(
    session: AsyncSession, wanted: BookingFilter, sort: BookingSort
) -> AsyncGenerator[Sequence[Record]]:
    """Batches of all bookings that fit, in order, each as the values of `exported()`.

    Args:
        session: in a transaction of its own, which sees the bookings as they were at its start.
        wanted: which bookings.
        sort: in which order.
    """
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE}'"))
    order = ORDERS[sort]
    matching = await find_matching(session, wanted, order)
    at, key = order.by()
    statement = (
        select(*exported().values())
        .select_from(Booking)
        .join(Customer, Customer.id == Booking.customer_id)
        .outerjoin(Staff, Staff.id == Booking.staff_id)
        .where(*matching.all_conditions())
        .order_by(at.nulls_last() if order.gaps else at, key)
    )
    result = await session.stream(statement.execution_options(yield_per=BATCH))
    async for rows in result.partitions():
        yield rows
