"""A customer's profile: all that is known, for those who may know it, and every change traced."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import event, select

from models.tables.audit import AuditEvent
from models.tables.crm import ConsentRecord, Customer
from models.tables.customers import CustomerChange, CustomerPassport
from tests.support import office as factories
from tests.support.desk import Office

PASSPORT = {
    "holder": "AMELIE LAURENT",
    "country": "FR",
    "number": "12 AB-34567",
    "expires_on": "2031-05-01",
}


def path_of(office: Office, *more: str) -> str:
    return "/".join(("/api/v1/customers", office.customer.id, *more))


async def profile(browser: httpx2.AsyncClient, office: Office) -> dict[str, Any]:
    answer = await browser.get(path_of(office))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["profile"]
    return found


async def changes(office: Office) -> list[CustomerChange]:
    async with office.resources.sessions() as session:
        return list(await session.scalars(select(CustomerChange).order_by(CustomerChange.id)))


async def test_the_contracts_fields_stand_beside_the_profile(office: Office) -> None:
    async with office.browser("linh") as browser:
        body = (await browser.get(path_of(office))).json()
    assert body["customer"].keys() == {
        *("id", "name", "email", "phone", "language", "tags", "created_at", "updated_at")
    }
    assert [one["id"] for one in body["bookings"]] == [office.mine.id]
    assert body["profile"]["revision"] == 1


async def test_a_profile_tells_money_quotes_trips_and_consents(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await factories.accepted_trip(session, office.mine)
        booking = await session.get_one(type(office.mine), office.mine.id)
        booking.trip_status = "COMPLETED"
    async with office.browser("linh") as browser:
        found = await profile(browser, office)
    assert found["spend"] == [{"currency": "USD", "paid_minor": 74_100, "held_minor": 0}]
    assert {(one["version"], one["status"]) for one in found["quotes"]} == {
        (1, "ACCEPTED"),
        (2, "DRAFT"),
    }
    assert found["past_trips"] == [office.mine.id]
    (consent,) = found["consents"]
    assert (consent["purpose"], consent["granted"], consent["earlier"]) == ("marketing", True, [])


async def test_a_profile_takes_the_same_number_of_queries_whatever_hangs_on_it(
    office: Office,
) -> None:
    statements: list[str] = []
    engine = office.resources.engine.sync_engine
    async with office.browser("linh") as browser:
        await profile(browser, office)
        event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        await profile(browser, office)
        few = len(statements)
        async with office.resources.sessions.begin() as session:
            for serial in ("900003", "900004"):
                booking = await factories.booking(session, office.customer, staff_id=office.linh.id)
                await factories.accepted_trip(session, booking, serial=serial)
        statements.clear()
        await profile(browser, office)
    assert len(statements) == few


async def test_facts_change_with_a_trace_and_only_as_they_were_seen(office: Office) -> None:
    wanted = {
        "revision": 1,
        "country": "fr",
        "preferred_channel": "WHATSAPP",
        "diet": "vegan",
        "rooms": "quiet, high up",
        "interests": ["trains", "tea", "trains"],
        "tags": ["repeat"],
    }
    async with office.browser("linh") as browser:
        changed = await browser.patch(path_of(office), json=wanted)
        again = await browser.patch(path_of(office), json=wanted)
        listed = (await browser.get(path_of(office, "changes"))).json()
    body = changed.json()
    assert changed.status_code == 200, changed.text
    assert body["profile"]["preferences"] == {
        "diet": "vegan",
        "rooms": "quiet, high up",
        "interests": ["trains", "tea"],
    }
    assert (body["profile"]["country"], body["customer"]["tags"]) == ("FR", ["repeat"])
    assert (again.status_code, again.json()["code"]) == (409, "CUSTOMER_CHANGED")
    assert listed["total"] == 1
    assert listed["items"][0]["actor"] == "Linh Tran"
    assert listed["items"][0]["before"]["diet"] == ""


async def test_the_same_command_changes_once(office: Office) -> None:
    wanted = {"revision": 1, "name": "Amélie L."}
    async with office.browser("linh") as browser:
        for _ in range(2):
            headers = {"Idempotency-Key": "once"}
            answer = await browser.patch(path_of(office), json=wanted, headers=headers)
            assert answer.status_code == 200, answer.text
    assert len(await changes(office)) == 1


async def test_the_same_command_twice_at_once_changes_once(office: Office) -> None:
    wanted = {"revision": 1, "name": "Amélie L."}
    headers = {"Idempotency-Key": "once"}
    async with office.browser("linh") as browser:
        first, second = await asyncio.gather(
            *(browser.patch(path_of(office), json=wanted, headers=headers) for _ in range(2))
        )
    assert (first.status_code, second.status_code) == (200, 200), (first.text, second.text)
    assert first.json() == second.json()
    assert [one.kind for one in await changes(office)] == ["EDITED"]


async def test_an_address_of_somebody_else_is_refused(office: Office) -> None:
    wanted = {"revision": 1, "email": "JONAS@example.org"}
    async with office.browser("linh") as browser:
        answer = await browser.patch(path_of(office), json=wanted)
        contact = {"kind": "EMAIL", "value": "jonas@EXAMPLE.org"}
        further = await browser.post(path_of(office, "contacts"), json=contact)
    for one in (answer, further):
        assert (one.status_code, one.json()["code"]) == (409, "CONTACT_TAKEN")
    assert await changes(office) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"phone": "12"},
        {"country": "France"},
        {"country": "ZZ"},
        {"preferred_channel": "PIGEON"},
        {"name": ""},
        {"diet": "a\u0000b"},
        {"email": None, "phone": None},
    ],
)
async def test_what_can_not_be_read_is_refused(office: Office, wrong: dict[str, Any]) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.patch(path_of(office), json={"revision": 1, **wrong})
    assert answer.status_code == 422, answer.text
    assert await changes(office) == []


async def test_a_further_address_changes_places_with_the_first(office: Office) -> None:
    contact = {"kind": "EMAIL", "value": "Amelie@Work.example"}
    async with office.browser("linh") as browser:
        added = await browser.post(path_of(office, "contacts"), json=contact)
        wanted = {"revision": 2, "email": "amelie@work.example"}
        answer = await browser.patch(path_of(office), json=wanted)
        found = await profile(browser, office)
    assert added.status_code == 201, added.text
    assert answer.json()["customer"]["email"] == "amelie@work.example"
    assert [one["value"] for one in found["contacts"]] == ["amelie@example.org"]


async def test_contacts_and_companions_come_and_go_with_a_trace(office: Office) -> None:
    phone = {"kind": "PHONE", "value": "+84 90 123 45 67"}
    son = {"name": "Hugo Laurent", "relation": "son", "born_on": "2015-02-03", "diet": "no nuts"}
    async with office.browser("linh") as browser:
        contact = (await browser.post(path_of(office, "contacts"), json=phone)).json()["id"]
        double = await browser.post(path_of(office, "contacts"), json=phone)
        companion = (await browser.post(path_of(office, "companions"), json=son)).json()["id"]
        known = await profile(browser, office)
        for part in (f"contacts/{contact}", f"companions/{companion}"):
            assert (await browser.post(path_of(office, part, "removal"))).status_code == 200
            assert (await browser.post(path_of(office, part, "removal"))).status_code == 404
        gone = await profile(browser, office)
    assert double.status_code == 422
    assert known["companions"] == [{"id": companion, **son}]
    assert (gone["contacts"], gone["companions"]) == ([], [])
    traced = await changes(office)
    assert [one.kind for one in traced] == [
        *("CONTACT_ADDED", "COMPANION_ADDED", "CONTACT_REMOVED", "COMPANION_REMOVED")
    ]
    assert [one.before for one in traced[2:]] == [{"PHONE": phone["value"]}, son]


async def test_a_passport_is_never_overwritten_and_its_number_stands_nowhere_else(
    office: Office,
) -> None:
    async with office.browser("linh") as browser:
        path = path_of(office, "passports")
        added = (await browser.post(path, json=PASSPORT)).json()["id"]
        newer = {**PASSPORT, "number": "99ZZ00001"}
        assert (await browser.post(path, json=newer)).status_code == 201
        assert (await browser.post(f"{path}/{added}/end")).status_code == 200
        assert (await browser.post(f"{path}/{added}/end")).status_code == 404
        short = await browser.post(path, json={**PASSPORT, "number": "1-2-3"})
        shown = (await browser.get(path_of(office))).text
        read = (await browser.get(path)).json()
    assert short.status_code == 422
    assert "99ZZ00001" not in shown
    assert [one["number"] for one in read["items"]] == ["99ZZ00001"]
    async with office.resources.sessions() as session:
        kept = list(await session.scalars(select(CustomerPassport)))
        audit = list(await session.scalars(select(AuditEvent)))
    assert len(kept) == 2
    told = f"{[(one.before, one.after) for one in audit]}"
    told += f"{[(one.before, one.after) for one in await changes(office)]}"
    assert "34567" not in told
    assert "00001" not in told
    assert [one.action for one in audit].count("PASSPORTS_READ") == 1


@pytest.mark.parametrize("code", ["ZZ", "EU", "XA", "UK", "F", ""])
async def test_what_is_no_country_issues_no_passport_and_it_is_said_what_to_write(
    office: Office, code: str
) -> None:
    async with office.browser("linh") as browser:
        path = path_of(office, "passports")
        refused = await browser.post(path, json=PASSPORT | {"country": code})
        taken = await browser.post(path, json=PASSPORT | {"country": "xk"})
        kept = (await browser.get(path)).json()["items"]
    assert (refused.status_code, taken.status_code) == (422, 201)
    assert "ISO code of two letters, such as FR" in refused.json()["error"]
    assert [one["country"] for one in kept] == ["XK"]


async def test_only_who_may_see_passports_sees_them(office: Office) -> None:
    async with office.browser("linh") as browser:
        await browser.post(path_of(office, "passports"), json=PASSPORT)
        own = await profile(browser, office)
    async with office.browser("ana") as browser:
        accountant = await profile(browser, office)
        refused = await browser.get(path_of(office, "passports"))
        adding = await browser.post(path_of(office, "passports"), json=PASSPORT)
    assert [one["number_end"] for one in own["passports"]] == ["…567"]
    assert accountant["passports"] == []
    assert (refused.status_code, adding.status_code) == (403, 403)


async def test_changes_of_passports_are_told_to_those_alone_who_may_see_passports(
    office: Office,
) -> None:
    async with office.browser("linh") as browser:
        path = path_of(office, "passports")
        added = (await browser.post(path, json=PASSPORT)).json()["id"]
        await browser.post(f"{path}/{added}/end")
        await browser.patch(path_of(office), json={"revision": 3, "diet": "vegan"})
        own = (await browser.get(path_of(office, "changes"))).json()
    async with office.browser("ana") as browser:
        accountant = (await browser.get(path_of(office, "changes"))).json()
        paged = (await browser.get(path_of(office, "changes"), params={"page_size": 1})).json()
    kinds = ["EDITED", "PASSPORT_ENDED", "PASSPORT_ADDED"]
    assert ([one["kind"] for one in own["items"]], own["total"]) == (kinds, 3)
    assert ([one["kind"] for one in accountant["items"]], accountant["total"]) == (["EDITED"], 1)
    assert ([one["kind"] for one in paged["items"]], paged["total_pages"]) == (["EDITED"], 1)


async def test_a_household_names_those_whom_the_reader_may_see(office: Office) -> None:
    stranger = office.other.customer_id
    async with office.browser("linh") as browser:
        hidden = await browser.post(path_of(office, "household"), json={"customer_id": stranger})
    async with office.browser("marc") as browser:
        joined = await browser.post(path_of(office, "household"), json={"customer_id": stranger})
        self_made = await browser.post(
            path_of(office, "household"), json={"customer_id": office.customer.id}
        )
    async with office.browser("linh") as browser:
        confined = await profile(browser, office)
        left = await browser.post(path_of(office, "household/leaving"))
        twice = await browser.post(path_of(office, "household/leaving"))
    assert hidden.status_code == 404
    assert [one["name"] for one in joined.json()["profile"]["household"]] == ["Jonas Weber"]
    assert confined["household"] == []
    assert (self_made.status_code, left.status_code, twice.status_code) == (422, 200, 422)


async def test_whoever_gets_a_household_by_another_is_changed_and_traced_too(
    office: Office,
) -> None:
    other, key = office.other.customer_id, {"Idempotency-Key": "once"}
    async with office.browser("marc") as browser:
        for _ in range(2):
            wanted = {"customer_id": other}
            joined = await browser.post(path_of(office, "household"), json=wanted, headers=key)
            assert joined.status_code == 200, joined.text
        await browser.post(path_of(office, "household/leaving"))
        again = await browser.post(path_of(office, "household"), json={"customer_id": other})
        assert again.status_code == 200, again.text
    async with office.resources.sessions() as session:
        person = await session.get_one(Customer, other)
        audit = list(await session.scalars(select(AuditEvent.subject)))
    traced = [one for one in await changes(office) if one.customer_id == other]
    household = {"household": person.household_id, "id": person.household_id}
    assert [one.after for one in traced] == [{**household, "with": office.customer.id}]
    assert ([one.kind for one in traced], person.revision) == (["HOUSEHOLD_JOINED"], 2)
    assert sorted(audit) == sorted([other, *[office.customer.id] * 3])


async def test_consents_are_only_added_to_and_the_last_word_counts(office: Office) -> None:
    path = path_of(office, "consents")
    said = {"channel": "email", "purpose": "marketing", "granted": True, "source": "call"}
    async with office.browser("linh") as browser:
        for granted in (True, False):
            answer = await browser.post(path, json={**said, "granted": granted})
            assert answer.status_code == 201, answer.text
        (state,) = (await profile(browser, office))["consents"]
    assert (state["granted"], state["policy_version"], state["source"]) == (False, 1, "call")
    assert [one["granted"] for one in state["earlier"]] == [True]
    assert state["recorded_at"] > state["earlier"][0]["recorded_at"]
    async with office.resources.sessions() as session:
        assert len(list(await session.scalars(select(ConsentRecord)))) == 2


async def test_staff_reach_only_customers_of_their_own_bookings(office: Office) -> None:
    other = f"/api/v1/customers/{office.other.customer_id}"
    async with office.browser("linh") as browser:
        answers = [
            await browser.get(other),
            await browser.get(f"{other}/changes"),
            await browser.get(f"{other}/passports"),
            await browser.patch(other, json={"revision": 1, "diet": "x"}),
            await browser.post(f"{other}/passports", json=PASSPORT),
        ]
    assert {one.status_code for one in answers} == {404}
    async with office.resources.sessions() as session:
        person = await session.get_one(Customer, office.other.customer_id)
    assert (person.diet, person.revision) == ("", 1)
