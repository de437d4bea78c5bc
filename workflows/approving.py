"""Approval by a manager before a draft with a thin margin goes out, with a clock of its own."""

from datetime import timedelta

from models.domain.approval import AWAITING
from models.domain.errors import ApprovalNeededError, QuoteNotSendableError
from models.domain.quoting import check_sendable
from models.messages.booking import (
    ApprovalAsked,
    ApprovalDecided,
    AskApproval,
    DecideApproval,
    SendQuote,
)
from models.messages.ids import QuoteVersionId
from models.messages.quoting import RecordApprovalAsked, RecordApprovalDecided
from models.messages.records import NewTask, TimelineLine
from workflows import calls
from workflows.refusing import ask, refuse
from workflows.state import PendingApproval
from workflows.story import MANAGER, STAFF, Story


def check_not_awaiting(story: Story, command: SendQuote) -> None:
    """A draft waits for its manager, unless they send it themselves.

    Raises:
        ApprovalNeededError: it waits.
    """
    if command.quote_version_id in story.state.approvals and not command.approver:
        raise ApprovalNeededError(AWAITING)


async def ask_approval(story: Story, command: AskApproval) -> ApprovalAsked:
    """Gives the managers a task; asked again, what the draft says by now, by the same clock."""
    ask(lambda: check_sendable(story.state.stage))
    state, policy = story.state, story.state.policy
    pending = state.approvals.get(command.quote_version_id) or PendingApproval(
        number=state.approvals_asked + 1,
        asked_at=story.now(),
        due_at=story.now() + timedelta(hours=policy.approval_hours),
    )
    due_at = story.waiting.real(pending.due_at)
    task = NewTask(
        key=_task(command.quote_version_id, pending),
        title="Approve a quote with a thin margin, or say why not",
        owner_role=MANAGER,
        due_at=due_at,
    )
    line = TimelineLine(type="APPROVAL_ASKED", detail=command.quote_version_id, actor=command.actor)
    progress = story.progress(line, new_tasks=(task,))
    recorded = await calls.record_approval_asked(
        RecordApprovalAsked(
            quote_version_id=command.quote_version_id,
            asked_by=command.actor,
            due_at=due_at,
            remark_id=command.remark_id,
            margin_limit_percent=policy.approval_margin_percent,
            discount_limit_percent=policy.approval_discount_percent,
            progress=progress,
        )
    )
    story.commit(progress)
    state.approvals[command.quote_version_id] = pending
    state.approvals_asked = max(state.approvals_asked, pending.number)
    return ApprovalAsked(
        quote_version_id=command.quote_version_id, due_at=due_at, revision=recorded.revision
    )


async def decide_approval(story: Story, command: DecideApproval) -> ApprovalDecided:
    """Ends the clock; whoever answers for the booking goes on by a task of theirs."""
    pending = story.state.approvals.get(command.quote_version_id)
    if pending is None:
        refuse(QuoteNotSendableError("Nobody is waiting for a decision about this version."))
    said = "QUOTE_APPROVED" if command.approved else "QUOTE_NOT_APPROVED"
    line = TimelineLine(type=said, detail=command.quote_version_id, actor=command.actor)
    task = NewTask(
        key=f"approval_said:{command.quote_version_id}:{pending.number}",
        title="The quote is approved: send it"
        if command.approved
        else "The quote is not approved: read why and change it",
        owner_role=STAFF,
    )
    done = (_task(command.quote_version_id, pending),)
    progress = story.progress(line, new_tasks=(task,), done_tasks=done)
    recorded = await calls.record_approval_decided(
        RecordApprovalDecided(
            quote_version_id=command.quote_version_id,
            approved=command.approved,
            decided_by=command.actor,
            reason_id=command.reason_id,
            progress=progress,
        )
    )
    story.commit(progress)
    del story.state.approvals[command.quote_version_id]
    return ApprovalDecided(
        quote_version_id=command.quote_version_id,
        approved=command.approved,
        revision=recorded.revision,
    )


def tasks_of_approval(story: Story, quote_id: QuoteVersionId) -> tuple[str, ...]:
    """Tasks that are done with once a draft was sent, whoever sent it."""
    pending = story.state.approvals.get(quote_id)
    said = tuple(
        f"approval_said:{quote_id}:{number + 1}" for number in range(story.state.approvals_asked)
    )
    return (*said, _task(quote_id, pending)) if pending else said


def _task(quote_id: QuoteVersionId, pending: PendingApproval) -> str:
    return f"approval:{quote_id}:{pending.number}"
