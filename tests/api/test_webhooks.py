"""Webhooks: verified, stored once, answered with 2xx; whatever is not signed writes nothing."""

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
import stripe
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from api.app import create_app
from models.database import Sessions
from models.messages.ids import new_id
from models.settings import Environment, Settings
from models.tables.crm import BookingActivity, Task
from models.tables.finance import CheckoutSession
from models.tables.integration import Message, ProviderEvent
from tests.support.money import open_sessions
from tests.support.rows import Booked, book, event, intent_event

PUBLIC_URL = "https://trips.example"
NOBODY = "127.0.0.1:9"


def basic_credentials(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


@dataclass
class Doors:
    """The API by ASGI with all its middleware, and the database behind it. Temporal is away."""

    http: httpx2.AsyncClient
    sessions: Sessions
    settings: Settings

    async def stripe(
        self, payload: dict[str, Any] | str, *, secret: str = "", at: int | None = None
    ) -> httpx2.Response:
        body = payload if isinstance(payload, str) else json.dumps(payload)
        key = secret or self.settings.stripe_webhook_secret.get_secret_value()
        signature = stripe.WebhookSignature.generate_signature_header(body, key, at)
        return await self.http.post(
            "/webhooks/stripe", content=body, headers={"Stripe-Signature": signature}
        )

    async def postmark(
        self, report: dict[str, Any], *, password: str | None = None, user: str = "postmark"
    ) -> httpx2.Response:
        given = password
        if given is None:
            given = self.settings.postmark_webhook_password.get_secret_value()
        return await self.http.post(
            "/webhooks/postmark", json=report, headers=basic_credentials(user, given)
        )

    async def twilio(
        self, form: dict[str, str], *, message_id: str = "", token: str = "", url: str = PUBLIC_URL
    ) -> httpx2.Response:
        path = "/webhooks/twilio" + (f"?message_id={message_id}" if message_id else "")
        key = token or self.settings.twilio_auth_token.get_secret_value()
        signature = RequestValidator(key).compute_signature(url + path, form)
        return await self.http.post(path, data=form, headers={"X-Twilio-Signature": signature})

    async def events(self) -> list[ProviderEvent]:
        async with self.sessions() as session:
            return list(await session.scalars(select(ProviderEvent)))

    async def book(self) -> Booked:
        async with self.sessions.begin() as session:
            return await book(session)

    async def message(self, booked: Booked, **facts: Any) -> Message:
        given = {
            "id": new_id("msg"),
            "booking_id": booked.booking_id,
            "dedupe_key": uuid4().hex,
            "template": "welcome",
            "channel": "EMAIL",
            "recipient": "cust_1",
            "to_address": "anna@home.example",
            "subject_ref": booked.booking_id,
            "subject": "Welcome",
            "status": "SENDING",
        }
        async with self.sessions.begin() as session:
            message = Message(**(given | facts))
            session.add(message)
        return message

    async def state(self, message: Message) -> tuple[str, str | None]:
        async with self.sessions() as session:
            stored = await session.get_one(Message, message.id)
            return stored.status, stored.provider_message_id

    async def lines(self, booked: Booked) -> list[str]:
        async with self.sessions() as session:
            return list(
                await session.scalars(
                    select(BookingActivity.type)
                    .where(BookingActivity.booking_id == booked.booking_id)
                    .order_by(BookingActivity.created_at)
                )
            )

    async def tasks(self, booked: Booked) -> int:
        async with self.sessions() as session:
            statement = select(func.count()).where(Task.booking_id == booked.booking_id)
            return await session.scalar(statement) or 0


@pytest_asyncio.fixture
async def doors(database_url: str) -> AsyncIterator[Doors]:
    settings = Settings(
        environment=Environment.TEST,
        database_url=database_url,
        temporal_address=NOBODY,
        public_url=PUBLIC_URL,
    )
    app = create_app(settings)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http,
        open_sessions(settings) as sessions,
    ):
        yield Doors(http, sessions, settings)


