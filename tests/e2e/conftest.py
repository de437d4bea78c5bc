"""One whole system and a few played lives for every test that looks at them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio

from sandbox.demo.mailbox import Mailbox
from tests.support.stack import FAST_POLICY, WholeStack, whole_stack
from tests.support.travellers import LIFE_SECONDS, Played, Traveller

EXPIRING = FAST_POLICY | {
    "quote_valid_days": 24,
    "quote_expiry_reminder_days": 1,
    "lost_after_expiry_days": 400,
    "seconds_per_day": 0.5,
}
UNBROKEN = FAST_POLICY | {"history_limit": 2_000}


@pytest_asyncio.fixture(scope="session")
async def stack() -> AsyncIterator[WholeStack]:
    """A system of this worker's own."""
    async with whole_stack() as running:
        running.add_policy("expiring", 2_001, EXPIRING)
        running.add_policy("unbroken", 2_002, UNBROKEN)
        yield running


@pytest_asyncio.fixture(scope="session")
async def played(stack: WholeStack) -> AsyncIterator[Played]:
    """Two whole lives; others declined, superseded, expired, cancelled with and without money."""
    async with AsyncExitStack() as closing:
        desk, mailbox = await stack.desk(), Mailbox(stack.sandbox)
        closing.push_async_callback(mailbox.close)
        closing.push_async_callback(desk.visitor.close)
        give_up_at = time.monotonic() + LIFE_SECONDS

        def person(number: int, campaign: str) -> Traveller:
            return Traveller(
                number,
                stack.website,
                mailbox,
                desk,
                lambda _: None,
                campaign=campaign,
                give_up_at=give_up_at,
            )

        lives = Played(
            stack,
            whole=person(1, "fast"),
            unbroken=person(2, "unbroken"),
            declined=person(3, "fast"),
            superseded=person(4, "fast"),
            expired=person(5, "expiring"),
            cancelled=person(6, "fast"),
            unpaid=person(7, "fast"),
        )
        await asyncio.gather(
            lives.whole.play(),
            lives.unbroken.play(),
            lives.declined.declines(),
            lives.superseded.is_quoted_twice(),
            lives.expired.lets_expire(),
            lives.cancelled.cancels(),
            lives.unpaid.cancels_unpaid(),
        )
        yield lives
