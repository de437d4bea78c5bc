"""The website's enquiry, line by line of its contract."""

import re
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from models.domain.booking_hash import booking_hash
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, BookingActivity, ConsentRecord, Customer
from models.tables.integration import OutboxRow
from tests.support.enquiries import PATH, Door, a_form, open_door, silent_port, together


@pytest_asyncio.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    async with open_door(database_url) as opened:
        yield opened


async def test_an_enquiry_is_answered_as_the_page_expects(door: Door) -> None:
    answer = await door.send()
    told = answer.json()
    assert answer.status_code == 201
    assert set(told) == {
        "booking_id",
        "booking_hash",
        "customer_id",
        "status",
        "deduplicated",
        "staff",
        "sla_due_at",
        "next_step_message",
    }
    assert told["booking_id"].startswith("booking_")
    assert told["customer_id"].startswith("cust_")
    assert told["booking_hash"] == booking_hash(told["booking_id"], 1)
    assert (told["status"], told["deduplicated"], told["staff"]) == ("accepted", False, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["sla_due_at"])
    assert told["next_step_message"] == "We will get back to you within 2 hours."


async def test_everything_it_creates_is_stored(door: Door) -> None:
    form = a_form(phone="+49 151 23456789", notes="Ha Long\nplease", travelers="3")
    told = (await door.send(form, key="booking_1_abc")).json()
    (booking,) = await door.rows(Booking)
    (customer,) = await door.rows(Customer)
    (line,) = await door.rows(BookingActivity)
    (start,) = await door.rows(OutboxRow)
    assert (booking.id, booking.customer_id) == (told["booking_id"], customer.id)
    assert re.fullmatch(r"ATP-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", booking.reference)
    assert (booking.stage, booking.staff_id, booking.travelers) == ("NEW", None, 3)
    assert (booking.styles, booking.notes) == (["Culture"], "Ha Long\nplease")
    assert (booking.utm_source, booking.utm_campaign) == ("newsletter", None)
    assert (booking.ip_address, booking.idempotency_key) == ("203.0.113.9", "booking_1_abc")
    assert booking.sla_due_at - booking.created_at == timedelta(hours=2)
    assert customer.phone_e164 == "+4915123456789"
    assert customer.first_attribution == customer.last_attribution
    assert customer.first_attribution["utm_source"] == "newsletter"
    assert (line.type, line.booking_id) == ("BOOKING_CREATED", booking.id)
    assert (start.workflow_id, start.signal, start.argument) == (booking.id, None, booking.id)


async def test_the_plans_own_names_arrays_and_numbers_are_taken_too(door: Door) -> None:
    form = a_form(travelMonth="", pageUrl="", style=["Beach", "Food"], travelers=4)
    form |= {
        "month": "2027-06",
        "page_url": "https://x.example/",
        "whatsapp": "+84 90 123 45 67",
        "tour_id": "tour_1",
        "preferred_currency": "eur",
        "consent": {"email": True, "whatsapp": "no"},
        "something_new": {"any": "thing"},
    }
    assert (await door.send(form)).status_code == 201
    (booking,) = await door.rows(Booking)
    (customer,) = await door.rows(Customer)
    consents = {row.channel: row.granted for row in await door.rows(ConsentRecord)}
    assert (booking.travel_month, booking.travelers) == ("2027-06", 4)
    assert booking.styles == ["Beach", "Food"]
    assert (booking.page_url, booking.tour_id) == ("https://x.example/", "tour_1")
    assert booking.preferred_currency == "EUR"
    assert customer.phone_e164 == "+84901234567"
    assert consents == {"email": True, "whatsapp": False}


async def test_values_that_the_form_does_not_offer_are_taken(door: Door) -> None:
    form = a_form(destination="Myanmar", style="Trekking", duration="40 days", language="日本語")
    assert (await door.send(form)).status_code == 201


async def test_no_key_is_allowed(door: Door) -> None:
    assert (await door.client.post(PATH, json=a_form())).status_code == 201


async def test_a_replayed_key_is_the_same_booking(door: Door) -> None:
    form = a_form()
    first = (await door.send(form, key="same")).json()
    again = await door.send(form, key="same")
    told = again.json()
    assert again.status_code == 200
    assert set(told) == {"booking_id", "customer_id", "status", "deduplicated", "message"}
    assert (told["booking_id"], told["customer_id"]) == (first["booking_id"], first["customer_id"])
    assert (told["status"], told["deduplicated"]) == ("accepted", True)
    assert await door.count(Booking) == 1


