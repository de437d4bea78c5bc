"""Customers one after the other, read through a cursor of the server: memory stays what it is."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from sqlalchemy import Select, case, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.customers import ConsentChannel
from models.store.booking_filters import visible
from models.store.customer_filters import CustomerFilter, allows_news, customer_conditions
from models.store.customers import visible_customers
from models.tables.crm import Booking, Customer

BATCH: Final = 500
PATIENCE: Final = "60s"
"""How long Postgres waits for a reader who has stopped reading before it takes back the cursor."""
Record = Sequence[Any]
OWN: Final = (
    "id",
    "name",
    "email",
    "phone",
    "language",
    "country",
    "preferred_channel",
    "diet",
    "rooms",
)
LAST: Final = ("destination", "travel_month", "budget")
NEWS: Final = (ConsentChannel.EMAIL, ConsentChannel.WHATSAPP, ConsentChannel.SMS)


def export_columns() -> list[str]:
    """The head of the file."""
    return [
        *OWN,
        "interests",
        "tags",
        "bookings",
        *(f"last_{name}" for name in LAST),
        "last_style",
        *(f"news_by_{channel}" for channel in NEWS),
        "first_utm_source",
        "first_utm_campaign",
        "last_utm_source",
        "last_utm_campaign",
        "created_at",
    ]


async def stream_customers(
    session: AsyncSession, wanted: CustomerFilter
) -> AsyncGenerator[Sequence[Record]]:
    """Batches of all customers that fit, the newest first, each as the values of the columns.

    Args:
        session: in a transaction of its own, which sees customers as they were at its start.
        wanted: which customers; bookings that the person may not see count for nothing.
    """
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE}'"))
    result = await session.stream(_statement(wanted).execution_options(yield_per=BATCH))
    async for rows in result.partitions():
        yield rows


def _statement(wanted: CustomerFilter) -> Select[*tuple[Any, ...]]:
    theirs = [Booking.customer_id == Customer.id, *visible(wanted.only_owner)]
    last = (
        select(
            *(getattr(Booking, name) for name in LAST),
            func.array_to_string(Booking.styles, ", ").label("style"),
        )
        .where(*theirs)
        .order_by(Booking.created_at.desc(), Booking.id.desc())
        .limit(1)
        .lateral()
    )
    count = select(func.count()).select_from(Booking).where(*theirs).scalar_subquery()
    return (
        select(
            *(getattr(Customer, name) for name in OWN),
            func.array_to_string(Customer.interests, ", "),
            func.array_to_string(Customer.tags, ", "),
            count,
            *(last.c[name] for name in LAST),
            last.c.style,
            *(case((allows_news(channel), "yes"), else_="no") for channel in NEWS),
            *(
                touch[name].astext
                for touch in (Customer.first_attribution, Customer.last_attribution)
                for name in ("utm_source", "utm_campaign")
            ),
            Customer.created_at,
        )
        .outerjoin(last, true())
        .where(*visible_customers(wanted.only_owner), *customer_conditions(wanted))
        .order_by(Customer.created_at.desc(), Customer.id.desc())
    )
