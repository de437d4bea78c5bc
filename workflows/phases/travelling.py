"""Travelling: from departure to the day after return."""

from collections.abc import Sequence
from datetime import timedelta

from models.domain.clock import start_of_day
from models.domain.stages import Stage, TripStatus
from models.messages.quoting import QuoteFacts
from models.messages.records import TimelineLine
from workflows.story import Story
from workflows.waiting import Alarm


async def travelling(story: Story, accepted: QuoteFacts) -> Stage | None:
    """The trip is under way until the day after return."""
    await story.waiting.once("departed", lambda: _depart(story))
    await story.waiting.until(lambda: False, lambda: _alarms(story, accepted))
    return Stage.POST_TRIP


async def _depart(story: Story) -> None:
    line = TimelineLine(type="TRIP_STARTED", detail="The trip has begun")
    await story.record(line, trip_status=TripStatus.IN_PROGRESS)


def _alarms(story: Story, accepted: QuoteFacts) -> Sequence[Alarm]:
    days = timedelta(days=story.state.policy.review_days_after)
    home_at = start_of_day(accepted.return_on) + days
    return [Alarm("home", home_at, "Day after return")]
