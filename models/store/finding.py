"""A few bookings and customers for words typed in haste: the quickest way to what one has in mind.

`only_owner` limits what is found to the bookings of one member of staff; None means all.
"""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.store.matching import booking_matches, customer_matches, is_not_merged
from models.tables.crm import Booking, Customer


@dataclass(frozen=True)
class FoundBooking:
    """A booking in one line."""

    id: str
    reference: str
    customer_name: str
    destination: str
    travel_month: str
    stage: str


@dataclass(frozen=True)
class FoundCustomer:
    """A customer in one line."""

    id: str
    name: str
    email: str | None


async def few_bookings(
    session: AsyncSession, search: str, *, only_owner: str | None, most: int
) -> list[FoundBooking]:
    """The newest bookings that match, at most `most`; nothing is counted."""
    statement = (
        select(
            Booking.id,
            Booking.reference,
            Customer.name,
            Booking.destination,
            Booking.travel_month,
            Booking.stage,
        )
        .join(Customer, Customer.id == Booking.customer_id)
        .where(booking_matches(search))
        .order_by(Booking.created_at.desc(), Booking.id.desc())
        .limit(most)
    )
    if only_owner is not None:
        statement = statement.where(Booking.staff_id == only_owner)
    return [FoundBooking(*row) for row in await session.execute(statement)]


async def few_customers(
    session: AsyncSession, search: str, *, only_owner: str | None, most: int
) -> list[FoundCustomer]:
    """The newest customers that match, at most `most`; nothing is counted."""
    statement = (
        select(Customer.id, Customer.name, Customer.email)
        .where(customer_matches(search), is_not_merged())
        .order_by(Customer.created_at.desc())
        .limit(most)
    )
    if only_owner is not None:
        owned = exists().where(Booking.customer_id == Customer.id, Booking.staff_id == only_owner)
        statement = statement.where(owned)
    return [FoundCustomer(*row) for row in await session.execute(statement)]
