"""Bookings as staff list, find and annotate them.

`only_owner` limits what is seen to the bookings of one member of staff; None means all bookings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, UnaryExpression, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.errors import BookingChangedError, NotFoundError
from models.domain.stages import Stage
from models.store.matching import booking_matches
from models.tables.crm import Booking, Customer, Staff


class BookingSort(StrEnum):
    """The orders in which a list of bookings can be had."""

    CREATED_AT_DESC = "created_at_desc"
    CREATED_AT_ASC = "created_at_asc"
    UPDATED_AT_DESC = "updated_at_desc"
    SLA_DUE_AT_ASC = "sla_due_at_asc"
    SLA_DUE_AT_DESC = "sla_due_at_desc"


ORDERS: dict[BookingSort, Callable[[], tuple[UnaryExpression[Any], ...]]] = {
    BookingSort.CREATED_AT_DESC: lambda: (Booking.created_at.desc(), Booking.id.desc()),
    BookingSort.CREATED_AT_ASC: lambda: (Booking.created_at.asc(), Booking.id.asc()),
    BookingSort.UPDATED_AT_DESC: lambda: (Booking.updated_at.desc(),),
    BookingSort.SLA_DUE_AT_ASC: lambda: (Booking.sla_due_at.asc(),),
    BookingSort.SLA_DUE_AT_DESC: lambda: (Booking.sla_due_at.desc().nulls_last(),),
}
"""Each order as an index can give it."""


@dataclass(frozen=True)
class BookingFilter:
    """Which bookings: those of a stage, of an owner, that match a search, that may be seen."""

    stage: Stage | None = None
    owner_id: str | None = None
    search: str = ""
    only_owner: str | None = None


@dataclass(frozen=True)
class BookingRow:
    """A booking with its customer and the name of its owner."""

    booking: Booking
    customer: Customer
    staff_name: str | None


@dataclass(frozen=True)
class BookingPage:
    """A page of bookings and how many there are in all."""

    items: list[BookingRow]
    total: int


def _conditions(wanted: BookingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.only_owner is not None:
        conditions.append(Booking.staff_id == wanted.only_owner)
    if wanted.stage:
        conditions.append(Booking.stage == wanted.stage)
    if wanted.owner_id:
        conditions.append(Booking.staff_id == wanted.owner_id)
    if wanted.search:
        conditions.append(booking_matches(wanted.search))
    return conditions


def _rows() -> Select[Booking, Customer, str]:
    return (
        select(Booking, Customer, Staff.name)
        .join(Customer, Customer.id == Booking.customer_id)
        .outerjoin(Staff, Staff.id == Booking.staff_id)
    )


async def list_bookings(
    session: AsyncSession, wanted: BookingFilter, *, sort: BookingSort, page: int, page_size: int
) -> BookingPage:
    """One page of bookings with the exact total, in two queries. Pages count from 1."""
    conditions = _conditions(wanted)
    total = await session.scalar(select(func.count()).select_from(Booking).where(*conditions))
    ids = (
        select(Booking.id)
        .where(*conditions)
        .order_by(*ORDERS[sort]())
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    statement = _rows().where(Booking.id.in_(ids)).order_by(*ORDERS[sort]())
    return BookingPage([BookingRow(*row) for row in await session.execute(statement)], total or 0)


async def find_booking(
    session: AsyncSession, booking_id: str, only_owner: str | None = None
) -> BookingRow:
    """A booking by its id.

    Raises:
        NotFoundError: there is none, or it belongs to someone else.
    """
    conditions = [Booking.id == booking_id, *_conditions(BookingFilter(only_owner=only_owner))]
    statement = _rows().where(*conditions).execution_options(populate_existing=True)
    row = (await session.execute(statement)).first()
    if row is None:
        raise NotFoundError("There is no such booking, or it is not one of yours.")
    return BookingRow(*row)


async def bookings_of_customer(
    session: AsyncSession, customer_id: str, only_owner: str | None = None
) -> list[BookingRow]:
    """A customer's bookings, the newest first; at most 100."""
    conditions = _conditions(BookingFilter(only_owner=only_owner))
    statement = _rows().where(Booking.customer_id == customer_id, *conditions)
    statement = statement.order_by(*ORDERS[BookingSort.CREATED_AT_DESC]()).limit(100)
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
