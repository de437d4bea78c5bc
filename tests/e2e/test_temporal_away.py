"""Temporal is killed, and hangs: facts are taken all the same, decisions are put off politely."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import uuid4

import httpx2
import pytest

from tests.support.enquiries import PATH, a_form
from tests.support.ledger import new_payment, tell
from tests.support.stack import WholeStack
from tests.support.travellers import Played

LONGEST_ANSWER_SECONDS = 2.0
WAIT_SECONDS = 45.0
ENQUIRIES = 5
APPLIED = "SELECT applied_at FROM provider_events WHERE event_id = %s"
PAYMENTS = "SELECT id FROM payments WHERE provider_payment_id = %s"


@asynccontextmanager
async def killed(stack: WholeStack) -> AsyncIterator[None]:
    stack.kill("temporal")
    yield
    await stack.start_again("temporal")


@asynccontextmanager
async def hanging(stack: WholeStack) -> AsyncIterator[None]:
    stack.pause("temporal")
    yield
    stack.resume("temporal")


async def quickly(ask: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
    """An answer, which has to come in time."""
    begun = time.monotonic()
    answer = await ask()
    assert time.monotonic() - begun < LONGEST_ANSWER_SECONDS
    return answer


async def enquire(client: httpx2.AsyncClient) -> str:
    headers = {"Idempotency-Key": f"booking_{uuid4().hex}"}
    answer = await quickly(lambda: client.post(PATH, json=a_form(), headers=headers))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["booking_id"])


async def refuses_a_decision(played: Played) -> httpx2.Response:
    """A member of staff assigns a booking meanwhile."""
    desk, booking_id = played.whole.desk, played.superseded.booking_id
    staff = (await desk.visitor.client.get("/api/v1/staff?active=true")).json()["items"]
    booking = await desk.booking(booking_id)
    change = {"owner_id": staff[-1]["id"], "booking_hash": booking["booking_hash"]}
    return await desk.visitor.client.patch(
        f"/api/v1/bookings/{booking_id}/owner",
        json=change,
        headers={"Origin": played.stack.website, "Idempotency-Key": uuid4().hex},
    )


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not holds():  # noqa: ASYNC110 - seen in tables only
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("away", [killed, hanging])
async def test_facts_are_taken_and_decisions_put_off_while_temporal_is_away(
    played: Played, away: Callable[[WholeStack], AbstractAsyncContextManager[None]]
) -> None:
    stack = played.stack
    event = await new_payment(stack, played.superseded.booking_id)
    async with httpx2.AsyncClient(base_url=stack.website, timeout=20) as client:
        async with away(stack):
            bookings = await asyncio.gather(*(enquire(client) for _ in range(ENQUIRIES)))
            assert (await quickly(lambda: tell(stack, event))).status_code == 200
            assert (await quickly(lambda: tell(stack, event))).status_code == 200
            refused = await refuses_a_decision(played)
            assert refused.status_code == 503, refused.text
            assert int(refused.headers["retry-after"]) > 0
            assert refused.json()["error"]
        await until(lambda: stack.rows(APPLIED, event["id"])[0]["applied_at"] is not None)
    await until(lambda: not stack.rows("SELECT 1 FROM outbox WHERE delivered_at IS NULL"))
    assert len(stack.rows(PAYMENTS, event["data"]["object"]["id"])) == 1
    assert await workflows_of(stack, bookings) == Counter(bookings)


async def workflows_of(stack: WholeStack, bookings: list[str]) -> Counter[str]:
    """How many workflows, counted without their fresh runs, each booking has."""
    client, found = await stack.temporal(), Counter[str]()
    for booking_id in bookings:
        async for run in client.list_workflows(f"WorkflowId = '{booking_id}'"):
            found[run.id] += run.status is not None and run.status.name != "CONTINUED_AS_NEW"
    return found