def assert_problem(answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["error"]


async def test_a_signed_event_is_stored_once_with_its_booking(doors: Doors) -> None:
    booked = await doors.book()
    payload = intent_event(booked, "pi_1", 300_00)
    answers = [await doors.stripe(payload) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    (stored,) = await doors.events()
    assert (stored.event_id, stored.type) == (payload["id"], payload["type"])
    assert stored.booking_id == booked.booking_id
    assert stored.payload == payload
    assert stored.applied_at is None


async def test_the_same_event_at_the_same_time_is_stored_once(doors: Doors) -> None:
    booked = await doors.book()
    payload = intent_event(booked, "pi_1", 300_00)
    answers = await asyncio.gather(*(doors.stripe(payload) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await doors.events()) == 1


async def test_an_event_of_an_unknown_booking_is_kept(doors: Doors) -> None:
    await doors.stripe(intent_event(Booked("booking_later", ("inst_later",)), "pi_1", 1))
    await doors.stripe(event("customer.created", {"id": "cus_1"}))
    assert sorted(str(each.booking_id) for each in await doors.events()) == [
        "None",
        "booking_later",
    ]


async def test_a_webhook_is_answered_while_temporal_is_away(doors: Doors) -> None:
    booked = await doors.book()
    began = time.monotonic()
    answer = await doors.stripe(intent_event(booked, "pi_1", 300_00))
    assert answer.status_code == 200
    assert time.monotonic() - began < 2


async def test_events_that_stripe_did_not_sign_write_nothing(doors: Doors) -> None:
    booked = await doors.book()
    payload = intent_event(booked, "pi_1", 300_00)
    body = json.dumps(payload)
    answers = [
        await doors.stripe(payload, secret="whsec_other"),
        await doors.stripe(payload, at=int(time.time()) - 3600),
        await doors.http.post("/webhooks/stripe", content=body),
        await doors.http.post(
            "/webhooks/stripe", content=body, headers={"Stripe-Signature": "t=x,v1=y"}
        ),
        await doors.http.post(
            "/webhooks/stripe", content=body, headers={b"Stripe-Signature": b"t=1,v1=\xff\xfe"}
        ),
        await doors.http.post(
            "/webhooks/stripe", content=b"\xff\xfe", headers={"Stripe-Signature": "t=1,v1=a"}
        ),
    ]
    for answer in answers:
        assert_problem(answer, 400)
    assert await doors.events() == []


@pytest.mark.parametrize("body", ["not json", "[]", "{}", '{"id": 1, "type": "x"}', '{"id": "e"}'])
async def test_signed_nonsense_is_refused_and_not_kept(doors: Doors, body: str) -> None:
    assert_problem(await doors.stripe(body), 400)
    assert await doors.events() == []


async def test_an_event_without_metadata_finds_its_booking_by_what_the_provider_calls_it(
    doors: Doors,
) -> None:
    booked = await doors.book()
    async with doors.sessions.begin() as session:
        page = CheckoutSession(
            id=new_id("checkout"),
            booking_id=booked.booking_id,
            instalment_id=booked.instalments[0],
            attempt=1,
            provider_session_id="cs_known",
            amount_minor=1,
            currency="USD",
        )
        session.add(page)
    await doors.stripe(event("checkout.session.expired", {"id": "cs_known"}))
    (stored,) = await doors.events()
    assert stored.booking_id == booked.booking_id


def delivery(message: Message, provider_id: str = "pm_1") -> dict[str, Any]:
    return {
        "RecordType": "Delivery",
        "MessageID": provider_id,
        "Metadata": {"message_id": message.id},
        "Recipient": "anna@home.example",
    }


def bounce(message: Message, kind: str = "HardBounce") -> dict[str, Any]:
    return {**delivery(message), "RecordType": "Bounce", "Type": kind, "Email": "anna@home.example"}


async def test_a_delivery_moves_the_message_on_once(doors: Doors) -> None:
    booked = await doors.book()
    message = await doors.message(booked, status="SENT", provider_message_id="pm_1")
    for _ in range(3):
        assert (await doors.postmark(delivery(message))).status_code == 200
    assert await doors.state(message) == ("DELIVERED", "pm_1")
    assert (await doors.lines(booked)).count("MESSAGE_DELIVERED") == 1


async def test_a_report_that_comes_before_our_own_note_keeps_the_providers_id(
    doors: Doors,
) -> None:
    booked = await doors.book()
    message = await doors.message(booked)
    await doors.postmark(delivery(message))
    assert await doors.state(message) == ("DELIVERED", "pm_1")
    assert await doors.lines(booked) == ["MESSAGE_SENT", "MESSAGE_DELIVERED"]


async def test_a_bounce_is_a_task_and_no_late_report_takes_it_back(doors: Doors) -> None:
    booked = await doors.book()
    message = await doors.message(booked, status="SENT", provider_message_id="pm_1")
    for report in (delivery(message), bounce(message), delivery(message), bounce(message)):
        await doors.postmark(report)
    assert (await doors.state(message))[0] == "BOUNCED"
    assert await doors.tasks(booked) == 1


@pytest.mark.parametrize("kind", ["Transient", "AutoResponder", "Unsubscribe"])
async def test_what_is_no_lost_mail_changes_nothing(doors: Doors, kind: str) -> None:
    booked = await doors.book()
    message = await doors.message(booked, status="SENT", provider_message_id="pm_1")
    await doors.postmark(bounce(message, kind))
    await doors.postmark({**delivery(message), "RecordType": "Open"})
    assert (await doors.state(message))[0] == "SENT"


async def test_a_report_of_an_unknown_message_is_taken_and_changes_nothing(doors: Doors) -> None:
    booked = await doors.book()
    message = await doors.message(booked, status="SENT", provider_message_id="pm_1")
    stranger = {"RecordType": "Delivery", "MessageID": "pm_other", "Metadata": {}}
    assert (await doors.postmark(stranger)).status_code == 200
    another = delivery(message, "pm_other")
    assert (await doors.postmark(another)).status_code == 200
    assert await doors.state(message) == ("SENT", "pm_1")


async def test_reports_without_postmarks_password_write_nothing(doors: Doors) -> None:
    booked = await doors.book()
    message = await doors.message(booked, status="SENT", provider_message_id="pm_1")
    report = delivery(message)
    answers = [
        await doors.postmark(report, password="wrong"),
        await doors.postmark(report, password=""),
        await doors.postmark(report, user="pöstmark"),
        await doors.http.post("/webhooks/postmark", json=report),
        await doors.http.post(
            "/webhooks/postmark", json=report, headers={"Authorization": "Basic ???"}
        ),
        await doors.http.post(
            "/webhooks/postmark", json=report, headers={"Authorization": "Bearer abc"}
        ),
    ]
    for answer in answers:
        assert_problem(answer, 401)
    assert (await doors.state(message))[0] == "SENT"


@pytest.mark.parametrize(
    ("content", "status"), [(b"{", 400), (b"[]", 422), (b"{}", 422), (b'{"RecordType": 1}', 422)]
)
async def test_malformed_postmark_reports_are_problems(
    doors: Doors, content: bytes, status: int
) -> None:
    password = doors.settings.postmark_webhook_password.get_secret_value()
    headers = basic_credentials("postmark", password) | {"Content-Type": "application/json"}
    answer = await doors.http.post("/webhooks/postmark", content=content, headers=headers)
    assert_problem(answer, status)


def status_form(status: str) -> dict[str, str]:
    return {"MessageSid": "SM1", "MessageStatus": status, "To": "+84901234567"}


async def test_twilios_reports_move_a_text_on_in_any_order(doors: Doors) -> None:
    booked = await doors.book()
    message = await doors.message(booked, channel="WHATSAPP")
    for status in ("queued", "delivered", "sent", "read", "sending"):
        answer = await doors.twilio(status_form(status), message_id=message.id)
        assert answer.status_code == 200
    assert await doors.state(message) == ("DELIVERED", "SM1")
    assert await doors.lines(booked) == ["MESSAGE_SENT", "MESSAGE_DELIVERED"]


@pytest.mark.parametrize("status", ["failed", "undelivered"])
async def test_a_text_that_did_not_arrive_is_a_task(doors: Doors, status: str) -> None:
    booked = await doors.book()
    message = await doors.message(booked, channel="SMS", status="SENT", provider_message_id="SM1")
    for _ in range(2):
        await doors.twilio(status_form(status))
    assert (await doors.state(message))[0] == "BOUNCED"
    assert await doors.tasks(booked) == 1


async def test_reports_that_twilio_did_not_sign_write_nothing(doors: Doors) -> None:
    booked = await doors.book()
    message = await doors.message(booked, channel="SMS", status="SENT", provider_message_id="SM1")
    form = status_form("delivered")
    answers = [
        await doors.twilio(form, token="another"),
        await doors.twilio(form, url="https://elsewhere.example"),
        await doors.http.post("/webhooks/twilio", data=form),
        await doors.http.post("/webhooks/twilio"),
        await doors.http.post("/webhooks/twilio", files={"MessageSid": b"SM1"}),
    ]
    for answer in answers:
        assert_problem(answer, 403)
    assert (await doors.state(message))[0] == "SENT"
