"""The stand-ins' own webhooks reach the API over HTTP and move messages and money on."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import select

from activities.messaging import Messaging
from activities.providers.postmark import PostmarkSender
from activities.providers.storage import DirectoryStore
from activities.providers.stripe import StripePayments
from activities.providers.twilio import TwilioSender
from api.app import create_app
from models.database import Sessions
from models.messages.booking import BookingStart
from models.messages.ids import BookingId, CommandId, InstalmentId
from models.messages.messaging import SendMessage, Template
from models.messages.payments import OpenCheckout, PaymentApplied, RefundBooking
from models.settings import Environment, Settings
from models.tables.finance import CheckoutSession, Refund
from models.tables.inbound import InboundMessage
from models.tables.integration import Message, ProviderEvent
from tests.sandbox.running import eventually, running, settings_for
from tests.support.money import Desk, desk_of, open_sessions
from tests.support.rows import Booked, book, session_event

PATIENCE_SECONDS = 15.0
GOOD_CARD = {
    "card_number": "4242 4242 4242 4242",
    "expiry": "12/34",
    "cvc": "123",
    "name": "Anna Sommer",
    "email": "anna@home.example",
}


@dataclass
class Town:
    """The API and the stand-ins on ports of their own, each knowing where the other lives."""

    settings: Settings
    sessions: Sessions

    @property
    def desk(self) -> Desk:
        """A booking's money by the real adapter."""
        return desk_of(self.sessions, StripePayments(self.settings), self.settings)

    async def pay(self, checkout_id: str) -> None:
        """Pays on the provider's page, as a customer with a good card would."""
        async with self.sessions() as session:
            page = await session.get_one(CheckoutSession, checkout_id)
        address = f"{self.settings.stripe_api_base}/checkout/{page.provider_session_id}/pay"
        async with httpx2.AsyncClient() as http:
            answer = await http.post(address, data=GOOD_CARD)
        assert answer.status_code == 303, answer.text
        assert f"{self.settings.public_url}/pay/" in answer.headers["location"]

    async def applied(self, booked: Booked, kinds: set[str]) -> list[PaymentApplied]:
        """Waits for events of these kinds, then applies all that came, as the workflow would."""

        async def came() -> bool:
            return kinds <= {kind for _, kind in await self._events(booked)}

        await until(came)
        events = await self._events(booked)
        return [await self.desk.apply_row(booked, row) for row, _ in events]

    async def _events(self, booked: Booked) -> list[tuple[int, str]]:
        async with self.sessions() as session:
            rows = await session.execute(
                select(ProviderEvent.id, ProviderEvent.type)
                .where(ProviderEvent.booking_id == booked.booking_id)
                .order_by(ProviderEvent.id)
            )
            return [(row.id, row.type) for row in rows]

    async def send(self, booked: Booked, template: Template) -> None:
        """Sends a message about a booking by the real adapters."""
        messaging = Messaging(
            self.sessions,
            self.settings,
            mail=PostmarkSender(self.settings),
            texts=TwilioSender(self.settings),
            documents=DirectoryStore(self.settings.data_dir / "documents"),
            settling=timedelta(0),
        )
        await messaging.send_message(
            SendMessage(
                booking_id=BookingId(booked.booking_id),
                template=template,
                subject_ref=booked.booking_id,
                occasion=uuid4().hex,
            )
        )

    async def filed(self, booked: Booked) -> list[tuple[str, str, str]]:
        """Reason, channel and text of what came in and was filed on a booking."""
        async with self.sessions() as session:
            statement = select(InboundMessage).where(InboundMessage.booking_id == booked.booking_id)
            found = await session.scalars(statement.order_by(InboundMessage.received_at))
            return [(one.reason, one.channel, one.reply or one.body) for one in found]

    async def book(self, **facts: object) -> Booked:
        async with self.sessions.begin() as session:
            return await book(session, **facts)  # type: ignore[arg-type]  # keyword factory


def free_socket() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


