"""Securing: each instalment is collected beside the story; the deposit lets it go on."""

from functools import partial

from temporalio import workflow

from models.domain.stages import Stage
from models.messages.payments import PaymentCollectionStart
from models.messages.records import NewTask, TimelineLine
from workflows.decisions import tell_collection
from workflows.state import CollectedInstalment
from workflows.story import STAFF, Story

with workflow.unsafe.imports_passed_through():  # named only: it runs in a sandbox of its own
    from workflows.payment_collection import PaymentCollection


async def securing(story: Story) -> Stage | None:
    """INVOICE_SENT ends when the first instalment is paid in full."""
    if story.state.accepted is None:
        await story.waiting.once("nothing accepted", lambda: _ask_for_acceptance(story))
    await start_collections(story)
    await story.waiting.until(lambda: story.state.deposit_paid, story.sla_alarms)
    return Stage.PAYMENT_RECEIVED


async def start_collections(story: Story) -> None:
    """Starts the collection of every instalment; one that runs already is left alone."""
    for instalment_id, part in story.state.instalments.items():
        await story.waiting.once(f"collect:{instalment_id}", partial(_collect, story, part))


async def _collect(story: Story, part: CollectedInstalment) -> None:
    start = PaymentCollectionStart(
        instalment=part.facts,
        policy=story.state.policy,
        epoch=story.state.created_at,
        created_at=part.created_at,
    )
    await story.start_child(PaymentCollection.run, start, part.facts.instalment_id)
    part.collecting = True
    await tell_collection(part)


async def _ask_for_acceptance(story: Story) -> None:
    line = TimelineLine(
        type="STEP_SKIPPED", detail="No quote is accepted: there is nothing to collect yet"
    )
    task = NewTask(
        key="no_accepted_quote",
        title="The stage was set by hand without an accepted quote: have one accepted",
        owner_role=STAFF,
    )
    await story.note(line, task)
