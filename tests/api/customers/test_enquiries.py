"""An enquiry finds its customer by every address they have, also while records are merged."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import func, select, text

from models.store.merge_undo import hold_merge, undo_merge
from models.store.merging import Pair, hold_pair, merge_customers
from models.tables.crm import Booking, ConsentRecord
from models.tables.customers import CustomerContact
from tests.support.enquiries import Door, a_form, open_door

PHONE = "+4915123456789"
WAITING = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest_asyncio.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    async with open_door(database_url) as opened:
        yield opened


async def customer_of(door: Door, month: int, **form: str) -> str:
    answer = await door.send(a_form(**form, travelMonth=f"2027-{month:02}"))
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["customer_id"]
    return found


async def merged(door: Door, kept: str, absorbed: str) -> str:
    async with door.api.resources.sessions.begin() as session:
        held = await hold_pair(session, Pair(kept, 1, absorbed, 1))
        return (await merge_customers(session, held, "tests")).id


async def test_an_enquiry_by_the_other_address_finds_who_stays(door: Door) -> None:
    kept = await customer_of(door, 1, name="Anna Sommer", email="anna@home.example")
    absorbed = await customer_of(door, 2, name="A. Sommer", email="anna@work.example", phone=PHONE)
    merge_id = await merged(door, kept, absorbed)
    assert await customer_of(door, 3, email="Anna@WORK.example") == kept
    assert await customer_of(door, 4, name="A.  sommer", email="a@x.example", phone=PHONE) == kept
    assert await customer_of(door, 5, name="Otto", email="o@x.example", phone=PHONE) != kept
    async with door.api.resources.sessions.begin() as session:
        now = await session.scalar(select(func.now()))
        assert now is not None
        await undo_merge(session, await hold_merge(session, merge_id), by="tests", now=now)
    assert await customer_of(door, 6, email="anna@work.example") == absorbed
    assert await customer_of(door, 7, email="anna@home.example") == kept


async def test_a_further_address_and_number_count_like_the_first(door: Door) -> None:
    anna = await customer_of(door, 1, name="Anna Sommer", email="anna@home.example")
    async with door.api.resources.sessions.begin() as session:
        for kind, compared in (("EMAIL", "anna@work.example"), ("PHONE", PHONE)):
            contact = CustomerContact(
                id=f"contact_{kind}",
                customer_id=anna,
                kind=kind,
                value=compared,
                compared=compared,
                created_by="tests",
            )
            session.add(contact)
    assert await customer_of(door, 2, name="Other", email="ANNA@work.example") == anna
    assert await customer_of(door, 3, name="anna sommer", email="n@x.example", phone=PHONE) == anna
    assert await customer_of(door, 4, name="Otto Sommer", email="o@x.example", phone=PHONE) != anna


async def test_an_enquiry_waits_while_its_customer_is_merged(door: Door) -> None:
    kept = await customer_of(door, 1, email="anna@home.example")
    absorbed = await customer_of(door, 2, email="anna@work.example")
    async with door.api.resources.sessions.begin() as session:
        held = await hold_pair(session, Pair(kept, 1, absorbed, 1))
        await merge_customers(session, held, "tests")
        coming = asyncio.ensure_future(customer_of(door, 3, email="anna@work.example"))
        async with door.api.resources.sessions() as other:
            while not await other.scalar(WAITING):  # noqa: ASYNC110 - Postgres rings no bell
                await asyncio.sleep(0.02)
        assert not coming.done()
    assert await coming == kept
    async with door.api.resources.sessions() as session:
        left = await session.scalar(
            select(func.count()).select_from(Booking).where(Booking.customer_id == absorbed)
        )
    assert left == 0


async def test_a_consent_names_the_policy_under_which_it_was_given(door: Door) -> None:
    form = a_form(email="anna@home.example")
    form["consent"] = {"email": True}
    assert (await door.send(form)).status_code == 201
    (record,) = await door.rows(ConsentRecord)
    assert (record.channel, record.granted, record.policy_version) == ("email", True, 1)
