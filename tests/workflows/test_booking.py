"""The booking's story, phase by phase."""

import asyncio
from dataclasses import replace

import pytest
from temporalio.exceptions import ApplicationError

from models.domain.errors import (
    BookingChangedError,
    BookingClosedError,
    DomainError,
    GuideNotFreeError,
    QuoteNotOpenError,
    ServiceOrderNotOpenError,
)
from models.domain.policy import DEFAULT_SLA_HOURS
from models.domain.stages import Stage
from models.messages.operations import RecordGuideAnswer, RecordServiceOrder
from models.messages.payments import RefundBooking
from tests.support.played import command_id
from tests.workflows.conftest import FAST, Play


async def test_a_life_from_the_enquiry_to_the_settled_trip(play: Play) -> None:
    async with play(guides=("anna",)) as played:
        fake = played.fake
        await played.sends_quote()
        accepted = await played.accepts()
        assert accepted.amount_minor == 30_000
        await fake.until(lambda: "invoice" in fake.sent())
        await played.is_paid(1, 30_000)
        await played.orders_are_out()
        await played.supplier_confirms(1)
        await played.supplier_confirms(2)
        await fake.until(lambda: "guide_offer" in fake.sent())
        await played.guide_answers("anna", accepted=True)
        await fake.until(lambda: "booking_confirmed" in fake.sent())
        await played.is_paid(2, 70_000)
        await asyncio.wait_for(played.handle.result(), 30)

        sent = fake.sent()
        assert sent.count("booking_received") == 1
        assert sent.count("receipt") == 2
        for message in ("quote_sent", "booking_confirmed", "welcome", "run_sheet"):
            assert sent.count(message) == 1, message
        assert sent[-1] == "review_request"
        assert [p.stage for p in fake.progresses() if p.projects][-1] is Stage.POST_TRIP
        assert fake.progresses()[-1].closed
        assert "PARTIALLY_CONFIRMED" in fake.lines()


async def test_the_story_survives_continue_as_new_in_the_middle_of_a_life(play: Play) -> None:
    policy = replace(FAST, history_limit=30)
    async with play(policy=policy) as played:
        fake = played.fake
        first_run = played.handle.first_execution_run_id
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await played.orders_are_out()
        await played.supplier_confirms(1)
        await played.supplier_confirms(2)
        await fake.until(lambda: "booking_confirmed" in fake.sent())
        await played.is_paid(2, 70_000)
        await asyncio.wait_for(played.handle.result(), 30)
        now = await played.client.get_workflow_handle(fake.booking_id).describe()
        assert now.run_id != first_run
        for message in ("booking_received", "quote_sent", "booking_confirmed", "welcome"):
            assert fake.sent().count(message) == 1, message


async def test_a_command_that_is_repeated_is_carried_out_once(play: Play) -> None:
    async with play() as played:
        await played.sends_quote()
        command = command_id()
        first, second = await asyncio.gather(
            played.accepts(command=command), played.accepts(command=command)
        )
        assert first == second
        assert played.fake.lines().count("QUOTE_ACCEPTED") == 1


async def test_only_the_live_version_can_be_accepted(play: Play) -> None:
    async with play() as played:
        await played.sends_quote(1)
        await played.sends_quote(2)
        with pytest.raises(QuoteNotOpenError, match="newest"):
            await played.accepts(1)
        await played.accepts(2)
        with pytest.raises(QuoteNotOpenError, match="accepted this quote already"):
            await played.accepts(2)


async def test_two_who_accept_at_once_make_one_acceptance(play: Play) -> None:
    async with play() as played:
        await played.sends_quote()
        answers = await asyncio.gather(
            *(played.accepts() for _ in range(3)), return_exceptions=True
        )
        assert sum(isinstance(answer, QuoteNotOpenError) for answer in answers) == 2
        assert played.fake.lines().count("QUOTE_ACCEPTED") == 1


async def test_an_unanswered_quote_is_reminded_of_expires_and_is_lost(play: Play) -> None:
    async with play(policy=replace(FAST, quote_valid_days=40)) as played:
        fake = played.fake
        await played.sends_quote()
        await fake.until(lambda: "QUOTE_EXPIRED" in fake.lines())
        assert fake.sent().count("quote_reminder_unviewed") == 1
        assert fake.sent().count("quote_reminder_expiring") == 1
        with pytest.raises(QuoteNotOpenError):
            await played.accepts()
        await fake.until(lambda: fake.progresses()[-1].stage is Stage.LOST)
        assert f"expired:{played.quote_id()}" in fake.tasks()


