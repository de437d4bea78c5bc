"""Quoting: a sent version is delivered, reminded of, and answered or left to expire."""

from collections.abc import Sequence
from datetime import timedelta

from models.domain.quoting import reminder_times
from models.domain.stages import QuoteStatus, Stage
from models.messages.messaging import DocumentKind, Template
from models.messages.quoting import RecordQuoteClosed
from models.messages.records import NewTask, TimelineLine
from workflows import calls
from workflows.state import LiveQuote
from workflows.story import STAFF, Story
from workflows.waiting import Alarm


async def quoting(story: Story) -> Stage | None:
    """PROPOSAL_SENT and NEGOTIATION end with an answer, or as LOST after an expired quote."""
    while True:
        if (quote := story.state.quote) is not None:
            await _follow(story, quote)
        elif not await _wait_for_quote(story):
            return Stage.LOST


async def _follow(story: Story, quote: LiveQuote) -> None:
    await story.waiting.once(f"delivered:{quote.id}", lambda: _deliver(story, quote))
    answered = await story.waiting.until(
        lambda: story.state.quote is not quote, lambda: _alarms(story, quote)
    )
    if not answered:
        await _expire(story, quote)


async def _wait_for_quote(story: Story) -> bool:
    days = timedelta(days=story.state.policy.lost_after_expiry_days)
    lost = Alarm("", story.state.stage_entered_at + days, "LOST without an answer")
    return await story.waiting.until(
        lambda: story.state.quote is not None, lambda: [*story.sla_alarms(), lost]
    )


async def _deliver(story: Story, quote: LiveQuote) -> None:
    await story.waiting.step(
        calls.render_document(story.state.booking_id, DocumentKind.QUOTE, quote.id)
    )
    await story.send(Template.QUOTE_SENT, quote.id)


def _alarms(story: Story, quote: LiveQuote) -> Sequence[Alarm]:
    unviewed_at, expiring_at = reminder_times(quote.sent_at, quote.valid_until, story.state.policy)
    alarms = [
        *story.sla_alarms(),
        Alarm(
            f"expiring:{quote.id}",
            expiring_at,
            "Quote expires soon",
            lambda: story.send(Template.QUOTE_REMINDER_EXPIRING, quote.id),
        ),
        Alarm(f"expires:{quote.id}", quote.valid_until, f"Quote v{quote.facts.version} expires"),
    ]
    if not quote.viewed:
        alarms.append(
            Alarm(
                f"unviewed:{quote.id}",
                unviewed_at,
                "Quote not viewed",
                lambda: story.send(Template.QUOTE_REMINDER_UNVIEWED, quote.id),
            )
        )
    return alarms


async def _expire(story: Story, quote: LiveQuote) -> None:
    async with story.deciding:
        if story.state.quote is not quote:
            return
        progress = story.progress(
            TimelineLine(type="QUOTE_EXPIRED", detail=f"Version {quote.facts.version} expired"),
            new_tasks=(
                NewTask(
                    key=f"expired:{quote.id}",
                    title="The quote expired unanswered: call the customer or send a fresh one",
                    owner_role=STAFF,
                ),
            ),
        )
        await calls.record_quote_closed(
            RecordQuoteClosed(
                quote_version_id=quote.id, status=QuoteStatus.EXPIRED, progress=progress
            )
        )
        story.commit(progress)
        story.state.quote = None
        story.state.stage_entered_at = story.now()
