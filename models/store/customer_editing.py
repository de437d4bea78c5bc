"""What staff change of a customer, each change with its trace, and never over somebody else's."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, cast, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from models.contacts import compared_email, e164
from models.domain.errors import (
    ContactTakenError,
    CustomerChangedError,
    InvalidInputError,
    NotFoundError,
)
from models.store.customers import visible_customers
from models.store.intake import contact_locks
from models.tables.crm import Customer
from models.tables.customers import CustomerContact

PLAIN: Final = (
    "name",
    "language",
    "country",
    "preferred_channel",
    "diet",
    "rooms",
    "interests",
    "tags",
)
"""Columns that are written as they are."""
EDITED: Final = (*PLAIN, "email", "phone")


async def hold_contacts(
    session: AsyncSession, emails: Iterable[str | None], phones: Iterable[str | None]
) -> None:
    """Lets no enquiry look for these contacts before the transaction ends.

    Call it before any customer is locked: whoever takes an enquiry locks in this order, too.
    """
    names = cast(contact_locks(emails, phones), ARRAY(BigInteger))
    await session.execute(select(func.pg_advisory_xact_lock(func.unnest(names))))


async def lock_customer(
    session: AsyncSession, customer_id: str, only_owner: str | None = None
) -> Customer:
    """A customer whom nobody else can change before the transaction ends.

    Rows that name the customer may come meanwhile: a customer's id never changes.

    Args:
        session: a transaction.
        customer_id: whom.
        only_owner: the object rule.

    Raises:
        NotFoundError: there is none, none of their bookings is the caller's, or they were merged.
    """
    statement = (
        select(Customer)
        .where(Customer.id == customer_id, *visible_customers(only_owner))
        .with_for_update(of=Customer, key_share=True)
        .execution_options(populate_existing=True)
    )
    found: Customer | None = await session.scalar(statement)
    if found is None:
        raise NotFoundError("There is no such customer, or none of their bookings is yours.")
    return found


def as_edited(customer: Customer) -> dict[str, Any]:
    """The facts that staff edit, by name."""
    return {name: getattr(customer, name) for name in EDITED}


async def edit_customer(
    session: AsyncSession, customer: Customer, changes: Mapping[str, Any], *, revision: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changes facts of a customer; returns what differs, as it was and as it is.

    An address that was one of the further ones changes places with the first.

    Args:
        session: a transaction that holds the customer and the new e-mail address.
        customer: whom.
        changes: new values by the names of `EDITED`; what is not named stays.
        revision: as the caller saw the customer.

    Raises:
        CustomerChangedError: somebody else changed them.
        ContactTakenError: the e-mail address is another customer's.
        InvalidInputError: an address or number can't be read, or none would be left.
    """
    if customer.revision != revision:
        raise CustomerChangedError
    before = as_edited(customer)
    for name in PLAIN:
        if name in changes:
            setattr(customer, name, changes[name])
    if "phone" in changes and changes["phone"] != customer.phone:
        _set_phone(customer, changes["phone"])
    if "email" in changes and changes["email"] != customer.email:
        await _set_email(session, customer, changes["email"])
    if customer.email is None and customer.phone is None:
        raise InvalidInputError("email: leave at least one address or number.")
    after = as_edited(customer)
    differing = [name for name in EDITED if before[name] != after[name]]
    if differing:
        touch(customer)
        await session.flush()
        await session.refresh(customer)
    return {name: before[name] for name in differing}, {name: after[name] for name in differing}


def touch(customer: Customer) -> None:
    """Counts a change."""
    customer.revision += 1
    customer.updated_at = func.now()


def compared_first(typed: str | None) -> str | None:
    """The first e-mail address of a customer as it is compared; None for none.

    Raises:
        InvalidInputError: it can't be read.
    """
    if not typed:
        return None
    try:
        return compared_email(typed)
    except ValueError as error:
        raise InvalidInputError("email: this is no e-mail address.") from error


def _set_phone(customer: Customer, typed: str | None) -> None:
    number = e164(typed, customer.country) if typed else None
    if typed and number is None:
        raise InvalidInputError("phone: write the number with its country code, such as +84.")
    customer.phone, customer.phone_e164 = typed, number


async def _set_email(session: AsyncSession, customer: Customer, typed: str | None) -> None:
    compared = compared_first(typed)
    if compared is not None and compared != customer.email_normalised:
        own = await session.scalar(
            select(CustomerContact).where(
                CustomerContact.customer_id == customer.id, CustomerContact.compared == compared
            )
        )
        if own is None:
            await require_free_email(session, compared, customer.id)
        else:
            await _change_places(session, customer, own)
    customer.email, customer.email_normalised = typed, compared


async def _change_places(
    session: AsyncSession, customer: Customer, further: CustomerContact
) -> None:
    """The first address becomes a further one, in the place of the one that becomes the first."""
    if customer.email is None or customer.email_normalised is None:
        await session.execute(delete(CustomerContact).where(CustomerContact.id == further.id))
        return
    further.value, further.compared = customer.email, customer.email_normalised
    await session.flush()


async def require_free_email(session: AsyncSession, compared: str, customer_id: str) -> None:
    """Does nothing unless somebody else has this address; it must be held.

    Raises:
        ContactTakenError: somebody has.
    """
    first = select(Customer.id).where(
        Customer.email_normalised == compared, Customer.id != customer_id
    )
    further = select(CustomerContact.id).where(
        CustomerContact.compared == compared, CustomerContact.customer_id != customer_id
    )
    if await session.scalar(first.limit(1)) or await session.scalar(further.limit(1)):
        raise ContactTakenError
