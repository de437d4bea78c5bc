"""Notes, contacts and the timeline that they stand on."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from models.domain.booking_hash import booking_hash
from models.messages.ids import new_id
from models.store.notes import staff_of_usernames
from models.store.reminders import send_due_reminders
from models.tables.crm import BookingActivity, Staff, Task
from models.tables.integration import Message
from tests.support import office as factories
from tests.support.desk import Office, fields_of


async def let_marc_see_all(office: Office) -> None:
    """Marc has logged in as a manager before."""
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Staff).where(Staff.id == office.marc.id).values(roles=["atp_manager"])
        )


async def test_a_note_is_added_once_and_tells_whom_it_mentions(office: Office) -> None:
    await let_marc_see_all(office)
    path = f"/api/v1/bookings/{office.mine.id}/notes"
    note = {"body": "@Marc they want a river view. Ask amelie@marc.example, @linh and @nobody."}
    async with office.browser("linh") as browser:
        first = await browser.post(path, json=note, headers={"Idempotency-Key": "n"})
        again = await browser.post(path, json=note, headers={"Idempotency-Key": "n"})
        listed = (await browser.get(path)).json()
        lines = (await browser.get(f"/api/v1/bookings/{office.mine.id}/activities")).json()
    assert first.status_code == 201
    assert first.json() == again.json()
    assert [row["body"] for row in listed["items"]] == [note["body"]]
    assert set(listed["items"][0]["mentions"]) == {office.marc.id, office.linh.id}
    assert listed["items"][0]["author_name"] == "Linh Tran"
    assert [(line["type"], line["detail"]) for line in lines["items"]] == [
        ("NOTE_ADDED", note["body"])
    ]
    async with office.resources.sessions.begin() as session:
        (task,) = await session.scalars(select(Task))
        assert await send_due_reminders(session, 10) == 1
    assert (task.owner_id, task.created_by) == (office.marc.id, office.linh.id)


async def test_nobody_is_mentioned_who_cannot_open_the_booking(office: Office) -> None:
    path = f"/api/v1/bookings/{office.other.id}/notes"
    async with office.browser("marc") as browser:
        refused = await browser.post(path, json={"body": "@linh look"})
        listed = (await browser.get(path)).json()
    assert refused.status_code == 422
    assert "Linh Tran can't open this booking" in refused.json()["error"]
    assert listed["items"] == []


async def test_the_contracts_one_text_stays_beside_the_notes(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/notes"
    change = {"notes": "Prefers trains", "booking_hash": booking_hash(office.mine.id, 1)}
    async with office.browser("linh") as browser:
        added = await browser.post(path, json={"body": "A note of its own"})
        changed = await browser.patch(path, json=change)
    assert added.status_code == 201
    assert changed.json()["booking"]["notes"] == "Prefers trains"


async def test_notes_and_contacts_come_page_by_page(office: Office) -> None:
    address = f"/api/v1/bookings/{office.mine.id}"
    now = datetime.now(UTC)
    async with office.browser("linh") as browser:
        for number in range(5):
            await browser.post(f"{address}/notes", json={"body": f"Note {number}"})
            contact = {
                "kind": "CALL", "with_whom": "Amélie", "outcome": f"Call {number}",
                "happened_at": (now - timedelta(days=number)).isoformat(),
            }  # fmt: skip
            await browser.post(f"{address}/contacts", json=contact)
        for list_, member, expected in (
            ("notes", "body", [f"Note {number}" for number in (4, 3, 2, 1, 0)]),
            ("contacts", "outcome", [f"Call {number}" for number in range(5)]),
        ):
            found: list[str] = []
            before: str | None = ""
            while before is not None:
                query = {"page_size": "2", "before": str(before)}
                answer = (await browser.get(f"{address}/{list_}", params=query)).json()
                found += [item[member] for item in answer["items"]]
                before = answer["next"]
            assert found == expected
            wrong = await browser.get(f"{address}/{list_}?before=bmV2ZXJ8eA")
            assert wrong.status_code == 422


async def test_a_contact_says_when_with_whom_and_what_came_of_it(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/contacts"
    yesterday = datetime.now(UTC) - timedelta(days=1)
    contact = {
        "kind": "MEETING", "direction": "IN", "with_whom": "Amélie Laurent",
        "result": "REACHED", "outcome": "Trains, no flights", "happened_at": yesterday.isoformat(),
    }  # fmt: skip
    async with office.browser("linh") as browser:
        logged = await browser.post(path, json=contact, headers={"Idempotency-Key": "c"})
        again = await browser.post(path, json=contact, headers={"Idempotency-Key": "c"})
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        early = await browser.post(path, json={**contact, "happened_at": tomorrow})
        odd = await browser.post(path, json={**contact, "kind": "PIGEON"})
        (entry,) = (await browser.get(path)).json()["items"]
        (line,) = (
            await browser.get(f"/api/v1/bookings/{office.mine.id}/timeline?kind=contacts")
        ).json()["items"]
    assert logged.status_code == again.status_code == 201
    assert logged.json() == again.json()
    assert (early.status_code, odd.status_code) == (422, 422)
    assert {name: entry[name] for name in ("kind", "direction", "result", "with_whom")} == {
        "kind": "MEETING", "direction": "IN", "result": "REACHED", "with_whom": "Amélie Laurent",
    }  # fmt: skip
    assert entry["recorded_by_name"] == "Linh Tran"
    assert line["at"] == entry["happened_at"]
    assert line["detail"] == "Amélie Laurent: Trains, no flights"


async def test_what_is_written_about_others_bookings_is_unknown_to_staff(office: Office) -> None:
    async with office.browser("linh") as linh, office.browser("ana") as ana:
        for path in ("notes", "contacts", "timeline", "deadlines", "attachments"):
            foreign = await linh.get(f"/api/v1/bookings/{office.other.id}/{path}")
            reader = await ana.get(f"/api/v1/bookings/{office.other.id}/{path}")
            assert (foreign.status_code, reader.status_code) == (404, 200)
        written = {
            "kind": "CALL",
            "with_whom": "x",
            "outcome": "x",
            "happened_at": "2026-01-01T00:00Z",
        }
        for path, body in (("notes", {"body": "x"}), ("contacts", written)):
            foreign = await linh.post(f"/api/v1/bookings/{office.other.id}/{path}", json=body)
            reader = await ana.post(f"/api/v1/bookings/{office.other.id}/{path}", json=body)
            assert (foreign.status_code, reader.status_code) == (404, 403)


async def fill_timeline(office: Office) -> None:
    """Lines of every kind, and a message in each state of delivery."""
    await let_marc_see_all(office)
    address = f"/api/v1/bookings/{office.mine.id}"
    async with office.resources.sessions.begin() as session:
        await factories.accepted_trip(session, office.mine)
        for number, status in enumerate(("SENDING", "SENT", "BOUNCED", "FAILED", "WITHDRAWN")):
            message_id = new_id("msg")
            message = Message(
                id=message_id, booking_id=office.mine.id, dedupe_key=f"test:{number}",
                template="invoice", channel="EMAIL", recipient=office.mine.customer_id,
                to_address="amelie@example.org", subject_ref="x", subject=f"Letter {number}",
                status=status, sent_at=datetime.now(UTC) if status == "SENT" else None,
            )  # fmt: skip
            line = BookingActivity(
                id=new_id("act"), booking_id=office.mine.id, type="MESSAGE_SENT", actor="system",
                detail="Invoice, by e-mail to the customer", dedupe_key=message_id,
            )  # fmt: skip
            session.add_all([message, line])
        session.add_all(
            BookingActivity(
                id=new_id("act"), booking_id=office.mine.id, type=type_, actor=actor, detail="x"
            )
            for type_, actor in (("SLA_WARNING", "system"), ("MESSAGE_RECEIVED", "customer"))
        )
    async with office.browser("linh") as browser:
        await browser.post(f"{address}/notes", json={"body": "@marc a note"})
        await browser.post(f"{address}/tasks", json={"title": "A task"})


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        ("messages", {"MESSAGE_SENDING", "MESSAGE_SENT", "MESSAGE_BOUNCED", "MESSAGE_FAILED",
                      "MESSAGE_WITHDRAWN", "MESSAGE_DELIVERED", "MESSAGE_RECEIVED"}),
        ("notes", {"NOTE_ADDED"}),
        ("tasks", {"TASK_OPENED", "TASK_CREATED"}),
        ("decisions", {"STAFF_CHANGED", "QUOTE_SENT"}),
        ("facts", {"BOOKING_CREATED", "QUOTE_ACCEPTED"}),
        ("steps", {"SLA_WARNING"}),
        ("contacts", set()),
        ("files", set()),
    ],
)  # fmt: skip
async def test_the_timeline_can_be_asked_for_one_kind(
    office: Office, kind: str, types: set[str]
) -> None:
    await fill_timeline(office)
    async with office.browser("linh") as browser:
        address = f"/api/v1/bookings/{office.mine.id}/timeline"
        found = (await browser.get(address, params={"kind": kind})).json()["items"]
        both = (await browser.get(f"{address}?kind={kind}&kind=notes")).json()["items"]
        page = await browser.get(
            f"/backoffice/bookings/{office.mine.id}/timeline?kind={kind}",
            headers={"accept": "text/html"},
        )
        wrong = await browser.get(f"{address}?kind=gossip")
    assert {line["type"] for line in found} == types
    assert {line["kind"] for line in found} <= {kind}
    assert {line["type"] for line in both} == types | {"NOTE_ADDED"}
    shown = BeautifulSoup(page.text, "html.parser").select("ol.timeline > li")
    assert len(shown) == len(found)
    assert wrong.status_code == 422


async def test_a_message_stands_once_on_the_timeline_with_what_became_of_it(
    office: Office,
) -> None:
    await fill_timeline(office)
    async with office.browser("linh") as browser:
        path = f"/api/v1/bookings/{office.mine.id}/timeline?kind=messages"
        found = (await browser.get(path)).json()["items"]
    states = sorted(line["status"] for line in found if line["status"])
    assert states == ["BOUNCED", "DELIVERED", "FAILED", "SENDING", "SENT", "WITHDRAWN"]


async def test_the_whole_timeline_comes_page_by_page_without_gaps_or_repeats(
    office: Office,
) -> None:
    await fill_timeline(office)
    path = f"/api/v1/bookings/{office.mine.id}/timeline"
    async with office.browser("linh") as browser:
        whole = (await browser.get(path, params={"page_size": "100"})).json()
        ids: list[str] = []
        before: str | None = ""
        while before is not None:
            query = {"page_size": "3", "before": before}
            answer = (await browser.get(path, params=query)).json()
            ids += [line["id"] for line in answer["items"]]
            before = answer["next"]
    assert whole["next"] is None
    assert ids == [line["id"] for line in whole["items"]]
    assert len(set(ids)) == len(ids) > 10
    moments = [line["at"] for line in whole["items"]]
    assert moments == sorted(moments, reverse=True)


async def test_older_lines_are_read_without_javascript(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        session.add_all(
            BookingActivity(
                id=new_id("act"), booking_id=office.mine.id, type="CALL", actor="system",
                detail=f"Call {number}", created_at=factories.NOW - timedelta(minutes=number),
            )
            for number in range(40)
        )  # fmt: skip
    async with office.page("linh") as browser:
        first = await browser.get(f"/backoffice/bookings/{office.mine.id}")
        link = BeautifulSoup(first.text, "html.parser").select_one("#timeline a[rel=next]")
        assert link is not None
        second = await browser.get(str(link["href"]))
    assert "Call 29" in first.text
    assert "Call 30" not in first.text
    assert "Call 30" in second.text
    assert "Call 39" in second.text


async def test_notes_and_contacts_are_written_from_the_page(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        html = (await browser.get(address)).text
        note = fields_of(html, "/note")
        contact = fields_of(html, "/contacts") | {"outcome": "Will think about it"}
        contact |= {"kind": "CALL", "direction": "OUT", "result": "REACHED"}
        silent = await browser.post(f"{address}/note", data={**note, "body": " "})
        added = await browser.post(f"{address}/note", data={**note, "body": "A <b>bold</b> note"})
        future = {**contact, "happened_at": "2999-01-01T00:00"}
        early = await browser.post(f"{address}/contacts", data=future)
        logged = await browser.post(f"{address}/contacts", data=contact)
        page = (await browser.get(address)).text
    assert (silent.status_code, early.status_code) == (422, 422)
    assert (added.status_code, logged.status_code) == (303, 303)
    assert "A &lt;b&gt;bold&lt;/b&gt; note" in page
    assert "Will think about it" in page
    assert "2999-01-01T00:00" in early.text


async def test_user_names_are_found_without_case_and_only_of_active_staff(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Staff).where(Staff.id == office.linh.id).values(usernames=["Linh", "l.tran"])
        )
        await session.execute(update(Staff).where(Staff.id == office.marc.id).values(active=False))
        found = await staff_of_usernames(session, ["linh", "l.tran", "marc", "nobody"])
        none = await staff_of_usernames(session, [])
    assert {name: person.name for name, person in found.items()} == {
        "linh": "Linh Tran", "l.tran": "Linh Tran",
    }  # fmt: skip
    assert none == {}
