"""Sorting: filed, dismissed or made an enquiry once, by one person, with a trace and a way back."""

import asyncio
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.store.timeline import list_activities
from models.tables.audit import AuditEvent
from models.tables.crm import Booking, Task
from models.tables.inbound import InboundMessage, InboundSorting
from tests.support.desk import Office
from tests.support.inbound import arrive

PATH = "/api/v1/triage"


@pytest_asyncio.fixture
async def marc(office: Office) -> httpx2.AsyncClient:
    return office.browser("marc")


async def timeline(office: Office, booking: Booking) -> list[tuple[str, str]]:
    async with office.resources.sessions() as session:
        return [(one.type, one.detail) for one in await list_activities(session, booking.id)]


async def rows(office: Office, table: Any) -> list[Any]:
    async with office.resources.sessions() as session:
        return list(await session.scalars(select(table)))


def an_enquiry(inbound_id: str) -> dict[str, Any]:
    return {
        "channel": "email",
        "name": "Mai",
        "email": "mai@home.example",
        "destination": "Laos",
        "style": "Food",
        "travel_month": "2027-05",
        "duration": "9-12 days",
        "travelers": 2,
        "inbound_id": inbound_id,
    }


async def test_what_waits_is_listed_oldest_first_and_read_as_plain_text(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    first, second = (
        await arrive(office.resources.sessions, "one"),
        await arrive(office.resources.sessions, "two", subject="<b>x</b>"),
    )
    listed = (await marc.get(PATH)).json()
    assert [one["id"] for one in listed["items"]] == [first, second]
    assert (listed["total"], listed["total_pages"]) == (2, 1)
    assert listed["items"][0]["begins"] == "We are two. For ten days."
    paged = (await marc.get(PATH, params={"page_size": 1, "page": 2})).json()
    assert [one["id"] for one in paged["items"]] == [second]
    shown = (await marc.get(f"{PATH}/{first}")).json()
    assert shown["body"] == "We are two.\nFor ten days."
    assert (shown["reason"], shown["state"]) == ("UNKNOWN_SENDER", "WAITING")


async def test_a_filed_message_stands_on_the_timeline_with_a_task(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    filing = {"booking_id": office.mine.id, "revision": 1}
    answers = [await marc.post(f"{PATH}/{inbound_id}/filing", json=filing) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json()["booking_reference"] == office.mine.reference
    assert await timeline(office, office.mine) == [
        (
            "MESSAGE_RECEIVED",
            "E-mail from Mai <mai@home.example>: A journey\n\nWe are two.\nFor ten days.",
        )
    ]
    (task,) = await rows(office, Task)
    assert (task.owner_id, task.status) == (office.linh.id, "OPEN")
    (step,) = await rows(office, InboundSorting)
    assert (step.action, step.actor, step.booking_id) == (
        "FILED",
        office.marc.id,
        office.mine.id,
    )
    events = await rows(office, AuditEvent)
    assert [one.action for one in events] == ["MESSAGE_FILED"]


async def test_taking_back_removes_the_text_and_leaves_a_trace(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    await marc.post(f"{PATH}/{inbound_id}/filing", json={"booking_id": office.mine.id})
    back = [await marc.post(f"{PATH}/{inbound_id}/return", json={"revision": 2}) for _ in range(2)]
    assert [answer.status_code for answer in back] == [200, 200]
    assert (back[0].json()["state"], back[0].json()["booking_id"]) == ("WAITING", None)
    lines = await timeline(office, office.mine)
    assert [kind for kind, _ in lines] == ["MESSAGE_RECEIVED", "MESSAGE_MOVED"]
    assert not any("We are two" in detail for _, detail in lines)
    (task,) = await rows(office, Task)
    assert task.status == "WITHDRAWN"
    await marc.post(f"{PATH}/{inbound_id}/filing", json={"booking_id": office.mine.id})
    assert "We are two" in (await timeline(office, office.mine))[0][1]
    assert sorted(one.status for one in await rows(office, Task)) == ["OPEN", "WITHDRAWN"]


async def test_a_dismissal_has_a_reason_and_a_way_back(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    silent = await marc.post(f"{PATH}/{inbound_id}/dismissal", json={"reason": " "})
    dismissal = {"reason": "Advertising", "revision": 1}
    done = [await marc.post(f"{PATH}/{inbound_id}/dismissal", json=dismissal) for _ in range(2)]
    assert (silent.status_code, [answer.status_code for answer in done]) == (422, [200, 200])
    assert (await marc.get(PATH)).json()["total"] == 0
    sorted_ = (await marc.get(PATH, params={"show": "sorted"})).json()
    assert [one["state"] for one in sorted_["items"]] == ["DISMISSED"]
    await marc.post(f"{PATH}/{inbound_id}/return", json={})
    assert (await marc.get(PATH)).json()["total"] == 1
    assert [one.note for one in await rows(office, InboundSorting)] == ["Advertising", ""]


async def test_of_two_people_who_sort_at_once_one_is_told(office: Office) -> None:
    inbound_id = await arrive(office.resources.sessions)
    async with office.browser("marc") as marc:
        answers = await asyncio.gather(
            marc.post(f"{PATH}/{inbound_id}/filing", json={"booking_id": office.mine.id}),
            marc.post(f"{PATH}/{inbound_id}/filing", json={"booking_id": office.other.id}),
            marc.post(f"{PATH}/{inbound_id}/dismissal", json={"reason": "Spam"}),
            marc.post("/api/v1/bookings", json=an_enquiry(inbound_id)),
        )
    done = [answer for answer in answers if answer.status_code < 300]
    told = [answer for answer in answers if answer.status_code == 409]
    assert (len(done), len(told)) == (1, 3)
    assert {answer.json()["code"] for answer in told} == {"MESSAGE_ALREADY_SORTED"}
    assert len(await rows(office, InboundSorting)) == 1
    made = [one for one in await rows(office, Booking) if one.destination == "Laos"]
    assert len(made) == (1 if done[0].request.url.path == "/api/v1/bookings" else 0)


async def test_what_changed_since_it_was_seen_is_not_overwritten(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    await marc.post(f"{PATH}/{inbound_id}/dismissal", json={"reason": "Spam"})
    await marc.post(f"{PATH}/{inbound_id}/return", json={})
    stale = {"booking_id": office.mine.id, "revision": 1}
    answer = await marc.post(f"{PATH}/{inbound_id}/filing", json=stale)
    assert (answer.status_code, answer.json()["code"]) == (409, "MESSAGE_ALREADY_SORTED")


async def test_an_enquiry_is_made_from_a_message_once(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    answers = await asyncio.gather(
        *(marc.post("/api/v1/bookings", json=an_enquiry(inbound_id)) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    (booking_id,) = {answer.json()["booking"]["id"] for answer in answers}
    (message,) = await rows(office, InboundMessage)
    assert (message.state, message.booking_id) == ("FILED", booking_id)
    (step,) = await rows(office, InboundSorting)
    assert (step.action, step.booking_id) == ("ENQUIRY_MADE", booking_id)
    async with office.resources.sessions() as session:
        booking = await session.get_one(Booking, booking_id)
    assert [kind for kind, _ in await timeline(office, booking)] == [
        "BOOKING_CREATED",
        "MESSAGE_RECEIVED",
    ]


async def test_no_enquiry_is_made_from_what_somebody_sorted(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    await marc.post(f"{PATH}/{inbound_id}/filing", json={"booking_id": office.mine.id})
    answer = await marc.post("/api/v1/bookings", json=an_enquiry(inbound_id))
    assert (answer.status_code, answer.json()["code"]) == (409, "MESSAGE_ALREADY_SORTED")
    assert len(await rows(office, Booking)) == 2


async def test_unknown_messages_and_bookings_are_not_found(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    nowhere = {"booking_id": "booking_x"}
    answers = [
        await marc.get(f"{PATH}/inbound_x"),
        await marc.post(f"{PATH}/inbound_x/filing", json={"booking_id": office.mine.id}),
        await marc.post(f"{PATH}/inbound_x/dismissal", json={"reason": "x"}),
        await marc.post(f"{PATH}/inbound_x/return", json={}),
        await marc.post(f"{PATH}/{inbound_id}/filing", json=nowhere),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    waiting = await marc.post(f"{PATH}/{inbound_id}/return", json={})
    assert waiting.status_code == 409


@pytest.mark.parametrize("who", ["linh", "ana"])
async def test_messages_of_anybody_are_for_those_who_sort(office: Office, who: str) -> None:
    inbound_id = await arrive(office.resources.sessions)
    async with office.browser(who) as browser:
        answers = [
            await browser.get(PATH),
            await browser.get(f"{PATH}/{inbound_id}"),
            await browser.post(f"{PATH}/{inbound_id}/filing", json={"booking_id": office.mine.id}),
            await browser.post(f"{PATH}/{inbound_id}/dismissal", json={"reason": "x"}),
            await browser.post(f"{PATH}/{inbound_id}/return", json={}),
        ]
    assert [answer.status_code for answer in answers] == [403] * 5


async def test_the_trace_of_sorting_only_grows(office: Office, marc: httpx2.AsyncClient) -> None:
    inbound_id = await arrive(office.resources.sessions)
    await marc.post(f"{PATH}/{inbound_id}/dismissal", json={"reason": "Spam"})
    with pytest.raises(DBAPIError, match="append-only"):
        async with office.resources.sessions.begin() as session:
            await session.execute(text("UPDATE inbound_sortings SET note = ''"))
