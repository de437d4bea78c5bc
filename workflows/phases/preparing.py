"""Preparing: the checklist runs backwards from departure; then the trip itself begins."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from models.domain.checklist import draw_checklist
from models.domain.clock import start_of_day
from models.domain.stages import ChecklistStatus, Stage
from models.messages.messaging import DocumentKind, Template
from models.messages.operations import DrawChecklist
from models.messages.quoting import QuoteFacts
from models.messages.records import NewTask, TimelineLine
from workflows import calls
from workflows.phases.travelling import travelling
from workflows.state import ChecklistEntry
from workflows.story import MANAGER, STAFF, Story
from workflows.waiting import Alarm


async def preparing(story: Story) -> Stage | None:
    """WON lasts until the day after return."""
    if (accepted := story.state.accepted) is None:
        await story.waiting.once("nothing to prepare", lambda: _ask_for_acceptance(story))
        await story.waiting.until(lambda: False, story.sla_alarms)
        return None
    await story.waiting.once("checklist", lambda: _draw_checklist(story, accepted))
    await story.waiting.until(lambda: False, lambda: _alarms(story, accepted))
    return await travelling(story, accepted)


async def _draw_checklist(story: Story, accepted: QuoteFacts) -> None:
    planned = draw_checklist(accepted.departure_on, story.now(), story.state.policy)
    story.state.checklist = {item.key: ChecklistEntry(item=item) for item in planned}
    items = tuple(replace(item, due_at=story.waiting.real(item.due_at)) for item in planned)
    await calls.draw_checklist(DrawChecklist(booking_id=story.state.booking_id, items=items))


def _alarms(story: Story, accepted: QuoteFacts) -> Sequence[Alarm]:
    departure = start_of_day(accepted.departure_on)
    policy = story.state.policy
    welcome_at = departure - timedelta(days=policy.welcome_days_before)
    run_sheet_at = departure - timedelta(days=policy.run_sheet_days_before)
    return [
        *story.sla_alarms(met=lambda: _preparation_begun(story)),
        *(_item_alarm(story, entry) for entry in story.state.checklist.values() if _open(entry)),
        Alarm("welcome", welcome_at, "Welcome message", lambda: story.send(Template.WELCOME)),
        Alarm("run_sheet", run_sheet_at, "Run sheet", lambda: _send_run_sheet(story)),
        Alarm("departure", departure, "Departure"),
    ]


def _open(entry: ChecklistEntry) -> bool:
    return entry.status is ChecklistStatus.OPEN


def _preparation_begun(story: Story) -> bool:
    return any(not _open(entry) for entry in story.state.checklist.values())


def _item_alarm(story: Story, entry: ChecklistEntry) -> Alarm:
    item = entry.item
    return Alarm(
        f"item:{item.key}",
        item.due_at,
        f"Checklist: {item.title}",
        lambda: _remind_of_item(story, entry),
    )


async def _remind_of_item(story: Story, entry: ChecklistEntry) -> None:
    item = entry.item
    await story.note(
        TimelineLine(type="CHECKLIST_DUE", detail=f"{item.title} is due"),
        NewTask(
            key=f"item:{item.key}",
            title=f"Checklist: {item.title}",
            owner_role=item.owner_role,
            due_at=story.waiting.real(item.due_at),
        ),
    )


async def _send_run_sheet(story: Story) -> None:
    booking_id = story.state.booking_id
    await story.waiting.step(calls.render_document(booking_id, DocumentKind.RUN_SHEET, booking_id))
    await story.send(Template.RUN_SHEET)
    left_open = [entry.item.title for entry in story.state.checklist.values() if _open(entry)]
    if left_open:
        line = TimelineLine(type="CHECKLIST_OVERDUE", detail="; ".join(left_open))
        task = NewTask(
            key="checklist_overdue",
            title="The trip departs tomorrow with open preparations",
            owner_role=MANAGER,
        )
        await story.note(line, task)


async def _ask_for_acceptance(story: Story) -> None:
    line = TimelineLine(type="STEP_SKIPPED", detail="No quote is accepted: no trip to prepare")
    task = NewTask(
        key="nothing_to_prepare",
        title="The stage was set by hand without an accepted quote: have one accepted",
        owner_role=STAFF,
    )
    await story.note(line, task)
