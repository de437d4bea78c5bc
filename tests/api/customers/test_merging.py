"""Two records of one person: a preview, a merge that keeps everything, and a way back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from sqlalchemy import select, update

from models.tables.audit import AuditEvent
from models.tables.crm import Booking, BookingActivity, Customer
from models.tables.customers import (
    CustomerChange,
    CustomerContact,
    CustomerMerge,
    CustomerSuggestion,
)
from tests.support import office as factories
from tests.support.desk import Office

API = "/api/v1"


def merge_path(kept: Customer) -> str:
    return f"{API}/customers/{kept.id}/merge"


def body(other: Customer, revision: int = 1, other_revision: int = 1) -> dict[str, Any]:
    return {"other_id": other.id, "revision": revision, "other_revision": other_revision}


async def merge(office: Office, kept: Customer, other: Customer, **more: int) -> httpx2.Response:
    async with office.browser("marc") as browser:
        return await browser.post(merge_path(kept), json=body(other, **more))


async def undo(office: Office, merge_id: str) -> httpx2.Response:
    async with office.browser("marc") as browser:
        return await browser.post(f"{API}/customer-merges/{merge_id}/undo")


async def snapshot(office: Office) -> dict[str, dict[str, Any]]:
    """Every customer as stored, but for what counts and dates their changes."""
    async with office.resources.sessions() as session:
        people = await session.scalars(select(Customer))
        left_out = {"revision", "updated_at"}
        names = [column.key for column in Customer.__table__.columns if column.key not in left_out]
        return {one.id: {name: getattr(one, name) for name in names} for one in people}


async def owners(office: Office) -> dict[str, str]:
    async with office.resources.sessions() as session:
        rows = await session.execute(select(Booking.id, Booking.customer_id))
        return {row.id: row.customer_id for row in rows}


async def test_a_preview_tells_what_would_move_and_changes_nothing(
    office: Office, twin: Customer
) -> None:
    before = await snapshot(office)
    async with office.browser("marc") as browser:
        path = f"{API}/customers/{office.customer.id}/merge-preview"
        found = (await browser.get(path, params={"other_id": twin.id})).json()
        itself = await browser.get(path, params={"other_id": office.customer.id})
        nobody = await browser.get(path, params={"other_id": "cust_x"})
    assert found["moving"] == {
        "bookings": 1,
        "consents": 0,
        "contacts": 0,
        "companions": 0,
        "passports": 0,
    }
    assert {one["name"] for one in found["filled"]} == {"diet", "tags"}
    assert {one["name"] for one in found["differing"]} == {"name", "email", "phone"}
    assert (itself.status_code, nobody.status_code) == (422, 404)
    assert await snapshot(office) == before


async def test_a_merge_moves_everything_fills_gaps_and_overwrites_nothing(
    office: Office, twin: Customer
) -> None:
    answer = await merge(office, office.customer, twin)
    assert answer.status_code == 200, answer.text
    assert answer.json()["can_undo"]
    assert set((await owners(office)).values()) == {office.customer.id, office.other.customer_id}
    after = await snapshot(office)
    kept, gone = after[office.customer.id], after[twin.id]
    assert (kept["name"], kept["email"], kept["phone_e164"]) == (
        "Amélie Laurent",
        "amelie@example.org",
        "+33612345678",
    )
    assert (kept["diet"], kept["tags"]) == ("vegan", ["vip"])
    assert (gone["name"], gone["email"], gone["merged_into_id"]) == (
        "Amelie Laurent",
        "amelie@work.example",
        office.customer.id,
    )
    async with office.resources.sessions() as session:
        further = set(await session.scalars(select(CustomerContact.compared)))
        lines = list(
            await session.scalars(
                select(BookingActivity).where(BookingActivity.type == "CUSTOMER_MERGED")
            )
        )
    assert further == {"amelie@work.example", "+33699999999"}
    assert [line.actor for line in lines] == [office.marc.id]


async def test_a_merged_record_leads_to_the_customer_who_stays(
    office: Office, twin: Customer
) -> None:
    await merge(office, office.customer, twin)
    async with office.browser("linh") as browser:
        shown = (await browser.get(f"{API}/customers/{twin.id}")).json()
        listed = (await browser.get(f"{API}/customers")).json()
        found = (await browser.get(f"{API}/customers", params={"search": "amelie@work"})).json()
        booking = (await browser.get(f"{API}/bookings?search=laos")).json()["items"][0]
        changes = (await browser.get(f"{API}/customers/{twin.id}/changes")).json()
    assert shown["customer"]["id"] == office.customer.id
    assert shown["profile"]["merged_records"] == [twin.id]
    assert [one["id"] for one in listed["items"]] == [office.customer.id]
    assert [one["id"] for one in found["items"]] == [office.customer.id]
    assert booking["customer_id"] == office.customer.id
    assert [one["kind"] for one in changes["items"]] == ["MERGED"]


async def test_taking_it_back_restores_both(office: Office, twin: Customer) -> None:
    people, bookings = await snapshot(office), await owners(office)
    merged = (await merge(office, office.customer, twin)).json()
    answer = await undo(office, merged["id"])
    again = await undo(office, merged["id"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["undone_at"]
    assert (again.status_code, again.json()["code"]) == (409, "MERGE_NOT_UNDOABLE")
    assert (await snapshot(office), await owners(office)) == (people, bookings)
    async with office.resources.sessions() as session:
        assert list(await session.scalars(select(CustomerContact))) == []
        actions = list(await session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions == ["CUSTOMERS_MERGED", "MERGE_UNDONE"]


async def test_what_was_edited_or_came_since_stays_when_it_is_taken_back(
    office: Office, twin: Customer
) -> None:
    merged = (await merge(office, office.customer, twin)).json()
    async with office.resources.sessions.begin() as session:
        later = await factories.booking(session, office.customer, staff_id=office.linh.id)
    async with office.browser("linh") as browser:
        change = {"revision": 2, "diet": "no fish"}
        path = f"{API}/customers/{office.customer.id}"
        assert (await browser.patch(path, json=change)).status_code == 200
    assert (await undo(office, merged["id"])).status_code == 200
    after = await snapshot(office)
    assert after[office.customer.id]["diet"] == "no fish"
    assert after[twin.id]["diet"] == "vegan"
    assert (await owners(office))[later.id] == office.customer.id


async def test_a_merge_is_taken_back_within_thirty_days(office: Office, twin: Customer) -> None:
    merged = (await merge(office, office.customer, twin)).json()
    async with office.resources.sessions.begin() as session:
        old = datetime.now(UTC) - timedelta(days=30, minutes=1)
        await session.execute(update(CustomerMerge).values(merged_at=old))
    answer = await undo(office, merged["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "MERGE_NOT_UNDOABLE")
    async with office.browser("marc") as browser:
        (listed,) = (await browser.get(f"{API}/customer-merges")).json()["items"]
    assert listed["can_undo"] is False


async def test_merges_of_merges_go_back_in_turn(office: Office, twin: Customer) -> None:
    people, bookings = await snapshot(office), await owners(office)
    async with office.resources.sessions() as session:
        stranger = await session.get_one(Customer, office.other.customer_id)
    first = (await merge(office, office.customer, twin)).json()
    second = (await merge(office, stranger, office.customer, other_revision=2)).json()
    assert set((await owners(office)).values()) == {stranger.id}
    async with office.browser("marc") as browser:
        led = (await browser.get(f"{API}/customers/{twin.id}")).json()
    assert led["customer"]["id"] == stranger.id
    assert (await undo(office, first["id"])).status_code == 409
    assert (await undo(office, second["id"])).status_code == 200
    assert (await undo(office, first["id"])).status_code == 200
    assert (await snapshot(office), await owners(office)) == (people, bookings)


async def test_a_customer_without_an_address_takes_the_others_and_gives_it_back(
    office: Office, twin: Customer
) -> None:
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Customer)
            .where(Customer.id == office.customer.id)
            .values(email=None, email_normalised=None)
        )
    people = await snapshot(office)
    merged = (await merge(office, office.customer, twin)).json()
    kept = (await snapshot(office))[office.customer.id]
    assert (kept["email"], kept["email_normalised"]) == ("amelie@work.example",) * 2
    assert (await undo(office, merged["id"])).status_code == 200
    assert await snapshot(office) == people


async def test_it_can_not_be_taken_back_while_the_address_is_in_use(
    office: Office, twin: Customer
) -> None:
    merged = (await merge(office, office.customer, twin)).json()
    async with office.browser("linh") as browser:
        change = {"revision": 2, "email": "amelie@work.example"}
        path = f"{API}/customers/{office.customer.id}"
        assert (await browser.patch(path, json=change)).status_code == 200
    before = await snapshot(office)
    answer = await undo(office, merged["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "MERGE_NOT_UNDOABLE")
    assert await snapshot(office) == before


async def test_a_merge_is_refused_when_either_was_changed_since(
    office: Office, twin: Customer
) -> None:
    stale = await merge(office, office.customer, twin, other_revision=2)
    assert (stale.status_code, stale.json()["code"]) == (409, "CUSTOMER_CHANGED")
    assert (await merge(office, office.customer, office.customer)).status_code == 422


async def test_the_same_command_merges_once(office: Office, twin: Customer) -> None:
    async with office.browser("marc") as browser:
        headers = {"Idempotency-Key": "once"}
        answers = [
            await browser.post(merge_path(office.customer), json=body(twin), headers=headers)
            for _ in range(2)
        ]
    assert answers[0].json() == answers[1].json()
    async with office.resources.sessions() as session:
        assert len(list(await session.scalars(select(CustomerMerge)))) == 1


async def test_the_same_command_twice_at_once_merges_and_parts_once(
    office: Office, twin: Customer
) -> None:
    path = merge_path(office.customer)
    merged = await twice_at_once(office, path, json=body(twin))
    undone = await twice_at_once(office, f"{API}/customer-merges/{merged['id']}/undo")
    assert undone["undone_at"]
    async with office.resources.sessions() as session:
        assert len(list(await session.scalars(select(CustomerMerge)))) == 1
        traces = await session.scalars(
            select(CustomerChange.kind)
            .where(CustomerChange.command_key.is_not(None))
            .order_by(CustomerChange.created_at)
        )
    assert list(traces) == ["MERGED", "MERGE_UNDONE"]


async def twice_at_once(office: Office, path: str, **request: Any) -> dict[str, Any]:
    """Two requests of one command that overlap; both get the answer that is returned."""
    headers = {"Idempotency-Key": path}
    async with office.browser("marc") as browser:
        first, second = await asyncio.gather(
            *(browser.post(path, headers=headers, **request) for _ in range(2))
        )
    assert (first.status_code, second.status_code) == (200, 200), (first.text, second.text)
    answer: dict[str, Any] = first.json()
    assert second.json() == answer
    return answer


async def test_of_two_who_merge_at_once_in_both_directions_one_does(
    office: Office, twin: Customer
) -> None:
    people = await snapshot(office)
    answers = await asyncio.gather(
        merge(office, office.customer, twin), merge(office, twin, office.customer)
    )
    done = [one for one in answers if one.status_code == 200]
    refused = [one for one in answers if one.status_code == 409]
    assert (len(done), len(refused)) == (1, 1), [one.text for one in answers]
    assert refused[0].json()["code"] in {"CUSTOMERS_MERGED", "CUSTOMER_CHANGED"}
    kept = done[0].json()["kept_id"]
    assert set((await owners(office)).values()) == {kept, office.other.customer_id}
    assert (await undo(office, done[0].json()["id"])).status_code == 200
    assert await snapshot(office) == people


async def test_a_merge_and_its_undo_settle_the_suggestion(office: Office, twin: Customer) -> None:
    one, other = sorted((office.customer.id, twin.id))
    suggestion = CustomerSuggestion(
        id="match_1", one_id=one, other_id=other, kind="SAME_PERSON", score=45, reasons=[]
    )
    async with office.resources.sessions.begin() as session:
        await factories.add(session, suggestion)
    merged = (await merge(office, office.customer, twin)).json()
    async with office.resources.sessions() as session:
        assert await session.scalar(select(CustomerSuggestion.state)) == "FOLLOWED"
    await undo(office, merged["id"])
    async with office.resources.sessions() as session:
        assert await session.scalar(select(CustomerSuggestion.state)) == "DISMISSED"


async def test_only_managers_merge(office: Office, twin: Customer) -> None:
    for who in ("linh", "ana"):
        async with office.browser(who) as browser:
            answers = [
                await browser.post(merge_path(office.customer), json=body(twin)),
                await browser.get(f"{API}/customer-suggestions"),
                await browser.get(f"{API}/customer-merges"),
                await browser.post(f"{API}/customer-merges/merge_x/undo"),
            ]
        assert {one.status_code for one in answers} == {403}
    assert (await undo(office, "merge_x")).status_code == 404
