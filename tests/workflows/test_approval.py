"""Approval by a manager: asked with a clock of its own, decided, and held to on sending."""

from dataclasses import replace

import pytest
from temporalio.exceptions import ApplicationError

from models.domain.errors import ApprovalNeededError, QuoteNotSendableError
from models.domain.stages import Stage
from models.messages.quoting import RecordApprovalDecided, RecordQuoteSent
from tests.workflows.conftest import FAST, Play

SLOW = replace(FAST, seconds_per_day=2, approval_hours=2_400)


async def test_a_draft_waits_for_its_manager_and_is_sent_once_approved(play: Play) -> None:
    async with play(policy=SLOW) as played:
        asked = await played.asks_approval()
        again = await played.asks_approval()
        assert again.due_at == asked.due_at
        with pytest.raises(ApprovalNeededError, match="awaits a manager"):
            await played.sends_quote()
        await played.fake.until(lambda: "approval_wanted asked:1" in played.fake.sent())
        await played.decides_approval(approved=True)
        await played.sends_quote()
        (decided,) = [one for one in played.fake.asked if isinstance(one, RecordApprovalDecided)]
        assert decided.approved
        assert f"approval:{played.quote_id()}:1" in decided.progress.done_tasks
        assert f"approval_said:{played.quote_id()}:1" in played.fake.tasks()
        (sent,) = [one for one in played.fake.asked if isinstance(one, RecordQuoteSent)]
        assert f"approval_said:{played.quote_id()}:1" in sent.progress.done_tasks
        assert (sent.margin_limit_percent, sent.discount_limit_percent) == (10, 15)
        assert played.fake.sent().count("approval_wanted asked:1") == 1


async def test_managers_are_reminded_and_then_passed_over_once(play: Play) -> None:
    policy = replace(FAST, seconds_per_day=1, approval_hours=24)
    async with play(policy=policy) as played:
        await played.asks_approval()
        await played.fake.until(lambda: "approval_wanted over:1" in played.fake.sent())
        wanted = [one for one in played.fake.sent() if one.startswith("approval_wanted")]
        assert wanted == [f"approval_wanted {step}:1" for step in ("asked", "half", "over")]
        assert "APPROVAL_OVERDUE" in played.fake.lines()
        await played.decides_approval(approved=False)
        await played.asks_approval()
        await played.fake.until(lambda: "approval_wanted asked:2" in played.fake.sent())


async def test_a_manager_sends_without_asking_and_ends_what_was_asked(play: Play) -> None:
    async with play(policy=SLOW) as played:
        await played.asks_approval()
        await played.sends_quote(approver=True)
        with pytest.raises(QuoteNotSendableError, match="Nobody is waiting"):
            await played.decides_approval(approved=True)


async def test_nobody_decides_what_was_not_asked(play: Play) -> None:
    async with play(policy=SLOW) as played:
        with pytest.raises(QuoteNotSendableError, match="Nobody is waiting"):
            await played.decides_approval(approved=True)
        await played.chooses(Stage.LOST)
        with pytest.raises(QuoteNotSendableError, match="NEGOTIATION first"):
            await played.asks_approval()


async def test_a_question_that_is_refused_starts_no_clock(play: Play) -> None:
    async with play(policy=SLOW) as played:
        played.fake.failing["record_approval_asked"] = ApplicationError(
            "within the policy's limits", type="QUOTE_NOT_SENDABLE", non_retryable=True
        )
        with pytest.raises(QuoteNotSendableError, match="limits"):
            await played.asks_approval()
        await played.sends_quote()


async def test_a_clock_of_approval_goes_on_after_continue_as_new(play: Play) -> None:
    policy = replace(FAST, seconds_per_day=1, approval_hours=48, history_limit=20)
    async with play(policy=policy) as played:
        await played.asks_approval()
        await played.fake.until(lambda: "approval_wanted over:1" in played.fake.sent())
        now = await played.client.get_workflow_handle(played.fake.booking_id).describe()
        assert now.run_id != played.handle.first_execution_run_id
        await played.decides_approval(approved=True)
