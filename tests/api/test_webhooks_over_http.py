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

import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import select

from activities.messaging import Messaging
from activities.providers.postmark import PostmarkSender
from activities.providers.storage import document_store
from activities.providers.twilio import TwilioSender
from api.app import create_app
from models.database import Sessions
from models.messages.ids import BookingId
from models.messages.messaging import SendMessage, Template
from models.settings import Environment, Settings
from models.tables.integration import Message
from tests.sandbox.running import eventually, running, settings_for
from tests.support.money import open_sessions
from tests.support.rows import Booked, book

PATIENCE_SECONDS = 15.0


@dataclass
class Town:
    """The API and the stand-ins on ports of their own, each knowing where the other lives."""

    settings: Settings
    sessions: Sessions

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
        )
        with serving(ours, listener), running(settings_for(data_dir, public_url=url)) as sandbox:
            settings = ours.model_copy(
                update={
                    "stripe_api_base": f"{sandbox.url}/stripe",
                    "postmark_api_base": f"{sandbox.url}/postmark",
                    "twilio_api_base": f"{sandbox.url}/twilio",
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
    messaging = Messaging(
        town.sessions,
        town.settings,
        mail=PostmarkSender(town.settings),
        texts=TwilioSender(town.settings),
        documents=document_store(town.settings),
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

    async def ended() -> bool:
        async with town.sessions() as session:
            statement = select(Message.status).where(Message.booking_id == booked.booking_id)
            return await session.scalar(statement) == ends

    await until(ended)
