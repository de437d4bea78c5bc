"""A relay with its database, its Temporal and the worker that hears what it brings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import select, update
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.relay import Relay
from models.database import Sessions, create_engine, session_factory
from models.messages.task_queues import BOOKINGS, queue
from models.settings import Environment, Settings
from models.store.outbox import enqueue_signal, enqueue_start
from models.store.provider_events import store_event
from models.tables.crm import Booking
from models.tables.integration import OutboxRow, ProviderEvent
from tests.support.listening_booking import ListeningBooking, ListeningLatePayment
from tests.support.rows import book

Found = TypeVar("Found")
PATIENCE_SECONDS = 20.0


@dataclass
class Post:
    """What tests do with a relay, and ask of the workflows that it served."""

    relay: Relay
    sessions: Sessions
    client: Client
    settings: Settings

    async def book(self) -> str:
        """A stored booking whose workflow was not started yet."""
        async with self.sessions.begin() as session:
            booked = await book(session)
        return booked.booking_id

    async def start(self, booking_id: str) -> None:
        async with self.sessions.begin() as session:
            await enqueue_start(session, booking_id, booking_id)

    async def tell(self, booking_id: str, signal: str, argument: str) -> None:
        async with self.sessions.begin() as session:
            await enqueue_signal(session, booking_id, signal, argument)

    async def keep_event(self, event_id: str, booking_id: str | None) -> bool:
        async with self.sessions.begin() as session:
            payload = paid_event(event_id)
            return await store_event(
                session, "stripe", event_id, str(payload["type"]), payload, booking_id
            )

    async def rows(self) -> list[OutboxRow]:
        async with self.sessions() as session:
            return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    async def events(self) -> list[ProviderEvent]:
        async with self.sessions() as session:
            return list(await session.scalars(select(ProviderEvent).order_by(ProviderEvent.id)))

    async def make_due(self) -> None:
        """Lets the time pass that rows and events were put off for."""
        async with self.sessions.begin() as session:
            await session.execute(update(OutboxRow).values(available_at=OutboxRow.created_at))
            await session.execute(
                update(ProviderEvent).values(available_at=ProviderEvent.received_at)
            )

    async def close(self, booking_id: str) -> None:
        """Says in the tables that a booking's story has ended."""
        async with self.sessions.begin() as session:
            booking = await session.get_one(Booking, booking_id)
            booking.closed_at = booking.created_at

    async def facts(self, booking_id: str) -> list[str]:
        told: list[str] = await self.client.get_workflow_handle(booking_id).query("facts")
        return told

    async def runs(self, booking_id: str) -> int:
        """How many runs of a workflow there were."""
        listing = self.client.list_workflows(f'WorkflowId = "{booking_id}"')
        return len([run async for run in listing])


@asynccontextmanager
async def open_post(database_url: str, temporal_address: str) -> AsyncIterator[Post]:
    """A relay that is swept by hand."""
    settings = Settings(
        environment=Environment.TEST,
        database_url=database_url,
        temporal_address=temporal_address,
        task_queue_prefix=f"test-{uuid4().hex}-",
    )
    client = await Client.connect(
        temporal_address, data_converter=pydantic_data_converter, lazy=True
    )
    engine = create_engine(settings)
    try:
        relay = Relay(engine, client, settings)
        yield Post(relay, session_factory(engine), client, settings)
    finally:
        await engine.dispose()


@asynccontextmanager
async def listening(post: Post) -> AsyncIterator[None]:
    """A worker whose workflows note what they are told; it needs a connection of its own."""
    client = await Client.connect(
        post.settings.temporal_address, data_converter=pydantic_data_converter
    )
    async with Worker(
        client,
        task_queue=queue(post.settings.task_queue_prefix, BOOKINGS),
        workflows=[ListeningBooking, ListeningLatePayment],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield


def paid_event(event_id: str) -> dict[str, object]:
    """An event of Stripe's that brings money."""
    payment = {"id": f"pi_{event_id}", "amount_received": 4_200, "currency": "usd"}
    return {"id": event_id, "type": "payment_intent.succeeded", "data": {"object": payment}}


async def until(check: Callable[[], Awaitable[Found]]) -> Found:
    """The first true result of a check that is asked again and again."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await check()):  # noqa: ASYNC110 - a server's state wakes nobody
            await asyncio.sleep(0.05)
        return found
