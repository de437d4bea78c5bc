"""Whatever two records hold: merging them loses no contact, and taking it back restores both."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.store.merge_undo import hold_merge, undo_merge
from models.store.merging import Pair, facts_of, hold_pair, merge_customers
from models.tables.crm import Booking, Customer
from models.tables.customers import Companion, CustomerContact
from tests.support import office as factories
from tests.support.desk import Office

PHONES = ("+4915123456789", "+33699999999", "+84901234567")
FEW = st.integers(0, 2)


@dataclass(frozen=True)
class Record:
    """What a record holds beside its name."""

    email: bool
    phone: str | None
    further_emails: int
    further_phones: frozenset[str]
    bookings: int
    companions: int
    diet: str
    country: str | None
    tags: list[str]


RECORDS = st.builds(
    Record,
    email=st.booleans(),
    phone=st.sampled_from([None, *PHONES]),
    further_emails=FEW,
    further_phones=st.frozensets(st.sampled_from(PHONES)),
    bookings=FEW,
    companions=FEW,
    diet=st.sampled_from(["", "vegan", "no nuts"]),
    country=st.sampled_from([None, "FR", "DE"]),
    tags=st.lists(st.sampled_from(["vip", "repeat", "press"]), unique=True),
)
ANY_TWO = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def store(session: AsyncSession, record: Record) -> Customer:
    email = f"{new_id('mail')}@home.example"
    customer = await factories.customer(
        session,
        "Anna Sommer",
        email,
        phone=record.phone,
        phone_e164=record.phone,
        diet=record.diet,
        country=record.country,
        tags=record.tags,
    )
    if not record.email:
        customer.email = customer.email_normalised = None
    mails = [f"{new_id('mail')}@work.example" for _ in range(record.further_emails)]
    reached = [("EMAIL", one) for one in mails]
    reached += [("PHONE", one) for one in sorted(record.further_phones - {record.phone})]
    for kind, value in reached:
        contact = CustomerContact(id=new_id("contact"), kind=kind, value=value, compared=value)
        contact.customer_id, contact.created_by = customer.id, "tests"
        session.add(contact)
    for _ in range(record.companions):
        companion = Companion(id=new_id("companion"), name="Ida", name_key="ida")
        companion.customer_id, companion.created_by = customer.id, "tests"
        session.add(companion)
    for _ in range(record.bookings):
        await factories.booking(session, customer)
    await session.flush()
    return customer


async def reaching(session: AsyncSession, customer: Customer) -> set[str]:
    """By what an enquiry finds a customer."""
    further = await session.scalars(
        select(CustomerContact.compared).where(CustomerContact.customer_id == customer.id)
    )
    return {*further, customer.email_normalised or "", customer.phone_e164 or ""} - {""}


async def all_of(session: AsyncSession, *customers: Customer) -> list[Any]:
    """The facts of customers, and whose everything is that hangs on them."""
    ids = [one.id for one in customers]
    hanging = [
        sorted(await session.execute(select(table.id, table.customer_id).where(owned)))
        for table, owned in (
            (Booking, Booking.customer_id.in_(ids)),
            (Companion, Companion.customer_id.in_(ids)),
            (CustomerContact, CustomerContact.customer_id.in_(ids)),
        )
    ]
    return [*(facts_of(one) | {"into": one.merged_into_id} for one in customers), *hanging]


@ANY_TWO
@given(kept=RECORDS, other=RECORDS)
async def test_every_contact_leads_to_who_stays_and_back_again(
    office: Office, kept: Record, other: Record
) -> None:
    async with office.resources.sessions() as session:
        stays, goes = await store(session, kept), await store(session, other)
        before = await all_of(session, stays, goes)
        reached = await reaching(session, stays) | await reaching(session, goes)
        held = await hold_pair(session, Pair(stays.id, 1, goes.id, 1))
        merge = await merge_customers(session, held, "tests")
        assert await reaching(session, stays) == reached
        assert (goes.merged_into_id, goes.email_normalised) == (stays.id, None)
        done = await hold_merge(session, merge.id)
        await undo_merge(session, done, by="tests", now=datetime.now(UTC))
        assert await all_of(session, stays, goes) == before
        await session.rollback()
