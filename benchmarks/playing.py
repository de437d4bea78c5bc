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
from models.messages.booking import AcceptQuote, Command, CompleteChecklistItem, SendQuote
from models.messages.ids import BookingId, QuoteVersionId
from models.messages.operations import AnswerOffer, ConfirmServiceOrder, DrawChecklist
from models.messages.payments import PaymentEvent
from models.messages.task_queues import BOOKINGS, queue
from tests.support.fake_activities import FakeActivities
from workflows.state import BookingLife

BOOKING: Final = re.compile(r"booking_[0-9a-f-]{36}")
DEPARTS_IN_DAYS: Final = 90
DEPOSIT, BALANCE = 30_000, 70_000
INSTALMENTS: Final = 2
DONE_ITEMS: Final = ("final_documents", "emergency_contacts")
FAR_SECONDS: Final = 120.0


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

    async def begin(self, seconds_to_departure: float) -> FakeActivities:
        """Starts a booking in a fresh world."""
        booking_id = BookingId(f"booking_{uuid4()}")
        fake = FakeActivities(
            booking_id=booking_id, policy=fast_policy(seconds_to_departure), guides=("anna",)
        )
        self.worlds.by_booking[booking_id] = fake
        await self.client.start_workflow(
            "Booking",
            BookingLife(booking_id=booking_id),
            id=booking_id,
            task_queue=queue(self.prefix, BOOKINGS),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
        return fake

    async def confirm(self, fake: FakeActivities) -> None:
        """From the quote to the confirmed trip: what has to be over before the departure."""
        booking_id = fake.booking_id
        quote = QuoteVersionId(f"quote_{booking_id}_1")
        order, guide = ConfirmServiceOrder, f"guides_line_{booking_id}"
        await self._decide(booking_id, "send_quote", _command(SendQuote, quote_version_id=quote))
        await self._decide(
            booking_id,
            "accept_quote",
            _command(AcceptQuote, quote_version_id=quote, acceptance_id="accept_1"),
        )
        await until(lambda: "invoice" in fake.sent())
        await self._pay(fake, 1, DEPOSIT)
        await until(lambda: fake.sent().count("service_request") == fake.suppliers)
        for number in range(1, fake.suppliers + 1):
            answer = _command(order, remark_id="remark_1", attempt=1)
            await self._decide(f"so_{booking_id}_{number}", "confirm", answer)
        await until(lambda: "guide_offer" in fake.sent())
        await self._decide(
            guide, "answer", _command(AnswerOffer, assignment_id="ga_anna", accepted=True)
        )
        await until(lambda: any(isinstance(message, DrawChecklist) for message in fake.asked))
        for key in DONE_ITEMS:
            await self._decide(
                booking_id, "complete_item", _command(CompleteChecklistItem, key=key)
            )

    async def booking(self, seconds_to_departure: float) -> str:
        """One booking's whole life; its id."""
        fake = await self.begin(seconds_to_departure)
        await self.confirm(fake)
        await until(lambda: fake.sent().count("invoice") == INSTALMENTS)
        await self._pay(fake, 2, BALANCE)
        await self.client.get_workflow_handle(fake.booking_id).result()
        return fake.booking_id

    async def _pay(self, fake: FakeActivities, number: int, amount_minor: int) -> None:
        fake.pays(number, f"inst_{fake.booking_id}_{number}", amount_minor)
        handle = self.client.get_workflow_handle(fake.booking_id)
        await handle.signal("payment_event", PaymentEvent(event_row=number))

    async def _decide(self, workflow_id: str, update: str, command: Command) -> None:
        handle = self.client.get_workflow_handle(workflow_id)
        await handle.execute_update(update, command, id=command.command_id)

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
            own_id = child_id(workflow_id, number)
            if child.updates:
                await until(lambda own_id=own_id: own_id in self.steps.begun)  # type: ignore[misc]  # bound per turn
            for _ in range(child.updates):
                await self.client.get_workflow_handle(own_id).execute_update(Bare.decide)
        await handle.result()


async def until(reached: Callable[[], bool]) -> None:
    """Waits until a life came so far."""
    async with asyncio.timeout(FAR_SECONDS):
        while not reached():  # noqa: ASYNC110 - any activity may be what is waited for
            await asyncio.sleep(0.02)


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


def _command(kind: type[Command], **facts: object) -> Command:
    return kind.model_validate({"command_id": str(uuid4()), "actor": "staff_1", **facts})