async def test_a_viewed_quote_is_not_called_unviewed(play: Play) -> None:
    async with play(policy=replace(FAST, quote_valid_days=40)) as played:
        await played.sends_quote()
        await played.handle.signal("quote_viewed", {"quote_version_id": played.quote_id()})
        await played.fake.until(lambda: "QUOTE_EXPIRED" in played.fake.lines())
        assert "quote_reminder_unviewed" not in played.fake.sent()


async def test_sla_clocks_warn_and_escalate_once_a_stage(play: Play) -> None:
    policy = replace(
        FAST,
        sla_hours={**DEFAULT_SLA_HOURS, Stage.NEW: 24},
        sla_warning_minutes=12 * 60,
        seconds_per_day=1,
    )
    async with play(policy=policy) as played:
        fake = played.fake
        await fake.until(lambda: "sla_breach NEW:1" in fake.sent())
        await played.chooses(Stage.QUALIFIED)
        await fake.until(lambda: "sla_breach QUALIFIED:2" in fake.sent())
        assert fake.lines().count("SLA_WARNING") == 2
        assert fake.lines().count("SLA_BREACHED") == 2
        assert fake.sent().count("sla_warning NEW:1") == 1
        assert "follow_up:QUALIFIED:2" in fake.tasks()


async def test_a_stale_revision_changes_nothing(play: Play) -> None:
    async with play() as played:
        with pytest.raises(BookingChangedError):
            await played.chooses(Stage.WON, revision=-1)
        changed = await played.chooses(Stage.QUALIFIED)
        assert changed.stage is Stage.QUALIFIED
        assert Stage.WON not in {progress.stage for progress in played.fake.progresses()}


@pytest.mark.parametrize("stage", [Stage.INVOICE_SENT, Stage.PAYMENT_RECEIVED, Stage.WON])
async def test_a_stage_chosen_by_hand_makes_a_task_of_what_was_skipped(
    play: Play, stage: Stage
) -> None:
    async with play() as played:
        await played.chooses(stage)
        await played.fake.until(lambda: "STEP_SKIPPED" in played.fake.lines())
        back = await played.chooses(Stage.QUALIFIED)
        assert back.stage is Stage.QUALIFIED


async def test_cancelling_undoes_everything_and_refunds_by_the_policy(play: Play) -> None:
    async with play(policy=replace(FAST, seconds_per_day=1), guides=("anna",)) as played:
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await played.orders_are_out()
        await played.supplier_confirms(1)
        await fake.until(lambda: "guide_offer" in fake.sent())
        receipt = await played.cancels()
        assert (receipt.paid_minor, receipt.refund_minor) == (30_000, 30_000)
        await asyncio.wait_for(played.handle.result(), 20)

        refunds = [message for message in fake.asked if isinstance(message, RefundBooking)]
        assert [refund.refund_minor for refund in refunds] == [30_000]
        await fake.until(lambda: fake.sent().count("service_released") == 2)
        await fake.until(lambda: "guide_released" in fake.sent())
        assert fake.sent().count("booking_cancelled") == 1
        with pytest.raises(BookingClosedError):
            await played.cancels()
        with pytest.raises(DomainError):
            await played.supplier_confirms(2)


async def test_money_after_a_cancellation_is_held(play: Play) -> None:
    async with play(policy=replace(FAST, seconds_per_day=1)) as played:
        fake = played.fake
        fake.failing["expire_checkouts"] = RuntimeError("the provider is away")
        await played.sends_quote()
        await played.accepts()
        await played.cancels()
        await played.is_paid(1, 30_000)
        await fake.until(lambda: any(getattr(asked, "hold", False) for asked in fake.asked))
        fake.failing.clear()
        await asyncio.wait_for(played.handle.result(), 20)
        assert "receipt" not in fake.sent()


async def test_a_supplier_who_declined_is_replaced(play: Play) -> None:
    async with play(suppliers=1, policy=replace(FAST, seconds_per_day=1)) as played:
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await played.orders_are_out()
        order = f"so_{fake.booking_id}_1"
        handle = played.client.get_workflow_handle(order)
        decline = {"command_id": command_id(), "actor": "supplier", "attempt": 1}
        await handle.execute_update("decline", decline)
        with pytest.raises(ServiceOrderNotOpenError, match="already: declined"):
            await played.supplier_confirms(1)
        other = {"command_id": command_id(), "actor": "staff_1", "partner_id": "partner_2"}
        await handle.execute_update("choose_alternative", other)
        with pytest.raises(ServiceOrderNotOpenError, match="another supplier"):
            await played.supplier_confirms(1, attempt=1)
        await played.supplier_confirms(1, attempt=2)
        await fake.until(lambda: "booking_confirmed" in fake.sent())
        records = [asked for asked in fake.asked if isinstance(asked, RecordServiceOrder)]
        assert [record.status for record in records] == [
            "REQUESTED",
            "DECLINED",
            "REQUESTED",
            "CONFIRMED",
        ]


