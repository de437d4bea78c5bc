"""Running bookings hear of a changed policy: all of them, a few at a time, behind nobody."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest_asyncio
from sqlalchemy import func, select, update

from activities.relay.relay import POLICY_AT_ONCE
from models.domain.policy import Policy
from models.domain.stages import Stage
from models.messages.workflow_names import PAYMENT_EVENT, POLICY_CHANGED
from models.store.policies import policy_in_force, put_in_force, store_draft
from models.store.policy_rollouts import LATECOMERS, SETTLED_AFTER, tell_more
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking
from models.tables.integration import OutboxRow
from models.tables.rosters import PolicyRollout
from tests.support.relaying import Post, listening, open_post, until

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def post(database_url: str, temporal_address: str) -> AsyncIterator[Post]:
    async with open_post(database_url, temporal_address) as opened:
        yield opened


async def change_policy(post: Post, **changes: object) -> int:
    """Puts a policy with other clocks in force."""
    async with post.sessions.begin() as session:
        before = await policy_in_force(session, None)
        changed: Policy = replace(before, **(changes or {"sla_hours": {Stage.NEW: 5}}))  # type: ignore[arg-type]  # by their names
        draft = await store_draft(session, changed, created_by="tests")
        version, _ = await put_in_force(session, draft, by="tests")
    return version


async def grow_older(post: Post) -> None:
    """Lets the time pass in which bookings are too young, and rollouts too."""
    async with post.sessions.begin() as session:
        await session.execute(
            update(Booking).values(created_at=Booking.created_at - SETTLED_AFTER - MINUTE)
        )
        await session.execute(
            update(PolicyRollout).values(started_at=PolicyRollout.started_at - LATECOMERS - MINUTE)
        )


async def tell(post: Post) -> int:
    async with post.sessions.begin() as session:
        return await tell_more(session, POLICY_AT_ONCE)


async def told(post: Post) -> list[OutboxRow]:
    return [row for row in await post.rows() if row.signal == POLICY_CHANGED]


async def rollout(post: Post, version: int) -> PolicyRollout:
    async with post.sessions() as session:
        return await session.get_one(PolicyRollout, version)


async def test_the_workflow_hears_of_the_version(post: Post) -> None:
    async with listening(post):
        booking_id = await post.book()
        await post.start(booking_id)
        version = await change_policy(post)
        await grow_older(post)
        await post.relay.sweep()
        await until(lambda: post.runs(booking_id))
        await post.make_due()
        await post.relay.sweep()
        assert await until(lambda: post.facts(booking_id)) == [f"policy {version}"]
        assert all(row.delivered_at for row in await post.rows())


async def test_never_more_than_a_few_wait_however_many_are_running(post: Post) -> None:
    bookings = sorted([await post.book() for _ in range(2 * POLICY_AT_ONCE + 3)])
    version = await change_policy(post)
    await grow_older(post)
    assert await tell(post) == POLICY_AT_ONCE
    assert await tell(post) == 0
    await post.tell(bookings[-1], PAYMENT_EVENT, "1")
    for expected in (POLICY_AT_ONCE, 3, 0):
        async with post.sessions.begin() as session:
            await session.execute(update(OutboxRow).values(delivered_at=func.now()))
        assert await tell(post) == expected
    assert [row.workflow_id for row in await told(post)] == bookings
    found = await rollout(post, version)
    assert (found.told, found.finished_at is not None) == (len(bookings), True)


async def test_two_relays_tell_nobody_twice(post: Post) -> None:
    for _ in range(POLICY_AT_ONCE - 2):
        await post.book()
    await change_policy(post)
    await grow_older(post)
    await asyncio.gather(*(tell(post) for _ in range(4)))
    await tell(post)
    rows = await told(post)
    assert len(rows) == len({row.workflow_id for row in rows}) == POLICY_AT_ONCE - 2


async def test_closed_bookings_and_other_campaigns_are_left_alone(post: Post) -> None:
    mine, closed, other = [await post.book() for _ in range(3)]
    await post.close(closed)
    async with post.sessions.begin() as session:
        session.add(PolicyVersion(version=900, campaign="demo", body={}, created_by="tests"))
        await session.flush()
        await session.execute(update(Booking).where(Booking.id == other).values(policy_version=900))
    await change_policy(post)
    await grow_older(post)
    await tell(post)
    assert [row.workflow_id for row in await told(post)] == [mine]


async def test_an_enquiry_that_came_in_under_the_version_before_is_told_later(post: Post) -> None:
    version = await change_policy(post)
    late = await post.book()
    assert await tell(post) == 0
    assert (await rollout(post, version)).finished_at is None
    await grow_older(post)
    assert await tell(post) == 1
    assert [row.workflow_id for row in await told(post)] == [late]


async def test_a_newer_version_takes_the_place_of_a_rollout_under_way(post: Post) -> None:
    booking_id = await post.book()
    first = await change_policy(post)
    second = await change_policy(post, sla_hours={Stage.NEW: 7})
    await grow_older(post)
    await tell(post)
    assert (await rollout(post, first)).finished_at is not None
    assert [(row.workflow_id, row.argument) for row in await told(post)] == [
        (booking_id, str(second))
    ]
    async with post.sessions() as session:
        active = select(PolicyVersion.version).where(PolicyVersion.active)
        assert list(await session.scalars(active)) == [second]
