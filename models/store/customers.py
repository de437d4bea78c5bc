"""Customers as staff list and find them."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.errors import NotFoundError
from models.store.matching import customer_matches
from models.tables.crm import Booking, ConsentRecord, Customer


@dataclass(frozen=True)
class CustomerPage:
    """A page of customers and how many there are in all."""

    items: list[Customer]
    total: int


def _visible(only_owner: str | None) -> list[ColumnElement[bool]]:
    """Staff see the customers of their own bookings."""
    if only_owner is None:
        return []
    owned = exists().where(Booking.customer_id == Customer.id, Booking.staff_id == only_owner)
    return [owned]


async def list_customers(
    session: AsyncSession, *, search: str, page: int, page_size: int, only_owner: str | None
) -> CustomerPage:
    """One page of customers, the newest first, with the exact total. Pages count from 1."""
    conditions = _visible(only_owner)
    if search:
        conditions.append(customer_matches(search))
    total = await session.scalar(select(func.count()).select_from(Customer).where(*conditions))
    statement = (
        select(Customer)
        .where(*conditions)
        .order_by(Customer.created_at.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return CustomerPage(list(await session.scalars(statement)), total or 0)


async def find_customer(
    session: AsyncSession, customer_id: str, only_owner: str | None = None
) -> Customer:
    """A customer by id.

    Raises:
        NotFoundError: there is none, or none of their bookings is the caller's.
    """
    statement = select(Customer).where(Customer.id == customer_id, *_visible(only_owner))
    customer = await session.scalar(statement)
    if customer is None:
        raise NotFoundError("There is no such customer, or none of their bookings is yours.")
    return customer


async def consents_of(session: AsyncSession, customer_id: str) -> list[ConsentRecord]:
    """Every consent that a customer gave or withdrew, the newest first."""
    statement = select(ConsentRecord).where(ConsentRecord.customer_id == customer_id)
    return list(await session.scalars(statement.order_by(ConsentRecord.recorded_at.desc())))
