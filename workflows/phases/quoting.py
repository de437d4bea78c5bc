"""Quoting: what was sent is delivered, reminded of, and answered or left to expire."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from models.domain.quoting import reminder_times
from models.domain.stages import QuoteStatus, Stage
from models.messages.messaging import DocumentKind, Template
from models.messages.quoting import RecordQuoteClosed
from models.messages.records import NewTask, TimelineLine
from workflows import calls
from workflows.state import LiveQuote
from workflows.story import STAFF, Story
from workflows.waiting import Alarm

EXPIRING, UNVIEWED = "expiring", "unviewed"
TEMPLATES = {
    EXPIRING: Template.QUOTE_REMINDER_EXPIRING,
    UNVIEWED: Template.QUOTE_REMINDER_UNVIEWED,
}
ONE_MAIL = timedelta(days=1)
"""Options whose reminders fall within so long are named in one message."""


async def quoting(story: Story) -> Stage | None:
    """PROPOSAL_SENT and NEGOTIATION end with an answer, or as LOST after expired quotes."""
    while True:
        if story.state.options:
            await _follow(story)
        elif not await _wait_for_quote(story):
            return Stage.LOST


async def _follow(story: Story) -> None:
    """Until another option is open, or one less."""
    options = list(story.state.options)
    for option in options:
        if option in story.state.options:
            await story.waiting.once(f"delivered:{option.id}", partial(_deliver, story, option))
    changed = await story.waiting.until(
        lambda: _ids(story.state.options) != _ids(options), lambda: _alarms(story)
    )
    if not changed:
        await _expire(story)


def _ids(options: Sequence[LiveQuote]) -> list[str]:
    return [option.id for option in options]


async def _wait_for_quote(story: Story) -> bool:
    days = timedelta(days=story.state.policy.lost_after_expiry_days)
    lost = Alarm("", story.state.stage_entered_at + days, "LOST without an answer")
    return await story.waiting.until(
        lambda: bool(story.state.options), lambda: [*story.sla_alarms(), lost]
    )


async def _deliver(story: Story, option: LiveQuote) -> None:
    await story.waiting.step(
        calls.render_document(story.state.booking_id, DocumentKind.QUOTE, option.id)
    )
    await story.send(Template.QUOTE_SENT, option.id)


def _alarms(story: Story) -> Sequence[Alarm]:
    alarms = story.sla_alarms()
    for option in story.state.options:
        alarms += [
            _reminder(story, EXPIRING, option, "Quote expires soon"),
            Alarm(
                f"expires:{option.id}", option.valid_until, f"Quote v{option.facts.version} expires"
            ),
        ]
        if not option.viewed:
            alarms.append(_reminder(story, UNVIEWED, option, "Quote not viewed"))
    return alarms


def _reminder(story: Story, kind: str, option: LiveQuote, summary: str) -> Alarm:
    ring = partial(_remind, story, kind, option)
    return Alarm(f"{kind}:{option.id}", _rings_at(story, kind, option), summary, ring)


def _rings_at(story: Story, kind: str, option: LiveQuote) -> datetime:
    unviewed, expiring = reminder_times(option.sent_at, option.valid_until, story.state.policy)
    return expiring if kind == EXPIRING else unviewed


async def _remind(story: Story, kind: str, option: LiveQuote) -> None:
    """One message names every open option; those that are due soon after get none of their own."""
    until = _rings_at(story, kind, option) + ONE_MAIL
    for other in story.state.options:
        key = f"{kind}:{other.id}"
        if key not in story.state.rung and _rings_at(story, kind, other) <= until:
            story.state.rung.append(key)
    await story.send(TEMPLATES[kind], option.id)


async def _expire(story: Story) -> None:
    """Ends the option that expires first, and those that are over by now."""
    due = min(story.state.options, key=lambda option: option.valid_until)
    async with story.deciding:
        if due not in story.state.options:
            return
        over = max(due.valid_until, story.now())
        gone = [option for option in story.state.options if option.valid_until <= over]
        last = len(gone) == len(story.state.options)
        lines = (
            TimelineLine(type="QUOTE_EXPIRED", detail=f"Version {option.facts.version} expired")
            for option in gone
        )
        progress = story.progress(*lines, new_tasks=(_call(gone[0]),) if last else ())
        await calls.record_quote_closed(
            RecordQuoteClosed(
                quote_version_id=gone[0].id,
                others=tuple(option.id for option in gone[1:]),
                status=QuoteStatus.EXPIRED,
                progress=progress,
            )
        )
        story.commit(progress)
        story.state.end(*gone, status=QuoteStatus.EXPIRED)
        if last:
            story.state.stage_entered_at = story.now()


def _call(option: LiveQuote) -> NewTask:
    return NewTask(
        key=f"expired:{option.id}",
        title="The quote expired unanswered: call the customer or send a fresh one",
        owner_role=STAFF,
    )
