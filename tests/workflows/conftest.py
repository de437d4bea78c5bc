"""A booking's workflow on the real server, every task replayed, with fake activities."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from models.domain.policy import Policy
from models.messages.ids import BookingId
from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS
from tests.support.fake_activities import FakeActivities
from tests.support.played import Played
from workflows.registry import WORKFLOWS
from workflows.state import BookingLife

FAST = Policy(
    version=1,
    seconds_per_day=0.1,
    sla_hours={},
    supplier_answer_hours=2_400,
    supplier_urgent_fraction=0.9,
    guide_answer_hours=2_400,
)
"""A day lasts 100 ms and no SLA clock runs, unless a test says otherwise."""

Play = Callable[..., AbstractAsyncContextManager[Played]]


@pytest.fixture
def play(temporal_client: Client) -> Play:
    """Starts a booking in a world of its own: `async with play(policy=...) as played`."""

    @asynccontextmanager
    async def start(policy: Policy = FAST, **world: Any) -> AsyncIterator[Played]:
        booking_id = BookingId(f"booking_{uuid4()}")
        fake = FakeActivities(booking_id=booking_id, policy=policy, **world)
        prefix = f"{uuid4()}-"
        async with AsyncExitStack() as stack:
            for name in (BOOKINGS, PROVIDERS, DOCUMENTS):
                worker = Worker(
                    temporal_client,
                    task_queue=prefix + name,
                    workflows=WORKFLOWS if name == BOOKINGS else [],
                    activities=fake.all(),
                    max_cached_workflows=0 if name == BOOKINGS else 1,
                )
                await stack.enter_async_context(worker)
            handle: WorkflowHandle[Any, Any] = await temporal_client.start_workflow(
                "Booking",
                BookingLife(booking_id=booking_id),
                id=booking_id,
                task_queue=prefix + BOOKINGS,
            )
            yield Played(client=temporal_client, handle=handle, fake=fake)
            await _end(handle)

    return start


async def _end(handle: WorkflowHandle[Any, Any]) -> None:
    description = await handle.describe()
    if description.status is not None and description.status.name == "RUNNING":
        await handle.terminate("the test is over")