@contextmanager
def serving(settings: Settings, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(create_app(settings), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        eventually(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join()


@asynccontextmanager
async def town_at(database_url: str, data_dir: Path) -> AsyncIterator[Town]:
    with free_socket() as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ours = Settings(
            environment=Environment.TEST,
            database_url=database_url,
            public_url=url,
            temporal_address="127.0.0.1:9",
            data_dir=data_dir,
            inbound_mail_domain="reply.asiatravelplan.example",
        )
        with serving(ours, listener), running(settings_for(data_dir, public_url=url)) as sandbox:
            settings = ours.model_copy(
                update={
                    "stripe_api_base": f"{sandbox.url}/stripe",
                    "postmark_api_base": f"{sandbox.url}/postmark",
                    "twilio_api_base": f"{sandbox.url}/twilio",
                    "sandbox_url": sandbox.url,
                }
            )
            async with open_sessions(ours) as sessions:
                yield Town(settings, sessions)


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with town_at(database_url, tmp_path) as opened:
        yield opened


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await check():  # noqa: ASYNC110 - the webhook comes to another thread
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("template", "facts", "ends"),
    [
        (Template.BOOKING_RECEIVED, {}, "DELIVERED"),
        (Template.BOOKING_RECEIVED, {"email": "anna@bounce.example"}, "BOUNCED"),
        (Template.WELCOME, {"phone": "+84901234567"}, "DELIVERED"),
    ],
    ids=["mail", "bouncing mail", "whatsapp"],
)
async def test_the_providers_report_ends_a_message(
    town: Town, template: Template, facts: dict[str, str], ends: str
) -> None:
    booked = await town.book(**facts)
    await town.send(booked, template)

    async def ended() -> bool:
        async with town.sessions() as session:
            statement = select(Message.status).where(Message.booking_id == booked.booking_id)
            return await session.scalar(statement) == ends

    await until(ended)


async def test_a_customers_answer_finds_its_booking_whoever_writes_it(town: Town) -> None:
    booked = await town.book(email="anna@home.example", phone="+84901234567")
    await town.send(booked, Template.BOOKING_RECEIVED)
    async with httpx2.AsyncClient(base_url=town.settings.sandbox_url) as browser:
        (mail,) = (await browser.get("/mailbox/api/messages")).json()
        await browser.post(f"/mailbox/mail/{mail['id']}/reply", data={"text": "Thank you!"})
        forwarded = {"from": "otto@home.example", "to": "x@y.example", "text": "Me too."}
        answered = {"In-Reply-To": f"<{mail['id']}@mtasv.net>"}
        await browser.post("/postmark/_sandbox/inbound", json=forwarded | {"headers": answered})
        text = {"from": "whatsapp:+84901234567", "body": "And here."}
        await browser.post("/twilio/_sandbox/inbound", json=text)

    async def came() -> bool:
        return len(await town.filed(booked)) == len(expected)

    expected = {
        ("TOKEN", "EMAIL", "Thank you!"),
        ("ANSWER", "EMAIL", "Me too."),
        ("SENDER", "WHATSAPP", "And here."),
    }
    await until(came)
    assert set(await town.filed(booked)) == expected


async def test_a_deposit_is_paid_on_the_providers_page_and_given_back(town: Town) -> None:
    booked, desk = await town.book(), town.desk
    opened = await desk.payments.open_checkout(
        OpenCheckout(
            command_id=CommandId("command"),
            actor="customer",
            instalment_id=InstalmentId(booked.instalments[0]),
        )
    )
    await town.pay(opened.checkout_id)
    paid = {"checkout.session.completed", "payment_intent.succeeded"}
    applied = await town.applied(booked, paid)
    assert [each.settled for each in applied if each.payment_id] == [(booked.instalments[0],)]
    await desk.payments.expire_checkouts(BookingStart(booking_id=BookingId(booked.booking_id)))
    refund = RefundBooking(
        booking_id=BookingId(booked.booking_id), cause="cancellation", refund_minor=100_00
    )
    for _ in range(2):
        assert (await desk.payments.refund_booking(refund)).refunded_minor == 100_00
    for _ in range(2):
        await town.applied(booked, paid | {"charge.refunded"})
    assert await desk.balances(booked) == {("stripe", "USD"): 200_00, ("customer", "USD"): -200_00}
    assert await desk.tasks(booked) == []
    assert await desk.count(Refund, booked) == 1


async def test_more_than_the_provider_still_has_is_refused_and_handed_to_finance(
    town: Town,
) -> None:
    booked, desk = await town.book(), town.desk
    lost = session_event(booked, "pi_the_provider_never_saw", 300_00)
    await desk.apply(booked, lost)
    refund = RefundBooking(
        booking_id=BookingId(booked.booking_id), cause="cancellation", refund_minor=300_00
    )
    assert (await desk.payments.refund_booking(refund)).refunded_minor == 0
    assert [key.partition(":")[0] for key in await desk.tasks(booked)] == ["refund"]
