"""Running bookings follow a changed policy: their clocks move, their terms stay."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from models.domain.policy import DEFAULT_SLA_HOURS, Policy, RefundTier
from models.domain.stages import Stage
from models.messages.messaging import SendMessage
from models.messages.operations import RecordServiceOrder
from models.messages.policy import PolicyChanged
from models.messages.records import RecordProgress
from tests.support.played import Played
from tests.workflows.conftest import FAST, Play

REAL = Policy(version=1)
"""A day lasts a day: clocks stand still while a test runs."""
SHORT = {**DEFAULT_SLA_HOURS, Stage.NEW: 0.000001}


async def settled(played: Played, version: int) -> RecordProgress:
    """Waits until a version is followed."""
    await played.fake.until(
        lambda: any(one.clocks_version == version for one in played.fake.progresses())
    )
    return next(one for one in played.fake.progresses() if one.clocks_version == version)


async def heard(played: Played, child: str) -> None:
    """Waits until what runs beside the booking was told."""
    handle = played.client.get_workflow_handle(child)
    async with asyncio.timeout(20):
        while "policy_followed" not in (await handle.fetch_history()).to_json():  # noqa: ASYNC110 - a history wakes nobody
            await asyncio.sleep(0.05)


async def greeted(played: Played) -> None:
    await played.fake.until(lambda: "booking_received" in played.fake.sent())


async def test_a_longer_answer_time_moves_the_clock_and_its_task(play: Play) -> None:
    async with play(policy=REAL) as played:
        await greeted(played)
        longer = replace(REAL, version=2, sla_hours={**DEFAULT_SLA_HOURS, Stage.NEW: 5})
        await played.policy_changes(longer)
        moved = await settled(played, 2)
        due_at = played.fake.created_at + timedelta(hours=5)
        assert moved.sla_due_at == due_at
        assert [(task.key, task.due_at) for task in moved.moved_tasks] == [
            ("follow_up:NEW:1", due_at)
        ]
        assert [line.type for line in moved.timeline] == ["POLICY_CHANGED"]
        assert moved.projects


async def test_a_shorter_answer_time_rings_the_running_timer_and_escalates_once(
    play: Play,
) -> None:
    async with play(policy=REAL) as played:
        await greeted(played)
        await played.policy_changes(replace(REAL, version=2, sla_hours=SHORT))
        await played.fake.until(lambda: "sla_breach NEW:1" in played.fake.sent())
        await played.policy_changes(replace(REAL, version=3, sla_hours=DEFAULT_SLA_HOURS))
        await played.policy_changes(replace(REAL, version=4, sla_hours=SHORT))
        await settled(played, 4)
        await played.chooses(Stage.QUALIFIED)
        assert played.fake.sent().count("sla_breach NEW:1") == 1
        assert "sla_warning NEW:1" not in played.fake.sent()
        assert played.fake.lines().count("SLA_BREACHED") == 1


async def test_a_clock_that_is_switched_off_is_due_no_more(play: Play) -> None:
    async with play(policy=REAL) as played:
        await greeted(played)
        off = {**DEFAULT_SLA_HOURS, Stage.NEW: 0}
        await played.policy_changes(replace(REAL, version=2, sla_hours=off))
        moved = await settled(played, 2)
        assert moved.sla_due_at is None


async def test_a_pausing_clock_is_followed_in_staffed_hours(play: Play) -> None:
    async with play(policy=REAL) as played:
        await greeted(played)
        pausing = replace(REAL, version=2, paused_stages=(Stage.NEW,), sla_hours={Stage.NEW: 24})
        await played.policy_changes(pausing)
        moved = await settled(played, 2)
        assert moved.sla_due_at is not None
        assert moved.sla_due_at > played.fake.created_at + timedelta(hours=24)


async def test_a_version_that_is_told_twice_or_late_changes_nothing(play: Play) -> None:
    async with play(policy=REAL) as played:
        await greeted(played)
        longer = replace(REAL, version=3, sla_hours={**DEFAULT_SLA_HOURS, Stage.NEW: 5})
        played.fake.policies[2] = replace(REAL, version=2)
        await played.policy_changes(longer)
        await settled(played, 3)
        await played.policy_changes(longer)
        await played.policy_changes(played.fake.policies[2])
        await played.chooses(Stage.QUALIFIED)
        assert [one.version for one in played.fake.asked if isinstance(one, PolicyChanged)] == [3]


async def test_a_policy_that_moves_no_clock_of_the_booking_leaves_its_projection_alone(
    play: Play,
) -> None:
    async with play(policy=REAL) as played:
        await greeted(played)
        await played.policy_changes(replace(REAL, version=2, overdue_manager_days=9))
        followed = await settled(played, 2)
        assert not followed.projects
        assert not followed.timeline


async def test_a_policy_that_cannot_be_read_is_handed_to_a_manager(play: Play) -> None:
    async with play(policy=REAL) as played:
        await greeted(played)
        await played.handle.signal("policy_changed", PolicyChanged(version=7))
        await played.fake.until(lambda: "policy:7" in played.fake.tasks())


async def test_the_terms_of_a_booking_stay_what_its_customer_was_told(play: Play) -> None:
    terms = replace(FAST, refund_tiers=(RefundTier(0, 100),), seconds_per_day=1)
    async with play(policy=terms) as played:
        await greeted(played)
        harsher = replace(
            terms,
            version=2,
            refund_tiers=(RefundTier(0, 0),),
            deposit_percent=90,
            seconds_per_day=86_400,
        )
        await played.policy_changes(harsher)
        await settled(played, 2)
        await played.sends_quote()
        accepted = await played.accepts()
        assert accepted.amount_minor == 30_000
        await played.is_paid(1, 30_000)
        await played.orders_are_out()
        assert (await played.cancels()).refund_minor == 30_000


async def test_running_collections_remind_by_the_changed_policy(play: Play) -> None:
    policy = replace(FAST, seconds_per_day=0.5, overdue_finance_days=400, overdue_manager_days=500)
    async with play(policy=policy) as played:
        await played.sends_quote()
        await played.accepts()
        await played.fake.until(lambda: "invoice" in played.fake.sent())
        await played.policy_changes(
            replace(policy, version=2, overdue_finance_days=1, overdue_manager_days=2)
        )
        await played.fake.until(lambda: "payment_overdue manager" in played.fake.sent())
        assert played.fake.sent().count("payment_overdue finance") == 1
        assert played.fake.sent().count("invoice") == 1


async def test_a_changed_policy_never_catches_up_on_reminders_that_have_passed(
    play: Play,
) -> None:
    policy = replace(
        FAST, seconds_per_day=0.5, reminder_days_before=(), reminder_days_after=(2, 300)
    )
    policy = replace(policy, overdue_finance_days=400, overdue_manager_days=500)
    async with play(policy=policy) as played:
        await played.sends_quote()
        await played.accepts()
        await played.fake.until(lambda: "payment_reminder D+2" in played.fake.sent())
        await played.policy_changes(replace(policy, version=2, reminder_days_after=(1, 20, 21)))
        await played.fake.until(lambda: "payment_reminder D+21" in played.fake.sent())
        reminders = [one for one in played.fake.sent() if one.startswith("payment_reminder")]
        assert set(reminders) <= {"payment_reminder D+2", "payment_reminder D+20", reminders[-1]}
        assert "payment_reminder D+1" not in reminders


async def test_the_next_supplier_is_asked_by_the_changed_policy(play: Play) -> None:
    policy = replace(FAST, seconds_per_day=1, supplier_answer_hours=240)
    async with play(policy=policy, suppliers=1) as played:
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await played.orders_are_out()
        await played.policy_changes(replace(policy, version=2, supplier_answer_hours=480))
        await heard(played, f"so_{played.fake.booking_id}_1")
        await played.other_supplier(1)
        orders = [one for one in played.fake.asked if isinstance(one, RecordServiceOrder)]
        asked = {order.attempt: order.answer_due_at for order in orders}
        assert asked[1] is not None
        assert asked[2] is not None
        assert asked[2] - asked[1] > timedelta(seconds=9)


async def test_a_version_followed_outlives_a_fresh_run(play: Play) -> None:
    policy = replace(REAL, history_limit=25)
    async with play(policy=policy) as played:
        await greeted(played)
        first_run = played.handle.first_execution_run_id
        await played.policy_changes(replace(policy, version=2, overdue_manager_days=9))
        await settled(played, 2)
        for stage in (Stage.QUALIFIED, Stage.NEW, Stage.QUALIFIED, Stage.NEW):
            await played.chooses(stage)
        await played.policy_changes(replace(policy, version=2))
        await played.policy_changes(
            replace(policy, version=3, sla_hours={**DEFAULT_SLA_HOURS, Stage.NEW: 5})
        )
        await settled(played, 3)
        now = await played.client.get_workflow_handle(played.fake.booking_id).describe()
        assert now.run_id != first_run
        asked = [one.version for one in played.fake.asked if isinstance(one, PolicyChanged)]
        assert asked == [2, 3]


async def test_a_paid_trip_that_nobody_confirms_becomes_a_managers_task(play: Play) -> None:
    early = replace(FAST, unconfirmed_days_before=80)
    async with play(early, suppliers=1, departs_in_days=100) as played:
        await played.sends_quote()
        await played.accepts()
        await played.is_paid(1, 30_000)
        await played.fake.until(lambda: "unconfirmed" in played.fake.tasks())
        await played.supplier_confirms(1)
        await played.fake.until(lambda: "BOOKING_CONFIRMED" in played.fake.lines())
        done = [key for one in played.fake.progresses() for key in one.done_tasks]
        assert "unconfirmed" in done
        assert played.fake.lines().count("NOT_CONFIRMED") == 1


async def test_a_cancelled_booking_follows_nothing(play: Play) -> None:
    async with play(policy=FAST) as played:
        await greeted(played)
        await played.cancels()
        await asyncio.wait_for(played.handle.result(), 20)
        assert not any(isinstance(one, PolicyChanged) for one in played.fake.asked)
        assert [one.template for one in played.fake.asked if isinstance(one, SendMessage)]
