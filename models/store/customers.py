"""Customers as staff list and find them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.store.customer_filters import CustomerFilter, customer_conditions
from models.store.matching import is_not_merged
from models.tables.crm import Booking, ConsentRecord, Customer


@dataclass(frozen=True)
class CustomerPage:
    """A page of customers and how many there are in all."""

    items: list[Customer]
    total: int


def visible_customers(only_owner: str | None) -> list[ColumnElement[bool]]:
    """Staff see the customers of their own bookings; nobody sees a record that was merged."""
    conditions = [is_not_merged()]
    if only_owner is not None:
        owned = exists().where(Booking.customer_id == Customer.id, Booking.staff_id == only_owner)
        conditions.append(owned)
    return conditions


async def list_customers(
    session: AsyncSession, wanted: CustomerFilter, *, page: int, page_size: int
) -> CustomerPage:
    """One page of customers, the newest first, with the exact total. Pages count from 1."""
    conditions = [*visible_customers(wanted.only_owner), *customer_conditions(wanted)]
    total = await session.scalar(select(func.count()).select_from(Customer).where(*conditions))
    statement = (
        select(Customer)
        .where(*conditions)
        .order_by(Customer.created_at.desc(), Customer.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return CustomerPage(list(await session.scalars(statement)), total or 0)


async def find_customer(
    session: AsyncSession, customer_id: str, only_owner: str | None = None
) -> Customer:
    """A customer by id; the id of a record that was merged leads to the one that stays.

    Raises:
        NotFoundError: there is none, or none of their bookings is the caller's.
    """
    stays = select(func.coalesce(Customer.merged_into_id, Customer.id))
    stays_id = stays.where(Customer.id == customer_id).scalar_subquery()
    statement = select(Customer).where(Customer.id == stays_id, *visible_customers(only_owner))
    customer = await session.scalar(statement)
    if customer is None:
        raise NotFoundError("There is no such customer, or none of their bookings is yours.")
    return customer


async def records_of(session: AsyncSession, customer_id: str) -> list[str]:
    """The ids of a customer's records: their own first, then those that went into it."""
    merged = select(Customer.id).where(Customer.merged_into_id == customer_id).order_by(Customer.id)
    return [customer_id, *await session.scalars(merged)]


async def consents_of(session: AsyncSession, customer_ids: list[str]) -> list[ConsentRecord]:
    """Consents that a customer's records gave or withdrew, the newest first; at most 200."""
    statement = select(ConsentRecord).where(ConsentRecord.customer_id.in_(customer_ids))
    newest = statement.order_by(ConsentRecord.recorded_at.desc(), ConsentRecord.id.desc())
    return list(await session.scalars(newest.limit(200)))
