"""Starts a booking's workflow on a real server in a world of its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from models.domain.policy import Policy
from models.messages.ids import BookingId
from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS
from tests.support.fake_activities import FakeActivities
from tests.support.played import Played
from workflows.registry import WORKFLOWS, workflow_runner
from workflows.state import BookingLife

FAST = Policy(
    version=1,
    seconds_per_day=0.1,
    sla_hours={},
    supplier_answer_hours=2_400,
    supplier_urgent_fraction=0.9,
    guide_answer_hours=2_400,
    quote_valid_days=200,
)
"""A day lasts 100 ms, no SLA clock runs and quotes hold for long, unless a test says otherwise."""


@asynccontextmanager
async def playing(
    client: Client, policy: Policy = FAST, *, booking: str = "", **world: Any
) -> AsyncIterator[Played]:
    """A booking that runs until the block ends; every workflow task is replayed from the start."""
    booking_id = BookingId(booking or f"booking_{uuid4()}")
    fake = FakeActivities(booking_id=booking_id, policy=policy, **world)
    prefix = f"{uuid4()}-"
    async with AsyncExitStack() as stack:
        for name in (BOOKINGS, PROVIDERS, DOCUMENTS):
            worker = Worker(
                client,
                task_queue=prefix + name,
                workflows=WORKFLOWS if name == BOOKINGS else [],
                activities=fake.all(),
                workflow_runner=workflow_runner(),
                max_cached_workflows=0 if name == BOOKINGS else 1,
            )
            await stack.enter_async_context(worker)
        handle: WorkflowHandle[Any, Any] = await client.start_workflow(
            "Booking",
            BookingLife(booking_id=booking_id),
            id=booking_id,
            task_queue=prefix + BOOKINGS,
        )
        yield Played(client=client, handle=handle, fake=fake)
        await _end(handle)


async def _end(handle: WorkflowHandle[Any, Any]) -> None:
    description = await handle.describe()
    if description.status is not None and description.status.name == "RUNNING":
        await handle.terminate("the test is over")