async def test_the_same_content_under_a_new_key_is_a_replay(door: Door) -> None:
    form = a_form(notes="We love  boats")
    first = (await door.send(form)).json()
    spaced = form | {"notes": "we love boats ", "email": form["email"].upper(), "utm_source": "x"}
    again = await door.send(spaced)
    assert (again.status_code, again.json()["booking_id"]) == (200, first["booking_id"])
    other = await door.send(form | {"travelMonth": "2027-09"})
    assert (other.status_code, other.json()["deduplicated"]) == (201, True)


async def test_after_the_window_the_same_content_is_a_new_booking(door: Door) -> None:
    form = a_form()
    await door.send(form)
    async with door.api.resources.sessions.begin() as session:
        (booking,) = await door.rows(Booking)
        stored = await session.get_one(Booking, booking.id)
        stored.created_at -= timedelta(minutes=11)
    assert (await door.send(form)).status_code == 201


@pytest.mark.parametrize("same_key", [True, False])
async def test_twenty_at_once_make_one_booking(door: Door, *, same_key: bool) -> None:
    form = a_form()
    keys = ["same"] * 20 if same_key else [f"key-{number}" for number in range(20)]
    answers = await together(*(door.send(form, key=key) for key in keys))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["booking_id"] for answer in answers}) == 1
    assert await door.count(Booking) == await door.count(OutboxRow) == 1


async def test_two_trips_of_one_new_person_at_once_make_one_customer(door: Door) -> None:
    form = a_form()
    months = [f"2027-{month:02}" for month in range(1, 11)]
    answers = await together(*(door.send(form | {"travelMonth": month}) for month in months))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["customer_id"] for answer in answers}) == 1
    assert [answer.json()["deduplicated"] for answer in answers].count(False) == 1
    assert (await door.count(Customer), await door.count(Booking)) == (1, 10)


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "Missing required fields: name"),
    ({"name": "", "duration": "  "}, "Missing required fields: name, duration"),
    ({"style": []}, "Missing required fields: style"),
    ({"email": "nobody"}, "Invalid email"),
    ({"email": "a@b@c.example"}, "Invalid email"),
    ({"email": f"{'a' * 300}@x.example"}, "Invalid email"),
    ({"travelers": "0"}, "Travelers must be between 1 and 30"),
    ({"travelers": "31"}, "Travelers must be between 1 and 30"),
    ({"travelers": "two"}, "Travelers must be between 1 and 30"),
    ({"travelers": "9" * 5000}, "Travelers must be between 1 and 30"),
    ({"travelers": 2.5}, "Travelers must be between 1 and 30"),
    ({"travelers": True}, "Travelers must be between 1 and 30"),
    ({"travelMonth": "May 2027"}, "travelMonth must be a month such as 2027-05"),
    ({"name": "a" * 201}, "name is too long: at most 200 are taken"),
    ({"notes": "a" * 5001}, "notes is too long: at most 5000 are taken"),
    ({"phone": "1" * 41}, "phone is too long: at most 40 are taken"),
    ({"style": ["a"] * 11}, "style is too long: at most 10 are taken"),
    ({"name": "An\x00na"}, "name has characters that can't be taken"),
    ({"name": "Anna\r\nBcc: x"}, "name has characters that can't be taken"),
    ({"notes": "a\x00b"}, "notes has characters that can't be taken"),
    ({"name": 7}, "name is not of a kind that can be taken"),
    ({"destination": ["Vietnam"]}, "destination is not of a kind that can be taken"),
    ({"consent": "yes"}, "consent is not of a kind that can be taken"),
    (
        {"preferred_currency": "dollars"},
        "preferred_currency must be a code of three letters such as USD",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSALS)
async def test_what_can_not_be_taken_is_said_and_nothing_is_written(
    door: Door, changes: dict[str, Any], sentence: str
) -> None:
    answer = await door.send(a_form(**changes))
    assert (answer.status_code, answer.json()["error"]) == (422, sentence)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"]
    assert await door.count(Booking) == await door.count(Customer) == 0


