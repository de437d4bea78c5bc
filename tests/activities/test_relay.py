"""The relay: every fact reaches its workflow, in order, whatever was away meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from temporalio.client import WorkflowExecutionStatus

from activities.relay import Relay
from activities.relay.relay import RUSH, RUSH_SECONDS
from models.database import create_engine
from models.messages.workflow_names import (
    PAYMENT_EVENT,
    QUOTE_VIEWED,
    TASK_REMINDER,
    late_payment_id,
    task_reminder_id,
)
from models.store.provider_events import store_event
from models.store.reminders import send_due_reminders, subject_of
from models.store.tasks import NewStaffTask, create_task
from models.tables.integration import OutboxRow
from tests.support.enquiries import open_door, silent_port
from tests.support.listening_booking import END
from tests.support.relaying import Post, listening, open_post, until


@pytest_asyncio.fixture
async def post(database_url: str, temporal_address: str) -> AsyncIterator[Post]:
    async with open_post(database_url, temporal_address) as opened, listening(opened):
        yield opened


async def test_a_stored_booking_gets_one_workflow_of_its_own_id(post: Post) -> None:
    booking_id = await post.book()
    await post.start(booking_id)
    await post.start(booking_id)
    await post.relay.sweep()
    assert await until(lambda: post.runs(booking_id)) == 1
    assert all(row.delivered_at for row in await post.rows())


async def test_a_closed_booking_is_never_started_again(post: Post) -> None:
    booking_id = await post.book()
    await post.start(booking_id)
    await post.tell(booking_id, QUOTE_VIEWED, END)
    await post.relay.sweep()
    await post.relay.sweep()
    await post.client.get_workflow_handle(booking_id).result()
    await post.start(booking_id)
    await post.relay.sweep()
    described = await post.client.get_workflow_handle(booking_id).describe()
    assert described.status is WorkflowExecutionStatus.COMPLETED
    assert all(row.delivered_at for row in await post.rows())


async def test_facts_keep_their_order_and_wait_for_the_start(post: Post) -> None:
    booking_id = await post.book()
    await post.start(booking_id)
    for number in range(5):
        await post.tell(booking_id, QUOTE_VIEWED, f"quote_{number}")
    for _ in range(7):
        await post.relay.sweep()
    assert await post.facts(booking_id) == [f"quote_{number}" for number in range(5)]


async def test_an_event_is_told_once_however_often_it_came(post: Post) -> None:
    booking_id = await post.book()
    await post.start(booking_id)
    kept = [await post.keep_event("evt_1", booking_id) for _ in range(5)]
    assert kept == [True, False, False, False, False]
    for _ in range(3):
        await post.relay.sweep()
    (event,) = await post.events()
    assert event.routed_at
    assert await post.facts(booking_id) == [str(event.id)]


async def test_an_event_that_moves_no_money_is_kept_and_nobody_is_told(post: Post) -> None:
    booking_id = await post.book()
    async with post.sessions.begin() as session:
        created = {"id": "evt_1", "type": "payment_intent.created", "data": {"object": {}}}
        await store_event(session, "stripe", "evt_1", "payment_intent.created", created, booking_id)
    await post.relay.sweep()
    (event,) = await post.events()
    assert event.routed_at
    assert event.applied_at
    assert await post.rows() == []


async def test_an_event_before_its_booking_is_kept_and_told_later(post: Post) -> None:
    await post.keep_event("evt_1", None)
    stranger = "booking_unknown"
    await post.keep_event("evt_2", stranger)
    await post.relay.sweep()
    await post.make_due()
    await post.relay.sweep()
    events = await post.events()
    assert [(event.routed_at, event.attempts) for event in events] == [(None, 2), (None, 2)]
    assert all(event.available_at > event.received_at for event in events)
    booking_id = await post.book()
    await post.start(booking_id)
    async with post.sessions.begin() as session:
        event = await session.get_one(type(events[1]), events[1].id)
        event.booking_id = booking_id
    await post.make_due()
    for _ in range(3):
        await post.relay.sweep()
    assert await post.facts(booking_id) == [str(events[1].id)]


async def test_money_for_a_story_that_has_ended_is_handed_to_its_own_workflow(post: Post) -> None:
    booking_id = await post.book()
    await post.start(booking_id)
    await post.tell(booking_id, QUOTE_VIEWED, END)
    await post.relay.sweep()
    await post.relay.sweep()
    await post.client.get_workflow_handle(booking_id).result()
    await post.keep_event("evt_1", booking_id)
    await post.tell(booking_id, QUOTE_VIEWED, "too late to matter")
    await post.relay.sweep()
    await post.relay.sweep()
    (event,) = await post.events()
    late = post.client.get_workflow_handle(late_payment_id(booking_id, event.id))
    assert await late.result() == f"{booking_id} {event.id} True"
    assert all(row.delivered_at for row in await post.rows())


async def test_money_for_a_story_that_temporal_has_forgotten_is_held_too(post: Post) -> None:
    booking_id = await post.book()
    await post.close(booking_id)
    await post.keep_event("evt_1", booking_id)
    await post.relay.sweep()
    (event,) = await post.events()
    late = post.client.get_workflow_handle(late_payment_id(booking_id, event.id))
    assert await late.result() == f"{booking_id} {event.id} True"


async def test_an_open_booking_whose_workflow_was_lost_is_started_and_then_told(
    post: Post,
) -> None:
    booking_id = await post.book()
    await post.tell(booking_id, PAYMENT_EVENT, "17")
    await post.relay.sweep()
    assert not (await post.rows())[0].delivered_at
    await post.make_due()
    await post.relay.sweep()
    assert await post.facts(booking_id) == ["17"]


async def test_a_row_that_can_not_be_delivered_holds_up_nobody(post: Post) -> None:
    broken, sound = await post.book(), await post.book()
    await post.tell(broken, PAYMENT_EVENT, "no number")
    await post.start(sound)
    await post.relay.sweep()
    stuck, delivered = await post.rows()
    assert (stuck.delivered_at, stuck.attempts) == (None, 1)
    assert stuck.available_at > stuck.created_at
    assert delivered.delivered_at


async def test_several_relays_share_the_work(post: Post) -> None:
    bookings = [await post.book() for _ in range(30)]
    for booking_id in bookings:
        await post.start(booking_id)
    engine = create_engine(post.settings)
    other = Relay(engine, post.client, post.settings)
    await asyncio.gather(post.relay.sweep(), other.sweep(), post.relay.sweep())
    await engine.dispose()
    rows = await post.rows()
    assert all(row.delivered_at and row.attempts == 1 for row in rows)


async def test_it_gives_way_while_enquiries_pour_in_and_drains_afterwards(post: Post) -> None:
    bookings = [await post.book() for _ in range(RUSH + 10)]
    async with open_door(post.settings.database_url.get_secret_value()) as door:
        answers = await asyncio.gather(*(door.send() for _ in range(RUSH + 10)))
    assert {answer.status_code for answer in answers} == {201}
    for booking_id in bookings:
        await post.start(booking_id)
    assert await post.relay.sweep() == RUSH_SECONDS
    assert len([row for row in await post.rows() if row.delivered_at]) == 1
    await asyncio.sleep(1.1)
    await post.relay.sweep()
    assert all(row.delivered_at for row in await post.rows())


async def test_it_wakes_within_half_a_second(post: Post) -> None:
    running = asyncio.create_task(post.relay.run())
    booking_id = await post.book()
    await asyncio.sleep(0.3)
    await post.start(booking_id)
    started = time.perf_counter()

    async def delivered() -> bool:
        return all(row.delivered_at for row in await post.rows())

    assert await until(delivered)
    assert time.perf_counter() - started < 0.8
    running.cancel()


async def test_the_api_starts_a_lone_booking_itself(
    database_url: str, temporal_address: str, post: Post
) -> None:
    prefix = post.settings.task_queue_prefix
    async with open_door(
        database_url, temporal_address=temporal_address, task_queue_prefix=prefix
    ) as door:
        booking_id = (await door.send()).json()["booking_id"]

        async def delivered() -> list[OutboxRow]:
            return [row for row in await post.rows() if row.delivered_at]

        assert len(await until(delivered)) == 1
    assert await post.facts(booking_id) == []


async def test_a_hanging_temporal_is_given_up_on_and_costs_no_row_a_try(
    database_url: str,
) -> None:
    with silent_port() as port:
        async with open_post(database_url, f"127.0.0.1:{port}") as post:
            for _ in range(12):
                await post.start(await post.book())
            started = time.perf_counter()
            pauses = [await post.relay.sweep() for _ in range(2)]
            assert time.perf_counter() - started < 8
            assert pauses == [0.5, 1.0]
            rows = await post.rows()
            assert {(row.delivered_at, row.attempts) for row in rows} == {(None, 0)}


async def test_a_due_reminder_is_put_on_its_way_once_and_starts_a_story_of_its_own(
    post: Post,
) -> None:
    booking_id = await post.book()
    async with post.sessions.begin() as session:
        now = datetime.now(UTC)
        rung = NewStaffTask("Call back", remind_at=now - timedelta(seconds=1))
        later = NewStaffTask("Call again", remind_at=now + timedelta(days=1))
        task = await create_task(session, booking_id, rung, "staff")
        await create_task(session, booking_id, later, "staff")
        reminder = subject_of(task)
        counts = [await send_due_reminders(session, 10), await send_due_reminders(session, 10)]
    await post.relay.sweep()
    await post.relay.sweep()
    (row,) = await post.rows()
    described = await post.client.get_workflow_handle(task_reminder_id(reminder)).describe()
    assert counts == [1, 0]
    assert (row.signal, row.argument) == (TASK_REMINDER, reminder)
    assert row.delivered_at
    assert described.workflow_type == TASK_REMINDER


async def test_the_relay_sends_reminders_by_itself(post: Post) -> None:
    booking_id = await post.book()
    async with post.sessions.begin() as session:
        rung = NewStaffTask("Call back", remind_at=datetime.now(UTC) - timedelta(seconds=1))
        await create_task(session, booking_id, rung, "staff")
    await post.relay.sweep()
    assert [row.signal for row in await post.rows()] == [TASK_REMINDER]
