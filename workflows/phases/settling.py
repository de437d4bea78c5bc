"""Settling: the customer is asked for a review, open money is collected, the booking is closed."""

from datetime import timedelta

from temporalio import workflow

from models.domain.stages import Stage, TripStatus
from models.messages.messaging import Template
from models.messages.records import NewTask, TimelineLine
from workflows.story import ACCOUNTANT, Story
from workflows.waiting import Alarm

NEVER_SOLD = "post-trip-without-a-trip-can-be-left"


async def settling(story: Story) -> Stage | None:
    """POST_TRIP ends, and the story with it, when no instalment is open.

    Chosen by hand where nothing was ever sold, it can be left again for as long as LOST can.
    """
    if story.state.accepted is None and workflow.patched(NEVER_SOLD):
        await reopenable(story)
        await close(story, "Nothing was sold, and nobody reopened the booking")
        return None
    await story.waiting.once("completed", lambda: _complete(story))
    await story.waiting.once("review", lambda: story.send(Template.REVIEW_REQUEST))
    if not story.state.fully_paid:
        await story.waiting.once("unpaid", lambda: _ask_finance(story))
    await story.waiting.until(lambda: story.state.fully_paid)
    await close(story, "Customer money is settled")
    return None


async def reopenable(story: Story) -> None:
    """Waits for as long as staff may choose another stage.

    The moment is set on arriving: a policy that changes later moves it for later arrivals only.
    """
    closes_at = story.state.stage_entered_at + timedelta(days=story.state.policy.reopen_days)
    end = Alarm(f"reopen:{story.state.stage_count}", closes_at, "Can be reopened until")
    await story.waiting.until(lambda: False, lambda: [end])


async def close(story: Story, why: str) -> None:
    """Ends the booking: no task stays open."""
    line = TimelineLine(type="BOOKING_CLOSED", detail=why)
    await story.record(line, closed=True)


async def _complete(story: Story) -> None:
    if story.state.accepted is not None:  # without one: runs from before `NEVER_SOLD`
        line = TimelineLine(type="TRIP_COMPLETED", detail="The trip is over")
        await story.record(line, trip_status=TripStatus.COMPLETED)


async def _ask_finance(story: Story) -> None:
    line = TimelineLine(type="MONEY_OPEN", detail="The trip is over and money is still open")
    task = NewTask(
        key="money_open", title="Collect or write off what is still open", owner_role=ACCOUNTANT
    )
    await story.note(line, task)
