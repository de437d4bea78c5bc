"""All that is known of one customer, in a fixed number of queries.

`only_owner` confines bookings, quotes, money and the household to what one member of staff may see.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.stages import TripStatus
from models.store.booking_filters import visible
from models.store.bookings import BookingRow, bookings_of_customer
from models.store.customer_facts import companions_of, passports_of
from models.store.customers import consents_of, find_customer, records_of, visible_customers
from models.store.ledger import CUSTOMER, HELD
from models.tables.crm import Booking, ConsentRecord, Customer
from models.tables.customers import Companion, CustomerContact, CustomerPassport
from models.tables.finance import LedgerEntry
from models.tables.quote import QuoteVersion

MOST = 100


@dataclass(frozen=True)
class Spend:
    """Money of one currency, minor units: what was paid and not given back, and what is held."""

    currency: str
    paid_minor: int
    held_minor: int


@dataclass(frozen=True)
class QuoteRow:
    """A version of a quote, and the booking it is of."""

    quote: QuoteVersion
    reference: str


@dataclass(frozen=True)
class Consent:
    """The last word on a channel and purpose, and the records before it, the newest first."""

    last: ConsentRecord
    earlier: tuple[ConsentRecord, ...]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A customer with all that hangs on them."""

    customer: Customer
    records: list[str]
    """Their id, and those of the records that went into theirs."""
    bookings: list[BookingRow]
    contacts: list[CustomerContact]
    companions: list[Companion]
    passports: list[CustomerPassport]
    household: list[Customer]
    """The others who live with them, as far as the reader may see them."""
    consents: list[Consent]
    spend: list[Spend]
    quotes: list[QuoteRow]

    def past_trips(self, today: date) -> list[BookingRow]:
        """Trips that were made, the latest first."""
        made = [
            row
            for row in self.bookings
            if row.booking.trip_status == TripStatus.COMPLETED
            or (
                row.booking.return_on is not None
                and row.booking.return_on < today
                and row.booking.trip_status != TripStatus.CANCELLED
            )
        ]
        return sorted(made, key=lambda row: row.booking.return_on or date.min, reverse=True)


async def profile_of(session: AsyncSession, customer_id: str, only_owner: str | None) -> Profile:
    """A customer's profile; the id of a merged record leads to the customer who stays.

    Raises:
        NotFoundError: there is none, or none of their bookings is the caller's.
    """
    customer = await find_customer(session, customer_id, only_owner)
    records = await records_of(session, customer.id)
    contacts = select(CustomerContact).where(CustomerContact.customer_id == customer.id)
    return Profile(
        customer=customer,
        records=records,
        bookings=await bookings_of_customer(session, customer.id, only_owner),
        contacts=list(await session.scalars(contacts.order_by(CustomerContact.id).limit(MOST))),
        companions=await companions_of(session, customer.id),
        passports=await passports_of(session, [customer.id]),
        household=await _household(session, customer, only_owner),
        consents=_by_channel(await consents_of(session, records)),
        spend=await _spend(session, customer.id, only_owner),
        quotes=await _quotes(session, customer.id, only_owner),
    )


def _by_channel(records: list[ConsentRecord]) -> list[Consent]:
    grouped: dict[tuple[str, str], list[ConsentRecord]] = {}
    for one in records:
        grouped.setdefault((one.purpose, one.channel.lower()), []).append(one)
    return [Consent(grouped[key][0], tuple(grouped[key][1:])) for key in sorted(grouped)]


async def _household(
    session: AsyncSession, customer: Customer, only_owner: str | None
) -> list[Customer]:
    if customer.household_id is None:
        return []
    statement = select(Customer).where(
        Customer.household_id == customer.household_id,
        Customer.id != customer.id,
        *visible_customers(only_owner),
    )
    return list(await session.scalars(statement.order_by(Customer.name).limit(MOST)))


async def _spend(session: AsyncSession, customer_id: str, only_owner: str | None) -> list[Spend]:
    """From the ledger: what we owe customers for their trips stands there as a negative amount."""
    paid, held = (
        func.coalesce(func.sum(-LedgerEntry.amount_minor).filter(LedgerEntry.account == account), 0)
        for account in (CUSTOMER, HELD)
    )
    statement = (
        select(LedgerEntry.currency, paid, held)
        .join(Booking, Booking.id == LedgerEntry.booking_id)
        .where(Booking.customer_id == customer_id, *visible(only_owner))
        .group_by(LedgerEntry.currency)
        .order_by(LedgerEntry.currency)
    )
    rows = await session.execute(statement)
    return [Spend(currency, int(paid), int(held)) for currency, paid, held in rows]


async def _quotes(
    session: AsyncSession, customer_id: str, only_owner: str | None
) -> list[QuoteRow]:
    statement = (
        select(QuoteVersion, Booking.reference)
        .join(Booking, Booking.id == QuoteVersion.booking_id)
        .where(Booking.customer_id == customer_id, *visible(only_owner))
        .order_by(QuoteVersion.created_at.desc(), QuoteVersion.id.desc())
        .limit(MOST)
    )
    return [QuoteRow(*row) for row in await session.execute(statement)]