@pytest.mark.parametrize("field", sorted(set(a_form()) - {"travelers", "travelMonth", "style"}))
async def test_every_text_has_a_longest_length(door: Door, field: str) -> None:
    answer = await door.send(a_form(**{field: "a" * 5001}))
    assert answer.status_code == 422
    assert await door.count(Booking) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{not json", 400),
        (b"", 400),
        (b'{"name": "\xff"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b"{" + b" " * (1 << 20) + b"}", 413),
    ],
)
async def test_a_body_that_is_no_form_is_refused(door: Door, body: bytes, status: int) -> None:
    answer = await door.client.post(PATH, content=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert await door.count(Booking) == 0


async def test_a_key_that_is_too_long_is_refused(door: Door) -> None:
    assert (await door.send(key="k" * 201)).status_code == 422


async def test_more_than_the_rate_is_refused_with_a_time_to_wait(database_url: str) -> None:
    async with open_door(database_url, rate_limit="2/hour") as door:
        answers = [await door.send() for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert int(answers[2].headers["Retry-After"]) > 0


async def test_the_address_comes_from_trusted_proxies_only(database_url: str) -> None:
    async with open_door(database_url, trusted_proxies=("203.0.113.9",)) as door:
        await door.send(X_Forwarded_For="6.6.6.6, 198.51.100.7", CF_IPCountry="DE")
        (booking,) = await door.rows(Booking)
        assert (booking.ip_address, booking.ip_country_guess) == ("198.51.100.7", "DE")


async def test_the_promise_and_the_clock_are_those_of_the_campaigns_policy(door: Door) -> None:
    async with door.api.resources.sessions.begin() as session:
        policy = {"sla_hours": {"NEW": 1}, "seconds_per_day": 864}
        session.add(PolicyVersion(version=7, campaign="fast", body=policy, created_by="tests"))
    told = (await door.send(a_form(utm_campaign="fast"))).json()
    (booking,) = await door.rows(Booking)
    assert told["next_step_message"] == "We will get back to you within 1 hour."
    assert booking.policy_version == 7
    assert booking.sla_due_at - booking.created_at == timedelta(seconds=36)
    due = datetime.fromisoformat(told["sla_due_at"])
    assert abs(due - booking.sla_due_at) < timedelta(milliseconds=1)


async def test_a_dead_database_is_503(database_url: str) -> None:
    gone = database_url.rsplit("/", 1)[0] + "/no_such_database"
    async with open_door(gone) as door:
        answer = await door.send()
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers


async def test_a_broken_connection_costs_nobody_their_booking(door: Door) -> None:
    await door.send()
    async with door.api.resources.intake.connection() as connection:
        pid = connection.info.backend_pid
    async with door.api.resources.sessions() as session:
        connection_ = await session.connection()
        await connection_.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
    assert (await door.send()).status_code == 201


async def test_dead_temporal_slows_nobody(door: Door) -> None:
    started = time.perf_counter()
    answers = await together(*(door.send() for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert time.perf_counter() - started < 2


async def test_hanging_temporal_slows_nobody(database_url: str) -> None:
    with silent_port() as port:
        async with open_door(database_url, temporal_address=f"127.0.0.1:{port}") as door:
            await door.send()
            started = time.perf_counter()
            answers = [await door.send() for _ in range(10)]
            assert {answer.status_code for answer in answers} == {201}
            assert time.perf_counter() - started < 1


async def test_the_document_describes_both_answers_and_the_key(door: Door) -> None:
    document = (await door.client.get("/openapi.json")).json()
    described = document["paths"][PATH]["post"]
    assert {"200", "201", "400", "413", "422", "429", "503"} <= set(described["responses"])
    assert described["parameters"][0]["name"] == "Idempotency-Key"
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    assert (await door.send(schema["examples"][0])).status_code == 201


async def test_tables_that_are_still_empty_are_read_by_index(database_url: str) -> None:
    """A plan that reads the whole of a small table would be kept while the table grows."""
    async with open_door(database_url) as door:
        for _ in range(12):
            assert (await door.send()).status_code == 201
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        found = await connection.execute(
            "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE idx_scan > 0"
            " AND relname IN ('bookings', 'customers', 'customer_contacts')"
        )
        assert dict(await found.fetchall()) == {
            "bookings": 0,
            "customers": 0,
            "customer_contacts": 0,
        }
