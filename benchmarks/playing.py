"""Whole lives, of bookings and of bare workflows, as fast as their servers let them pass."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, get_type_hints
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.common import RawValue, WorkflowIDReusePolicy

from benchmarks.bare import Bare, Part, Steps, child_id
from models.domain.policy import Policy
from models.messages.booking import ChecklistItemCompleted, CompleteChecklistItem
from models.messages.ids import BookingId
from models.messages.task_queues import BOOKINGS, queue
from tests.support.fake_activities import FakeActivities
from tests.support.played import STAFF, Played, command_id
from workflows.state import BookingLife

BOOKING: Final = re.compile(r"booking_[0-9a-f-]{36}")
DEPARTS_IN_DAYS: Final = 90
DEPOSIT, BALANCE = 30_000, 70_000
DONE_ITEMS: Final = ("final_documents", "emergency_contacts")
PATIENCE: Final = 6
"""A life may take so many times as long as it takes until its departure."""


def fast_policy(seconds_to_departure: float) -> Policy:
    """Months in seconds; clocks that a busy machine can't keep are off."""
    return Policy(
        version=1,
        seconds_per_day=seconds_to_departure / DEPARTS_IN_DAYS,
        sla_hours={},
        quote_valid_days=400,
        quote_unviewed_reminder_days=300,
        reminder_days_before=(),
        reminder_days_after=(),
        overdue_finance_days=400,
        overdue_manager_days=500,
        supplier_answer_hours=9_600,
        supplier_urgent_fraction=0.95,
        guide_answer_hours=9_600,
    )


@dataclass
class Worlds:
    """The fake activities of many bookings behind one worker."""

    by_booking: dict[str, FakeActivities] = field(default_factory=dict)

    @activity.defn(dynamic=True)
    async def any_activity(self, arguments: Sequence[RawValue]) -> Any:
        """Does what the world of the asking booking does."""
        info = activity.info()
        found = BOOKING.search(info.workflow_id or "")
        assert found
        method = getattr(self.by_booking[found.group()], info.activity_type)
        (kind,) = (hint for name, hint in get_type_hints(method).items() if name != "return")
        argument = activity.payload_converter().from_payload(arguments[0].payload, kind)
        return await method(argument)


@dataclass(frozen=True)
class Player:
    """Plays lives against one server, under a task queue prefix of its own."""

    client: Client
    prefix: str
    worlds: Worlds
    steps: Steps

    async def begin(self, seconds_to_departure: float) -> Played:
        """Starts a booking in a fresh world."""
        booking_id = BookingId(f"booking_{uuid4()}")
        fake = FakeActivities(
            booking_id=booking_id, policy=fast_policy(seconds_to_departure), guides=("anna",)
        )
        self.worlds.by_booking[booking_id] = fake
        handle = await self.client.start_workflow(
            "Booking",
            BookingLife(booking_id=booking_id),
            id=booking_id,
            task_queue=queue(self.prefix, BOOKINGS),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
        return Played(self.client, handle, fake)

    async def until_confirmed(self, played: Played) -> None:
        """From the quote to the confirmed trip: what has to be over before the departure."""
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, DEPOSIT)
        await played.orders_are_out()
        await asyncio.gather(played.supplier_confirms(1), played.supplier_confirms(2))
        await fake.until(lambda: "guide_offer" in fake.sent())
        await played.guide_answers("anna", accepted=True)
        await fake.until(lambda: "booking_confirmed" in fake.sent())
        for key in DONE_ITEMS:
            await fake.until(lambda: "DrawChecklist" in map(_kind, fake.asked))
            command = CompleteChecklistItem(command_id=command_id(), actor=STAFF, key=key)
            await played.decisions.ask(
                fake.booking_id, "complete_item", command, ChecklistItemCompleted
            )

    async def booking(self, seconds_to_departure: float) -> str:
        """One booking's whole life; its id."""
        played = await self.begin(seconds_to_departure)
        fake = played.fake
        async with asyncio.timeout(PATIENCE * seconds_to_departure):
            await self.until_confirmed(played)
            await fake.until(lambda: "invoice" in fake.sent(), PATIENCE * seconds_to_departure)
            await played.is_paid(2, BALANCE)
            await played.handle.result()
        return fake.booking_id

    async def bare(self, part: Part) -> None:
        """One bare life: the messages that a booking gets from outside, and its end."""
        workflow_id = f"bare-{uuid4()}"
        handle = await self.client.start_workflow(
            Bare.run, part, id=workflow_id, task_queue=f"{self.prefix}bare"
        )
        for _ in range(part.signals - sum(child.tells for child in part.children)):
            await handle.signal(Bare.fact)
        for _ in range(part.updates):
            await handle.execute_update(Bare.decide)
        for number, child in enumerate(part.children):
            await self._decide(child_id(workflow_id, number), child.updates)
        await handle.result()

    async def _decide(self, workflow_id: str, updates: int) -> None:
        if not updates:
            return
        while workflow_id not in self.steps.begun:  # noqa: ASYNC110 - as bookings are waited for
            await asyncio.sleep(0.02)
        for _ in range(updates):
            await self.client.get_workflow_handle(workflow_id).execute_update(Bare.decide)


async def per_second(
    life: Callable[[], Awaitable[object]], *, concurrency: int, each: int
) -> float:
    """Lives a second while so many are under way, each place playing `each` one after another."""

    async def place() -> None:
        for _ in range(each):
            await life()

    started = monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(place())
    return concurrency * each / (monotonic() - started)


def _kind(message: object) -> str:
    return type(message).__name__