async def test_a_supplier_who_answers_while_the_request_is_still_sent_is_heard(play: Play) -> None:
    async with play(suppliers=1, on_their_way=("service_request",)) as played:
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await played.orders_are_out()
        await played.supplier_confirms(1)
        fake.on_their_way = ()
        await fake.until(lambda: "booking_confirmed" in fake.sent())


async def test_a_silent_supplier_is_reminded_and_the_service_is_at_risk(play: Play) -> None:
    policy = replace(FAST, supplier_answer_hours=48, seconds_per_day=0.3)
    async with play(suppliers=1, policy=policy) as played:
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await fake.until(
            lambda: any(getattr(asked, "status", "") == "AT_RISK" for asked in fake.asked)
        )
        assert fake.sent().count("service_request_reminder") == 1
        await played.supplier_confirms(1)
        await fake.until(lambda: "booking_confirmed" in fake.sent())


async def test_the_next_guide_is_asked_after_a_no_a_silence_or_an_overlap(play: Play) -> None:
    policy = replace(FAST, guide_answer_hours=24, seconds_per_day=2)
    guides = ("no", "silent", "busy", "free")
    async with play(suppliers=0, guides=guides, policy=policy, busy_guides={"busy"}) as played:
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await fake.until(lambda: fake.sent().count("guide_offer") == 1)
        await played.guide_answers("no", accepted=False)
        await fake.until(lambda: fake.sent().count("guide_offer") == 3)
        with pytest.raises(GuideNotFreeError):
            await played.guide_answers("busy", accepted=True)
        await fake.until(lambda: fake.sent().count("guide_offer") == 4)
        await played.guide_answers("free", accepted=True)
        await fake.until(lambda: "booking_confirmed" in fake.sent())
        records = [asked for asked in fake.asked if isinstance(asked, RecordGuideAnswer)]
        assert [record.status for record in records] == [
            "DECLINED",
            "LAPSED",
            "DECLINED",
            "ACCEPTED",
        ]


async def test_a_late_booking_pays_at_once_and_gets_its_checklist_once(play: Play) -> None:
    policy = replace(FAST, seconds_per_day=0.4)
    async with play(departs_in_days=20, suppliers=0, policy=policy) as played:
        fake = played.fake
        await played.sends_quote()
        accepted = await played.accepts()
        assert accepted.amount_minor == 100_000
        await played.is_paid(1, 100_000)
        await asyncio.wait_for(played.handle.result(), 30)
        items = [task for task in fake.tasks() if task.startswith("item:")]
        assert len(items) == len(set(items)) == len(policy.checklist)


async def test_an_unpaid_instalment_is_reminded_of_and_escalated(play: Play) -> None:
    async with play(policy=replace(FAST, seconds_per_day=0.4)) as played:
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await fake.until(lambda: "payment_overdue manager" in fake.sent())
        assert fake.sent().count("payment_reminder D+2") == 1
        assert "payment_overdue finance" in fake.sent()


async def test_a_step_that_fails_for_good_is_handed_over_and_never_ends_the_booking(
    play: Play,
) -> None:
    async with play(policy=replace(FAST, seconds_per_day=2)) as played:
        fake = played.fake
        await fake.until(lambda: "booking_received" in fake.sent())
        lost = ApplicationError("no such quote", type="NOT_FOUND", non_retryable=True)
        fake.failing["render_document"] = lost
        await played.sends_quote()
        await fake.until(lambda: "STEP_STUCK" in fake.lines())
        assert "stuck:PROPOSAL_SENT:render_document" in fake.tasks()
        fake.failing.clear()
        await fake.until(lambda: "quote_sent" in fake.sent())
        await played.accepts()


async def test_a_collection_hears_of_money_that_came_before_it_was_started(play: Play) -> None:
    async with play(policy=replace(FAST, seconds_per_day=2)) as played:
        fake = played.fake
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await fake.until(lambda: "receipt" in fake.sent())
