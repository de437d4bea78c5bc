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
    """Options that are still open can't be accepted any more."""
    async with story.deciding:
        gone = list(story.state.options)
        if not gone:
            return
        lines = (
            TimelineLine(type="QUOTE_WITHDRAWN", detail=f"Version {one.facts.version} withdrawn")
            for one in gone
        )
        progress = story.progress(*lines)
        story.state.end(*gone, status=QuoteStatus.WITHDRAWN)
        await calls.record_quote_closed(
            RecordQuoteClosed(
                quote_version_id=gone[0].id,
                others=tuple(one.id for one in gone[1:]),
                status=QuoteStatus.WITHDRAWN,
                progress=progress,
            )
        )
