"""The six faults of the backend that this one replaces: each test fails on the old behaviour."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import update

from activities.composing import compose
from activities.relay.comparing import compare_new_customers
from models.messages.ids import BookingId
from models.messages.messaging import SendMessage, Template
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, BookingActivity, Customer
from models.tables.integration import OutboxRow
from tests.contract.bookings import PATH, a_booking, seen
from tests.support.api import Api, open_api
from tests.support.cluster import Cluster
from tests.support.desk import Office
from tests.support.enquiries import Door, a_form, open_door, together

KEYS = 12
INVOICE = {"items": [{"description": "Deposit", "quantity": 1, "unit_amount_cents": 50_000}]}


async def age(door: Door, booking_id: str, by: timedelta) -> None:
    """Lets a booking have come in earlier."""
    async with door.api.resources.sessions.begin() as session:
        statement = update(Booking).where(Booking.id == booking_id)
        await session.execute(statement.values(created_at=Booking.created_at - by))


# 1. A retry after a lost reply made a second booking (key drawn per click).


async def test_a_retry_under_a_new_key_is_the_first_booking(door: Door) -> None:
    form = a_form(notes="Please call in the evening")
    before = await door.count(Booking)
    first = await door.send(form)
    again = await door.send(form)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["booking_id"] == first.json()["booking_id"]
    assert await door.count(Booking) == before + 1


async def test_clicks_at_once_each_with_its_own_key_are_one_booking(door: Door) -> None:
    form = a_form()
    before = await door.count(Booking), await door.count(OutboxRow)
    answers = await together(*(door.send(form) for _ in range(KEYS)))
    assert sorted(answer.status_code for answer in answers) == [200] * (KEYS - 1) + [201]
    assert len({answer.json()["booking_id"] for answer in answers}) == 1
    assert (await door.count(Booking), await door.count(OutboxRow)) == (
        before[0] + 1,
        before[1] + 1,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"destination": "Laos"},
        {"travelMonth": "2028-02"},
        {"style": "Beach"},
        {"duration": "17+ days"},
        {"travelers": "5"},
        {"budget": "$2,200+ / week"},
        {"notes": "A second trip, for my parents"},
    ],
)
async def test_a_second_trip_of_the_same_person_is_not_swallowed(
    door: Door, change: dict[str, str]
) -> None:
    form = a_form()
    first = await door.send(form)
    second = await door.send(form | change)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["booking_id"] != first.json()["booking_id"]
    assert second.json()["customer_id"] == first.json()["customer_id"]


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 201)])
async def test_the_window_is_10_minutes(door: Door, minutes: int, status: int) -> None:
    form = a_form()
    first = (await door.send(form)).json()["booking_id"]
    await age(door, first, timedelta(minutes=minutes))
    again = await door.send(form)
    assert again.status_code == status
    assert (again.json()["booking_id"] == first) is (status == 200)


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 201)])
async def test_the_window_is_the_policys(door: Door, minutes: int, status: int) -> None:
    campaign = f"patient-{minutes}"
    async with door.api.resources.sessions.begin() as session:
        body = {"duplicate_window_minutes": 30}
        version = PolicyVersion(
            version=100 + minutes, campaign=campaign, body=body, created_by="tests"
        )
        session.add(version)
    door.api.resources.terms._stale_at = 0.0
    form = a_form(utm_campaign=campaign)
    first = (await door.send(form)).json()["booking_id"]
    await age(door, first, timedelta(minutes=minutes))
    assert (await door.send(form)).status_code == status


# 2. A fuzzy name match overwrote another person's e-mail and phone.


async def contact_of(office: Office, customer_id: str) -> tuple[str | None, ...]:
    async with office.resources.sessions() as session:
        one = await session.get_one(Customer, customer_id)
    return one.name, one.email, one.phone, one.phone_e164


async def enquire(office: Office, **facts: str) -> dict[str, Any]:
    async with office.browser("a visitor") as visitor:
        answer = await visitor.post("/public/v1/bookings", json=a_form(**facts))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_like_name_is_another_person_and_only_a_suggestion_to_staff(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    first = await enquire(
        office, name="Bérénice Vallotton", email="b.v@home.example", phone="+33 6 11 22 33 44"
    )
    kept = await contact_of(office, first["customer_id"])
    second = await enquire(
        office, name="Berenice Valloton", email="berenice@else.example", phone="+41 79 123 45 67"
    )
    assert second["deduplicated"] is False
    assert second["customer_id"] != first["customer_id"]
    assert await contact_of(office, first["customer_id"]) == kept
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Customer).values(created_at=Customer.created_at - timedelta(minutes=5))
        )
    await compare_new_customers(office.resources.sessions, 50)
    listed = (await marc.get("/api/v1/customer-suggestions")).json()["items"]
    pairs = [{one["one"]["id"], one["other"]["id"]} for one in listed]
    assert {first["customer_id"], second["customer_id"]} in pairs


async def test_email_and_phone_match_exactly_when_normalised_and_overwrite_nothing(
    office: Office,
) -> None:
    first = await enquire(
        office, name="Jürgen Groß", email="J.Gross@Home.example", phone="+49 151 1112223"
    )
    kept = await contact_of(office, first["customer_id"])
    assert kept[3] == "+491511112223"
    by_email = await enquire(
        office,
        name="J. G.",
        email="j.gross@home.EXAMPLE",
        phone="+49 151 9999999",
        travelMonth="2028-03",
    )
    by_phone = await enquire(
        office, name="Jürgen Groß", email="juergen@work.example", phone="0049 (151) 111-2223"
    )
    other = await enquire(
        office, name="Jürgen Groß", email="jgross@home.example", phone="+49 151 1112224"
    )
    for told in (by_email, by_phone):
        assert (told["deduplicated"], told["customer_id"]) == (True, first["customer_id"])
    assert other["customer_id"] != first["customer_id"]
    assert await contact_of(office, first["customer_id"]) == kept


async def test_a_merge_is_a_decision_of_staff_that_can_be_undone(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    first = await enquire(office, name="Noor Bakker", email="noor@home.example")
    second = await enquire(office, name="Noor Bakker", email="noor@work.example")
    ids = (first["customer_id"], second["customer_id"])
    kept = [await contact_of(office, one) for one in ids]
    wanted = {"other_id": ids[1], "revision": 1, "other_revision": 1}
    merged = await marc.post(f"/api/v1/customers/{ids[0]}/merge", json=wanted)
    assert merged.status_code == 200, merged.text
    together_now = (await marc.get(f"/api/v1/customers/{ids[0]}")).json()
    assert len(together_now["bookings"]) == 2
    merge_id = (await marc.get("/api/v1/customer-merges")).json()["items"][0]["id"]
    undone = await marc.post(f"/api/v1/customer-merges/{merge_id}/undo")
    assert undone.status_code == 200, undone.text
    assert [await contact_of(office, one) for one in ids] == kept
    for told in (first, second):
        shown = (await marc.get(f"/api/v1/customers/{told['customer_id']}")).json()
        assert [one["id"] for one in shown["bookings"]] == [told["booking_id"]]


# 3. Two bookings at once lost one of them.


@pytest_asyncio.fixture(scope="module")
async def two_processes(door: Door) -> AsyncIterator[list[Api]]:
    """Two APIs on one database, each with connections of its own."""
    async with AsyncExitStack() as closing:
        second = await closing.enter_async_context(open_api(door.api.settings))
        yield [door.api, second]


async def test_bookings_at_once_are_all_kept(door: Door, two_processes: list[Api]) -> None:
    before = await door.count(Booking)
    async with AsyncExitStack() as closing:
        clients = [await closing.enter_async_context(api.client()) for api in two_processes]
        answers = await together(
            *(
                clients[number % 2].post("/public/v1/bookings", json=a_form())
                for number in range(40)
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    told = {answer.json()["booking_id"] for answer in answers}
    assert len(told) == 40
    assert told <= {row.id for row in await door.rows(Booking)}
    assert told <= {row.booking_id for row in await door.rows(BookingActivity)}
    assert told <= {row.workflow_id for row in await door.rows(OutboxRow)}
    assert await door.count(Booking) == before + 40


async def test_trips_of_one_person_at_once_are_all_kept_with_one_customer(
    two_processes: list[Api],
) -> None:
    form = a_form()
    async with AsyncExitStack() as closing:
        clients = [await closing.enter_async_context(api.client()) for api in two_processes]
        answers = await together(
            *(
                clients[month % 2].post(
                    "/public/v1/bookings", json=form | {"travelMonth": f"2029-{month:02}"}
                )
                for month in range(1, 13)
            )
        )
    assert len({answer.json()["booking_id"] for answer in answers}) == 12
    assert len({answer.json()["customer_id"] for answer in answers}) == 1


# 4. The accountant could write everything.


async def test_the_accountant_reads_every_booking_and_changes_the_stage_only(
    office: Office,
) -> None:
    booking = await a_booking(office, started=True, staff_id=office.linh.id)
    path, hashed = f"{PATH}/{booking.id}", {"booking_hash": seen(booking)}
    writing: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", f"{path}/owner", {"owner_id": office.marc.id, **hashed}),
        ("PATCH", f"{path}/notes", {"notes": "x", **hashed}),
        ("POST", f"{path}/activities", {"type": "CALL", "detail": "x"}),
        ("POST", f"{path}/invoices", INVOICE),
        ("PATCH", f"{path}/invoices/inv_x", {"title": "x"}),
        ("POST", "/api/v1/staff", {"name": "x"}),
        ("POST", "/api/v1/tours", {"title": "x"}),
        ("PATCH", "/api/v1/tours/tour_x", {"title": "x"}),
        ("POST", "/api/v1/tours/tour_x/image", {"filename": "x", "data_base64": "x"}),
    ]
    async with office.browser("ana") as ana:
        for part in ("", "/activities", "/invoices"):
            assert (await ana.get(path + part)).status_code == 200
        found = (await ana.get(PATH, params={"search": booking.reference})).json()
        assert [one["id"] for one in found["items"]] == [booking.id]
        for method, address, body in writing:
            refused = await ana.request(method, address, json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN"), address
        assert await office.asked(booking.id) == []
        allowed = await ana.patch(f"{path}/stage", json={"stage": "PAYMENT_RECEIVED", **hashed})
    assert allowed.status_code == 200
    assert len(await office.asked(booking.id)) == 1


# 5. The invoice's vat_percentage was dropped.


@pytest.mark.parametrize("percentage", [0, 8, 8.5, 19.25, 100])
async def test_the_vat_percentage_is_kept(
    office: Office, marc: httpx2.AsyncClient, percentage: float
) -> None:
    path = f"{PATH}/{(await a_booking(office)).id}/invoices"
    drawn = await marc.post(path, json={**INVOICE, "vat_percentage": percentage})
    assert drawn.json()["invoice"]["vat_percentage"] == percentage
    invoice = f"{path}/{drawn.json()['invoice']['id']}"
    renamed = await marc.patch(invoice, json={"title": "Deposit for the north"})
    assert renamed.json()["invoice"]["vat_percentage"] == percentage
    changed = await marc.patch(invoice, json={"vat_percentage": percentage / 2})
    assert changed.json()["invoice"]["vat_percentage"] == percentage / 2
    assert (await marc.get(path)).json()["items"][0]["vat_percentage"] == percentage / 2


# 6. Three promises disagreed (24 h, 48-72 h, 48 h).


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (2, "within 2 hours"),
        (0.5, "within 30 minutes"),
        (24, "within 24 hours"),
        (72, "within 72 hours"),
        (0, "as soon as we can"),
    ],
)
async def test_every_promise_to_a_customer_is_the_policys(
    cluster: Cluster, hours: float, words: str
) -> None:
    with cluster.fresh_database() as url:
        async with open_door(url) as door:
            async with door.api.resources.sessions.begin() as session:
                await session.execute(update(PolicyVersion).values(active=False))
                body = {"sla_hours": {"NEW": hours}}
                session.add(PolicyVersion(version=9, body=body, created_by="tests"))
            told = (await door.send(a_form(email="anna@home.example"))).json()
            page = await door.client.get("/", headers={"Accept": "text/html"})
            mail = await received(door, told["booking_id"])
    assert told["next_step_message"] == f"We will get back to you {words}."
    assert (told["sla_due_at"] is None) is (hours == 0)
    assert f"We will get back to you {words}." in page.text
    assert all(words in text for text in mail)
    for text in (page.text, *mail):
        assert set(PROMISE.findall(text)) <= {words}


PROMISE = re.compile(r"within \d+(?:-\d+)? (?:hours?|days?|minutes?)")


async def received(door: Door, booking_id: str) -> tuple[str, str]:
    """The mail that tells the customer that the booking came in, as text and as HTML."""
    send = SendMessage(
        booking_id=BookingId(booking_id),
        template=Template.BOOKING_RECEIVED,
        subject_ref=booking_id,
    )
    async with door.api.resources.sessions() as session:
        written = await compose(session, door.api.settings, send)
    assert written
    return written[0].text, written[0].html or ""


async def test_an_enquiry_taken_down_by_staff_has_the_same_clock(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    wanted = {
        "channel": "phone",
        "name": "Otto Sommer",
        "email": f"{uuid4().hex}@home.example",
        "destination": "Vietnam",
        "style": "Culture",
        "travel_month": "2027-05",
        "duration": "9-12 days",
        "travelers": "2",
    }
    booking = (await marc.post(PATH, json=wanted)).json()["booking"]
    created = await office_booking(office, booking["id"])
    assert created.sla_due_at is not None
    assert created.sla_due_at - created.created_at == timedelta(hours=2)


async def office_booking(office: Office, booking_id: str) -> Booking:
    async with office.resources.sessions() as session:
        return await session.get_one(Booking, booking_id)
