"""Confirming: suppliers and guides are asked, and the trip is confirmed when all said yes."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow

from models.domain.clock import start_of_day
from models.domain.quoting import all_confirmed
from models.domain.sla import unconfirmed_alarm_at
from models.domain.stages import (
    GuideAssignmentStatus,
    ServiceOrderStatus,
    Stage,
    TripStatus,
)
from models.messages.ids import QuoteLineId, guide_search_id
from models.messages.messaging import DocumentKind, Template
from models.messages.operations import (
    CreateServiceOrders,
    GuideSearchStart,
    ServiceOrderFacts,
    ServiceOrderStart,
)
from models.messages.quoting import QuoteFacts
from models.messages.records import NewTask, TimelineLine
from workflows import calls
from workflows.phases.securing import start_collections
from workflows.story import MANAGER, STAFF, Story
from workflows.waiting import Alarm, Alarms, no_alarms

with workflow.unsafe.imports_passed_through():  # named only: they run in sandboxes of their own
    from workflows.guide_search import GuideSearch
    from workflows.service_order import ServiceOrder

UNCONFIRMED = "a task when a trip departs soon and is not confirmed"
ASKED = "unconfirmed"


async def confirming(story: Story) -> Stage | None:
    """PAYMENT_RECEIVED ends when every service is confirmed and every guide found."""
    if (accepted := story.state.accepted) is None:
        await story.waiting.once("nothing to confirm", lambda: _ask_for_acceptance(story))
        await story.waiting.until(lambda: False)
        return None
    await start_collections(story)
    await story.waiting.once("orders", lambda: _order_services(story, accepted))
    alarms = _alarms(story, accepted) if workflow.patched(UNCONFIRMED) else no_alarms
    while not _confirmed(story):
        answered = _answered(story)
        await story.waiting.until(
            lambda answered=answered: _answered(story) != answered,  # type: ignore[misc]  # bound per turn
            alarms,
        )
        await _show_partly(story)
    await story.waiting.once("confirmation", lambda: _confirm(story))
    return Stage.WON


async def _order_services(story: Story, accepted: QuoteFacts) -> None:
    created = await calls.create_service_orders(
        CreateServiceOrders(
            booking_id=story.state.booking_id, quote_version_id=accepted.quote_version_id
        )
    )
    for order in created.orders:
        story.state.service_orders.setdefault(order.service_order_id, ServiceOrderStatus.REQUESTED)
        await _start_service_order(story, order)
    for line in created.guide_lines:
        story.state.guides.setdefault(line, GuideAssignmentStatus.SEARCHING)
        await _start_guide_search(story, line, accepted)


async def _start_service_order(story: Story, order: ServiceOrderFacts) -> None:
    start = ServiceOrderStart(
        service_order_id=order.service_order_id,
        booking_id=story.state.booking_id,
        departure_at=start_of_day(order.starts_on),
        policy=story.state.policy,
        epoch=story.state.created_at,
    )
    await story.start_child(ServiceOrder.run, start, order.service_order_id)


async def _start_guide_search(story: Story, line: QuoteLineId, accepted: QuoteFacts) -> None:
    start = GuideSearchStart(
        booking_id=story.state.booking_id,
        quote_line_id=line,
        departure_at=start_of_day(accepted.departure_on),
        home_at=start_of_day(accepted.return_on) + timedelta(days=1),
        policy=story.state.policy,
        epoch=story.state.created_at,
    )
    await story.start_child(GuideSearch.run, start, guide_search_id(line))


def _answered(story: Story) -> tuple[str, ...]:
    return (*story.state.service_orders.values(), *story.state.guides.values())


def _confirmed(story: Story) -> bool:
    return all_confirmed(_answered(story))


def _alarms(story: Story, accepted: QuoteFacts) -> Alarms:
    def drawn() -> Sequence[Alarm]:
        entered_at, policy = story.state.stage_entered_at, story.state.policy
        at = unconfirmed_alarm_at(entered_at, start_of_day(accepted.departure_on), policy)
        return [Alarm(ASKED, at, "Not confirmed yet", lambda: _ask_manager(story))]

    return drawn


async def _ask_manager(story: Story) -> None:
    line = TimelineLine(type="NOT_CONFIRMED", detail="The trip departs soon and is not confirmed")
    task = NewTask(
        key=ASKED,
        title="The trip departs soon and is not confirmed: decide what becomes of it",
        owner_role=MANAGER,
        due_at=story.waiting.real(story.now()),
    )
    await story.note(line, task)


async def _show_partly(story: Story) -> None:
    partly = any(all_confirmed([state]) for state in _answered(story))
    if partly and story.state.trip_status is TripStatus.PENDING and not _confirmed(story):
        line = TimelineLine(type="PARTIALLY_CONFIRMED", detail="The first services are confirmed")
        await story.record(line, trip_status=TripStatus.PARTIALLY_CONFIRMED)


async def _confirm(story: Story) -> None:
    line = TimelineLine(type="BOOKING_CONFIRMED", detail="Every service is confirmed")
    await story.record(line, trip_status=TripStatus.CONFIRMED, done_tasks=(ASKED,))
    booking_id = story.state.booking_id
    await calls.render_document(booking_id, DocumentKind.VOUCHER, booking_id)
    await story.send(Template.BOOKING_CONFIRMED)


async def _ask_for_acceptance(story: Story) -> None:
    line = TimelineLine(type="STEP_SKIPPED", detail="No quote is accepted: nothing can be ordered")
    task = NewTask(
        key="nothing_to_confirm",
        title="The stage was set by hand without an accepted quote: have one accepted",
        owner_role=STAFF,
    )
    await story.note(line, task)
