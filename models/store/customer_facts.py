"""What hangs on a customer: further contacts, companions, passports, the household, consents.

Whoever calls these holds the customer (`customer_editing.lock_customer`) and writes the trace.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.contacts import compared_email, e164
from models.domain.customers import FurtherContactKind
from models.domain.errors import InvalidInputError, NotFoundError
from models.domain.matching import compared_passport, name_key
from models.messages.ids import new_id
from models.store.customer_editing import require_free_email
from models.store.policies import policy_in_force
from models.tables.crm import ConsentRecord, Customer
from models.tables.customers import Companion, CustomerContact, CustomerPassport, Household

MOST_OF_ONE = 50
"""So many contacts, companions or passports may a customer have of each."""
SHORTEST_PASSPORT = 5


@dataclass(frozen=True, kw_only=True)
class NewPassport:
    """A passport as somebody typed it."""

    holder: str
    country: str
    number: str
    expires_on: date
    companion_id: str | None = None


def compared_contact(kind: FurtherContactKind, value: str, country: str | None) -> str:
    """A contact as it is compared.

    Raises:
        InvalidInputError: it can't be read.
    """
    if kind is FurtherContactKind.EMAIL:
        try:
            return compared_email(value)
        except ValueError as error:
            raise InvalidInputError("value: this is no e-mail address.") from error
    number = e164(value, country)
    if number is None:
        raise InvalidInputError("value: write the number with its country code, such as +84.")
    return number


async def add_contact(
    session: AsyncSession, customer: Customer, kind: FurtherContactKind, value: str, by: str
) -> CustomerContact:
    """A further address or number of a customer; an address must be held.

    Raises:
        ContactTakenError: the address is another customer's.
        InvalidInputError: it can't be read, the customer has it, or has too many.
    """
    compared = compared_contact(kind, value, customer.country)
    known = set(
        await session.scalars(
            select(CustomerContact.compared).where(CustomerContact.customer_id == customer.id)
        )
    )
    if compared in known | {customer.email_normalised, customer.phone_e164}:
        raise InvalidInputError("value: the customer has this one already.")
    _require_room(len(known))
    if kind is FurtherContactKind.EMAIL:
        await require_free_email(session, compared, customer.id)
    contact = CustomerContact(
        id=new_id("contact"),
        customer_id=customer.id,
        kind=kind.value,
        value=value,
        compared=compared,
        created_by=by,
    )
    session.add(contact)
    await session.flush()
    return contact


async def remove_contact(
    session: AsyncSession, customer: Customer, contact_id: str
) -> CustomerContact:
    """Takes a further contact away.

    Raises:
        NotFoundError: the customer has none of this id.
    """
    contact = await session.get(CustomerContact, contact_id)
    if contact is None or contact.customer_id != customer.id:
        raise NotFoundError("This customer has no such contact.")
    await session.delete(contact)
    await session.flush()
    return contact


async def add_companion(
    session: AsyncSession,
    customer: Customer,
    *,
    name: str,
    relation: str,
    born_on: date | None,
    diet: str,
    by: str,
) -> Companion:
    """Somebody who travels with a customer.

    Raises:
        InvalidInputError: the customer has too many.
    """
    count = select(func.count()).select_from(Companion).where(Companion.customer_id == customer.id)
    _require_room(await session.scalar(count) or 0)
    companion = Companion(
        id=new_id("companion"),
        customer_id=customer.id,
        name=name,
        name_key=name_key(name),
        relation=relation,
        born_on=born_on,
        diet=diet,
        created_by=by,
    )
    session.add(companion)
    await session.flush()
    return companion


async def companions_of(session: AsyncSession, customer_id: str) -> list[Companion]:
    """Those who travel with a customer, in the order in which they were added."""
    statement = select(Companion).where(Companion.customer_id == customer_id)
    return list(await session.scalars(statement.order_by(Companion.id).limit(2 * MOST_OF_ONE)))


async def remove_companion(
    session: AsyncSession, customer: Customer, companion_id: str, by: str
) -> tuple[Companion, list[str]]:
    """Takes a companion away; returns who it was, and the ids of passports that end with that.

    Raises:
        NotFoundError: the customer has none of this id.
    """
    companion = await _companion(session, customer, companion_id)
    ending = (
        update(CustomerPassport)
        .where(CustomerPassport.companion_id == companion_id, CustomerPassport.ended_at.is_(None))
        .values(ended_by=by, ended_at=func.now())
        .returning(CustomerPassport.id)
    )
    ended = sorted(await session.scalars(ending))
    await session.delete(companion)
    await session.flush()
    return companion, ended


async def _companion(session: AsyncSession, customer: Customer, companion_id: str) -> Companion:
    companion = await session.get(Companion, companion_id)
    if companion is None or companion.customer_id != customer.id:
        raise NotFoundError("Nobody of this id travels with this customer.")
    return companion


async def add_passport(
    session: AsyncSession, customer: Customer, wanted: NewPassport, by: str
) -> CustomerPassport:
    """A passport of a customer or of a companion; those before it stay.

    Raises:
        NotFoundError: there is no such companion.
        InvalidInputError: this is no passport's number, or there are too many.
    """
    if wanted.companion_id is not None:
        await _companion(session, customer, wanted.companion_id)
    compared = compared_passport(wanted.number)
    if len(compared) < SHORTEST_PASSPORT:
        raise InvalidInputError("number: a passport's number has at least five letters or digits.")
    _require_room(len(await passports_of(session, [customer.id])))
    passport = CustomerPassport(
        id=new_id("passport"),
        customer_id=customer.id,
        companion_id=wanted.companion_id,
        holder=wanted.holder,
        country=wanted.country,
        number=wanted.number,
        number_compared=compared,
        expires_on=wanted.expires_on,
        created_by=by,
    )
    session.add(passport)
    await session.flush()
    return passport


async def passports_of(session: AsyncSession, customer_ids: list[str]) -> list[CustomerPassport]:
    """The passports of customers and their companions that were not ended, the newest first."""
    statement = select(CustomerPassport).where(
        CustomerPassport.customer_id.in_(customer_ids), CustomerPassport.ended_at.is_(None)
    )
    newest = statement.order_by(CustomerPassport.created_at.desc(), CustomerPassport.id.desc())
    return list(await session.scalars(newest.limit(2 * MOST_OF_ONE)))


async def end_passport(
    session: AsyncSession, customer: Customer, passport_id: str, by: str
) -> CustomerPassport:
    """Says that a passport is not used any more; it stays known.

    Raises:
        NotFoundError: the customer has no such passport in use.
    """
    passport = await session.get(CustomerPassport, passport_id)
    if passport is None or passport.customer_id != customer.id or passport.ended_at is not None:
        raise NotFoundError("This customer has no such passport.")
    passport.ended_by, passport.ended_at = by, func.now()
    await session.flush()
    return passport


async def join_household(
    session: AsyncSession, customer: Customer, other: Customer, by: str
) -> str:
    """Puts a customer into another's household, which is made if need be; returns its id.

    Both are held: the other is changed, too, when they were in none.
    """
    if other.household_id is None:
        household = Household(id=new_id("household"), created_by=by)
        session.add(household)
        await session.flush()
        other.household_id = household.id
    customer.household_id = other.household_id
    await session.flush()
    return other.household_id


async def leave_household(session: AsyncSession, customer: Customer) -> str:
    """Takes a customer out of the household; returns its id.

    Raises:
        InvalidInputError: they are in none.
    """
    left = customer.household_id
    if left is None:
        raise InvalidInputError("household: the customer is in none.")
    customer.household_id = None
    await session.flush()
    return left


async def record_consent(
    session: AsyncSession,
    customer: Customer,
    *,
    channel: str,
    purpose: str,
    granted: bool,
    source: str,
) -> ConsentRecord:
    """What a customer said of a channel and a purpose, under the policy in force; only added to."""
    policy = await policy_in_force(session, None)
    record = ConsentRecord(
        id=new_id("consent"),
        customer_id=customer.id,
        channel=channel,
        purpose=purpose,
        granted=granted,
        source=source,
        policy_version=policy.version,
    )
    session.add(record)
    await session.flush()
    return record


def _require_room(count: int) -> None:
    if count >= MOST_OF_ONE:
        raise InvalidInputError("There are as many of these as one customer may have.")
