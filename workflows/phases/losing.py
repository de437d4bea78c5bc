"""Lost: the booking can be reopened for a while, then its story ends."""

from models.domain.stages import QuoteStatus, Stage
from models.messages.quoting import RecordQuoteClosed
from models.messages.records import TimelineLine
from workflows import calls
from workflows.phases.settling import close, reopenable
from workflows.story import Story


async def losing(story: Story) -> Stage | None:
    """LOST ends when staff choose another stage, or for good when nobody did."""
    await story.waiting.once(f"lost:{story.state.stage_count}", lambda: withdraw_quote(story))
    await reopenable(story)
    await close(story, "Nobody reopened the lost booking")
    return None


async def withdraw_quote(story: Story) -> None:
    """A quote that is still open can't be accepted any more."""
    async with story.deciding:
        if (quote := story.state.quote) is None:
            return
        detail = f"Version {quote.facts.version} withdrawn"
        progress = story.progress(TimelineLine(type="QUOTE_WITHDRAWN", detail=detail))
        story.state.quote = None
        await calls.record_quote_closed(
            RecordQuoteClosed(
                quote_version_id=quote.id, status=QuoteStatus.WITHDRAWN, progress=progress
            )
        )
