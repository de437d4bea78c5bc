"""The relay holds new customers against the others, when nothing more urgent waits."""

import logging
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from activities.relay import relay
from models.store import comparing
from models.tables.crm import Customer
from models.tables.customers import CustomerSuggestion, MatchSweep
from tests.support import office
from tests.support.relaying import Post, open_post


async def newcomers(post: Post, *addresses: str) -> list[str]:
    """The ids of new customers of one name, who came a minute ago."""
    async with post.sessions.begin() as session:
        people = []
        for address in addresses:
            people.append(await office.customer(session, "Anna Sommer", address))
            await office.booking(session, people[-1])
        earlier = Customer.created_at - timedelta(minutes=1)
        await session.execute(update(Customer).values(created_at=earlier))
    return [one.id for one in people]


async def compared(post: Post) -> tuple[str | None, int]:
    """The last customer who was compared, and how many suggestions stand."""
    async with post.sessions() as session:
        last = await session.scalar(select(MatchSweep.customer_id))
        count = await session.scalar(select(func.count()).select_from(CustomerSuggestion))
    return last, count or 0


async def told_by_a_sweep(post: Post, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the relay warns of in a sweep after which nothing waits."""
    with caplog.at_level(logging.WARNING, "relay"):
        assert await post.relay.sweep() == relay.IDLE_SECONDS
    return [one.getMessage() for one in caplog.records if one.name == "relay"]


async def test_new_customers_are_compared_in_passing(
    database_url: str, temporal_address: str
) -> None:
    async with open_post(database_url, temporal_address) as post:
        people = await newcomers(post, "anna@home.example", "anna@work.example")
        await post.relay.sweep()
        assert await compared(post) == (people[-1], 1)


async def test_nobody_is_compared_while_more_than_a_batch_may_wait(
    database_url: str, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH", 1)
    async with open_post(database_url, temporal_address) as post:
        (person,) = await newcomers(post, "anna@home.example")
        await post.start(await post.book())
        assert await post.relay.sweep() == 0.0
        assert await compared(post) == (None, 0)
        assert await post.relay.sweep() == relay.IDLE_SECONDS
        assert (await compared(post))[0] == person


async def test_who_can_not_be_compared_is_passed_over_and_named_in_the_log(
    database_url: str,
    temporal_address: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_post(database_url, temporal_address) as post:
        people = await newcomers(post, "a@x.example", "anna@home.example", "anna@work.example")
        refuse(monkeypatch, people[0], "SELECT 1 / 0")
        told = await told_by_a_sweep(post, caplog)
        last, count = await compared(post)
    assert last == people[-1]
    assert count > 0
    assert told == [f"customer {people[0]} could not be compared and is passed over: DataError"]


async def test_who_collided_with_somebody_elses_change_is_compared_the_next_time(
    database_url: str,
    temporal_address: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_post(database_url, temporal_address) as post:
        people = await newcomers(post, "anna@home.example", "anna@work.example")
        refuse(monkeypatch, people[1], "DO $$ BEGIN RAISE deadlock_detected; END $$")
        assert await told_by_a_sweep(post, caplog) == []
        assert (await compared(post))[0] == people[0]


async def test_nobody_is_passed_over_because_postgres_is_away(
    database_url: str, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_post(database_url, temporal_address) as post:
        people = await newcomers(post, "anna@home.example", "anna@work.example")

        async def lose(_session: AsyncSession, customer_id: str) -> int:
            raise OperationalError(customer_id, None, psycopg.OperationalError("lost"))

        with monkeypatch.context() as patch:
            patch.setattr(comparing, "refresh_suggestions", lose)
            with pytest.raises(OperationalError):
                await post.relay.sweep()
        assert await compared(post) == (None, 0)
        monkeypatch.setattr(relay, "SECONDS_BETWEEN_COMPARISONS", 0.0)
        await post.relay.sweep()
        assert await compared(post) == (people[-1], 1)


def refuse(monkeypatch: pytest.MonkeyPatch, refused: str, statement: str) -> None:
    """Lets comparing one customer fail by a statement."""
    compare = comparing.refresh_suggestions

    async def refresh(session: AsyncSession, customer_id: str) -> int:
        if customer_id == refused:
            await session.execute(text(statement))
        return await compare(session, customer_id)

    monkeypatch.setattr(comparing, "refresh_suggestions", refresh)
