"""Enquiry: the customer is greeted and the clock runs until a quote is sent."""

from models.domain.stages import Stage
from models.messages.messaging import Template
from workflows.story import Story


async def enquiry(story: Story) -> Stage | None:
    """NEW and QUALIFIED end when staff send a quote or choose another stage."""
    await story.waiting.once("received", lambda: story.send(Template.BOOKING_RECEIVED))
    await story.waiting.until(lambda: False, story.sla_alarms)
    return None
