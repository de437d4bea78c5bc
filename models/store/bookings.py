"""Bookings as staff open and annotate them.

`only_owner` limits what is seen to the bookings of one member of staff; None means all bookings.
"""

from dataclasses import dataclass

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import BookingChangedError, NotFoundError
from models.store.booking_filters import visible
from models.tables.crm import Booking, Customer, Staff


@dataclass(frozen=True)
class BookingRow:
    """A booking with its customer and the name of its owner."""

    booking: Booking
    customer: Customer
    staff_name: str | None


def rows_of() -> Select[Booking, Customer, str]:
    """Bookings with customer and owner's name: the columns of a `BookingRow`."""
    return (
        select(Booking, Customer, Staff.name)
        .join(Customer, Customer.id == Booking.customer_id)
        .outerjoin(Staff, Staff.id == Booking.staff_id)
    )


async def find_booking(
    session: AsyncSession, booking_id: str, only_owner: str | None = None
) -> BookingRow:
    """A booking by its id.

    Raises:
        NotFoundError: there is none, or it belongs to someone else.
    """
    conditions = [Booking.id == booking_id, *visible(only_owner)]
    statement = rows_of().where(*conditions).execution_options(populate_existing=True)
    row = (await session.execute(statement)).first()
    if row is None:
        raise NotFoundError("There is no such booking, or it is not one of yours.")
    return BookingRow(*row)


async def bookings_of_customer(
    session: AsyncSession, customer_id: str, only_owner: str | None = None
) -> list[BookingRow]:
    """A customer's bookings, the newest first; at most 100."""
    statement = rows_of().where(Booking.customer_id == customer_id, *visible(only_owner))
    statement = statement.order_by(Booking.created_at.desc(), Booking.id.desc()).limit(100)
    return [BookingRow(*row) for row in await session.execute(statement)]


async def write_notes(
    session: AsyncSession, booking_id: str, notes: str, expected_revision: int
) -> None:
    """Replaces a booking's notes and counts the change.

    Raises:
        BookingChangedError: the booking has another revision than expected.
    """
    changed = await session.scalar(
        update(Booking)
        .where(Booking.id == booking_id, Booking.revision == expected_revision)
        .values(notes=notes, revision=Booking.revision + 1, updated_at=func.now())
        .returning(Booking.id)
    )
    if changed is None:
        raise BookingChangedError


async def lock(session: AsyncSession, booking_id: str) -> None:
    """Holds a booking until the transaction ends, so that two requests take turns."""
    await session.execute(select(Booking.id).where(Booking.id == booking_id).with_for_update())
