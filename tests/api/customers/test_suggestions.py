"""Who may be one person: found by what is shared, suggested once, and staff decide."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from activities.relay.comparing import compare_new_customers
from models.store.comparing import next_newcomer, refresh_suggestions
from models.store.customer_editing import lock_customer
from models.store.merging import Pair, hold_pair
from models.tables.crm import Customer
from models.tables.customers import CustomerPassport, CustomerSuggestion
from tests.support import office as factories
from tests.support.desk import Office

API = "/api/v1"
PASSPORT = {
    "holder": "AMELIE LAURENT",
    "country": "FR",
    "number": "12AB34567",
    "expires_on": "2031-05-01",
}


async def newcomer(office: Office, name: str, email: str, **facts: Any) -> Customer:
    """A customer with a booking, who came long enough ago."""
    async with office.resources.sessions.begin() as session:
        facts = {"phone": None, "phone_e164": None, **facts}
        found = await factories.customer(session, name, email, **facts)
        await factories.booking(session, found)
    return found


async def sweep(office: Office, limit: int = 50) -> int:
    """As the relay does, a minute later."""
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Customer).values(created_at=Customer.created_at - timedelta(minutes=1))
        )
    return await compare_new_customers(office.resources.sessions, limit)


async def listed(office: Office) -> list[dict[str, Any]]:
    async with office.browser("marc") as browser:
        answer = await browser.get(f"{API}/customer-suggestions")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_family_phone_is_a_household_and_not_one_person(office: Office) -> None:
    other = await newcomer(office, "Hugo Laurent", "hugo@x.example", phone_e164="+33612345678")
    assert await sweep(office) == 3
    (found,) = await listed(office)
    assert (found["kind"], found["reasons"]) == ("SAME_HOUSEHOLD", ["SAME_PHONE"])
    assert {found["one"]["id"], found["other"]["id"]} == {office.customer.id, other.id}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Laurent Amelie", "SAME_NAME"),
        ("Amélie Laurant", "SIMILAR_NAME"),
        ("Amelie Marie Laurent", "SIMILAR_NAME"),
    ],
)
async def test_names_are_found_without_accents_and_despite_slips(
    office: Office, name: str, reason: str
) -> None:
    await newcomer(office, name, "someone@x.example")
    await sweep(office)
    (found,) = await listed(office)
    assert (found["kind"], found["reasons"]) == ("SAME_PERSON", [reason])


async def test_a_passport_tells_more_than_a_name(office: Office) -> None:
    bride = await newcomer(office, "Amelie Dubois", "bride@x.example")
    async with office.resources.sessions.begin() as session:
        for person, number in ((office.customer, "12AB34567"), (bride, "12 AB-34567")):
            passport = CustomerPassport(
                id=f"passport_{person.id}",
                customer_id=person.id,
                holder=person.name,
                country="FR",
                number=number,
                number_compared="12AB34567",
                expires_on=factories.DEPARTURE,
                created_by="tests",
            )
            await factories.add(session, passport)
    await newcomer(office, "Amélie Laurent", "third@x.example")
    await sweep(office)
    scores = [(one["reasons"], one["score"]) for one in await listed(office)]
    assert scores == [(["SAME_PASSPORT"], 95), (["SAME_NAME"], 45)]


async def test_only_what_is_new_is_compared_and_only_once(office: Office) -> None:
    await newcomer(office, "Amélie Laurent", "second@x.example")
    assert await sweep(office, limit=2) == 2
    assert await compare_new_customers(office.resources.sessions, 50) == 1
    assert await compare_new_customers(office.resources.sessions, 50) == 0
    assert len(await listed(office)) == 1


async def test_one_of_several_sweepers_works(office: Office) -> None:
    async with office.resources.sessions.begin() as first:
        await next_newcomer(first)
        assert await sweep(office) == 0
    assert await sweep(office) == 2


async def test_staff_need_not_wait_while_a_customer_is_compared(
    office: Office, twin: Customer
) -> None:
    one, other = sorted((office.customer.id, twin.id))
    async with office.resources.sessions.begin() as comparing:
        await refresh_suggestions(comparing, office.customer.id)
        async with asyncio.timeout(5), office.resources.sessions() as session:
            for person in (one, other):
                assert (await lock_customer(session, person)).id == person
            await hold_pair(session, Pair(one, 1, other, 1))
    assert len(await listed(office)) == 1


async def test_what_was_dismissed_is_not_suggested_again(office: Office) -> None:
    await newcomer(office, "Amélie Laurent", "second@x.example")
    await sweep(office)
    (found,) = await listed(office)
    path = f"{API}/customer-suggestions/{found['id']}/dismissal"
    async with office.browser("marc") as browser:
        for _ in range(2):
            assert (await browser.post(path)).status_code == 204
        unknown = await browser.post(f"{API}/customer-suggestions/match_x/dismissal")
    async with office.resources.sessions.begin() as session:
        await refresh_suggestions(session, office.customer.id)
    assert unknown.status_code == 404
    assert await listed(office) == []


async def test_a_suggestion_ends_when_nothing_speaks_for_it_any_more(office: Office) -> None:
    twin = await newcomer(office, "Amélie Laurent", "second@x.example")
    await sweep(office)
    async with office.browser("marc") as browser:
        change = {"revision": 1, "name": "Beatrix Moreau"}
        answer = await browser.patch(f"{API}/customers/{twin.id}", json=change)
    assert answer.status_code == 200, answer.text
    assert await listed(office) == []


async def test_a_name_of_many_is_no_reason(office: Office) -> None:
    for number in range(7):
        await newcomer(office, "Nguyen Van An", f"an{number}@x.example")
    await sweep(office)
    assert await listed(office) == []


async def test_who_resembles_many_is_suggested_with_the_likeliest(office: Office) -> None:
    for number in range(7):
        phone = "+84901234567"
        await newcomer(office, "Tran Thi Mai", f"mai{number}@x.example", phone_e164=phone)
    last = await newcomer(office, "Tran Thi Mai", "mai@x.example", phone_e164="+84901234567")
    async with office.resources.sessions.begin() as session:
        assert await refresh_suggestions(session, last.id) == 5
        kept = await session.scalar(select(func.count()).select_from(CustomerSuggestion))
    assert kept == 5


async def test_company_that_becomes_a_customer_travels_together(office: Office) -> None:
    async with office.browser("linh") as browser:
        path = f"{API}/customers/{office.customer.id}/companions"
        assert (await browser.post(path, json={"name": "Hugo Winter"})).status_code == 201
    await newcomer(office, "Hugo Winter", "hugo@x.example")
    await sweep(office)
    (found,) = await listed(office)
    assert (found["kind"], found["reasons"]) == ("SAME_HOUSEHOLD", ["TRAVEL_TOGETHER"])


@pytest.mark.parametrize(
    ("part", "body", "compared"),
    [
        ("", {"revision": 1, "name": "Amélie L."}, True),
        ("", {"revision": 1, "diet": "vegan", "tags": ["vip"], "country": "FR"}, False),
        ("contacts", {"kind": "PHONE", "value": "+84901234567"}, True),
        ("companions", {"name": "Hugo Winter"}, True),
        ("passports", PASSPORT, True),
        (
            "consents",
            {"channel": "sms", "purpose": "reviews", "granted": True, "source": "a call"},
            False,
        ),
    ],
)
async def test_customers_are_compared_again_when_what_is_compared_changed(
    office: Office, part: str, body: dict[str, Any], *, compared: bool
) -> None:
    statements: list[str] = []
    engine = office.resources.engine.sync_engine
    async with office.browser("linh") as browser:
        path = f"{API}/customers/{office.customer.id}"
        event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        method, address = ("POST", f"{path}/{part}") if part else ("PATCH", path)
        answer = await browser.request(method, address, json=body)
    assert answer.status_code in {200, 201}, answer.text
    assert any("customer_suggestions" in one for one in statements) is compared
