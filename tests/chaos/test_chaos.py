"""Lives while worker, API, Temporal and Postgres are killed: nothing is lost or doubled.

Thirty lives in three minutes at most; `ATP_CHAOS_LIVES` plays fewer. On a machine that is busy with
other things days last longer, so that people and suppliers can answer before a trip departs.
"""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from sandbox.demo.life import LIVES_AT_ONCE
from sandbox.demo.mailbox import Mailbox
from tests.support.ledger import payment_intents, sent_mails
from tests.support.patient_life import PatientLife
from tests.support.stack import FAST_POLICY, WholeStack, whole_stack

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

LIVES = int(os.environ.get("ATP_CHAOS_LIVES", "30"))
CAMPAIGN, POLICY_VERSION = "chaos", 3_000
START_SECONDS = 6.0
"""In which a machine that does nothing else starts the whole system."""
SLOWEST = 3.0
DEPARTS_IN_DAYS = 100
"""The first group's days until departure: by then suppliers and guides must have answered."""
DESTINATIONS = ("Vietnam", "Thailand", "Cambodia", "Laos")
"""Each has guides of its own, so that not all lives ask the same one first."""
VICTIMS = ("worker", "api", "temporal", "postgres")
FIRST_KILL_SECONDS, LAST_KILL_SECONDS = 4.0, 80.0
PAUSES_SECONDS = (4.0, 9.0)
ABSENCES_SECONDS = (0.0, 1.5)
LIVES_SECONDS = 160.0
BETWEEN_GROUPS_SECONDS = 3.0
SETTLED_SECONDS = 15.0


@dataclass
class Aftermath:
    """What was played and where it can be looked up."""

    stack: WholeStack
    lives: list[PatientLife]
    failures: list[str]
    kills: Counter[str]
    slowness: float = 1.0
    reached: Counter[str] = field(default_factory=Counter)


async def kill_at_random(after: Aftermath, chance: random.Random) -> None:
    """One victim after the other, each back after a moment."""
    last_kill_at = time.monotonic() + LAST_KILL_SECONDS * after.slowness
    await asyncio.sleep(FIRST_KILL_SECONDS)
    while time.monotonic() < last_kill_at:
        victim = chance.choice(VICTIMS)
        after.stack.kill(victim)
        after.kills[victim] += 1
        await asyncio.sleep(chance.uniform(*ABSENCES_SECONDS))
        await after.stack.start_again(victim)
        await asyncio.sleep(chance.uniform(*PAUSES_SECONDS))


async def play(life: PatientLife, failures: list[str]) -> None:
    """Those who depart first come first."""
    await asyncio.sleep(BETWEEN_GROUPS_SECONDS * ((life.number - 1) // LIVES_AT_ONCE))
    try:
        await life.play()
    except Exception as error:  # noqa: BLE001 - told with the others
        told = f"{life.number} {life.booking_id}: {type(error).__name__} {error}"[:400]
        failures.append(f"{told}; {life.troubles}")


@pytest_asyncio.fixture(scope="module")
async def aftermath() -> AsyncIterator[Aftermath]:
    seed = random.SystemRandom().randrange(1_000_000)
    begun = time.monotonic()
    async with whole_stack() as stack, AsyncExitStack() as closing:
        slowness = min(max((time.monotonic() - begun) / START_SECONDS, 1.0), SLOWEST)
        sys.stdout.write(f"chaos seed {seed}, days of {slowness:.1f} s\n")
        sys.stdout.flush()
        stack.add_policy(CAMPAIGN, POLICY_VERSION, FAST_POLICY | {"seconds_per_day": slowness})
        desk, mailbox = await stack.desk(), Mailbox(stack.sandbox)
        closing.push_async_callback(mailbox.close)
        closing.push_async_callback(desk.visitor.close)
        after = Aftermath(stack, [], [], Counter(), slowness)
        give_up_at = time.monotonic() + LIVES_SECONDS * slowness
        for number in range(1, LIVES + 1):
            life = PatientLife(
                number,
                stack.website,
                mailbox,
                desk,
                lambda step: after.reached.update([step]),
                campaign=CAMPAIGN,
                departs_in_days=DEPARTS_IN_DAYS,
                destination=DESTINATIONS[number % len(DESTINATIONS)],
                give_up_at=give_up_at,
            )
            after.lives.append(life)
        killing = kill_at_random(after, random.Random(seed))
        await asyncio.gather(killing, *(play(life, after.failures) for life in after.lives))
        await settle(stack)
        for line in (*after.failures, *map(str, unfinished(stack)), dict(after.kills)):
            sys.stdout.write(f"{line}\n")
        yield after


async def settle(stack: WholeStack) -> None:
    """Waits until nothing is left to deliver."""
    give_up_at = time.monotonic() + SETTLED_SECONDS
    while left_over(stack) and time.monotonic() < give_up_at:  # noqa: ASYNC110 - seen in tables only
        await asyncio.sleep(0.5)


def left_over(stack: WholeStack) -> list[dict[str, Any]]:
    """What still waits for somebody."""
    return [
        *stack.rows("SELECT id, workflow_id, attempts FROM outbox WHERE delivered_at IS NULL"),
        *stack.rows(
            "SELECT id, type, attempts FROM provider_events"
            " WHERE routed_at IS NULL OR applied_at IS NULL"
        ),
        *stack.rows("SELECT id, template, status FROM messages WHERE status = 'SENDING'"),
    ]


def unfinished(stack: WholeStack) -> list[dict[str, Any]]:
    """Where the bookings stand that did not end, for whoever has to find out why."""
    return stack.rows(
        "SELECT b.id, b.stage, b.trip_status,"
        " (SELECT array_agg(status) FROM service_orders o WHERE o.booking_id = b.id) AS orders,"
        " (SELECT array_agg(status) FROM guide_assignments g WHERE g.booking_id = b.id) AS guides,"
        " (SELECT array_agg(template || ' ' || status) FROM messages m WHERE m.booking_id = b.id)"
        " AS messages, (SELECT array_agg(key) FROM tasks t WHERE t.booking_id = b.id"
        " AND t.status = 'OPEN') AS tasks FROM bookings b WHERE b.stage <> 'POST_TRIP'"
    )


def test_every_life_reaches_its_end(aftermath: Aftermath) -> None:
    assert sum(aftermath.kills.values()) >= 6, aftermath.kills
    report = (
        dict(aftermath.kills),
        dict(aftermath.reached),
        aftermath.failures,
        unfinished(aftermath.stack),
    )
    ends = aftermath.stack.rows("SELECT stage, count(*) AS bookings FROM bookings GROUP BY stage")
    assert ends == [{"stage": "POST_TRIP", "bookings": LIVES}], report


async def test_every_accepted_enquiry_has_one_booking_and_one_workflow(
    aftermath: Aftermath,
) -> None:
    answered = {life.booking_id for life in aftermath.lives}
    assert len(answered) == LIVES
    stored = {row["id"] for row in aftermath.stack.rows("SELECT id FROM bookings")}
    assert stored == answered
    client = await aftermath.stack.temporal()
    firsts: Counter[str] = Counter()
    async for run in client.list_workflows("WorkflowType = 'Booking'"):
        firsts[run.id] += run.status is not None and run.status.name != "CONTINUED_AS_NEW"
    assert firsts == Counter(answered)


async def test_nobody_is_charged_twice(aftermath: Aftermath) -> None:
    paid = [one for one in await payment_intents(aftermath.stack) if one["status"] == "succeeded"]
    stored = aftermath.stack.rows("SELECT provider_payment_id AS id, held FROM payments")
    assert Counter(one["id"] for one in paid) == Counter(row["id"] for row in stored)
    assert not any(row["held"] for row in stored)
    charged: Counter[str] = Counter()
    for one in paid:
        charged[one["metadata"]["booking_id"]] += one["amount_received"]
    accepted = aftermath.stack.rows(
        "SELECT booking_id, total_minor FROM quote_versions WHERE status = 'ACCEPTED'"
    )
    assert charged == {row["booking_id"]: row["total_minor"] for row in accepted}
    parts = aftermath.stack.rows("SELECT status FROM instalments")
    assert [part["status"] for part in parts] == ["PAID"] * len(paid)


async def test_no_message_is_sent_twice(aftermath: Aftermath) -> None:
    mails = await sent_mails(aftermath.stack)
    copies = Counter(mail["metadata"]["message_id"] for mail in mails)
    assert {key: number for key, number in copies.items() if number > 1} == {}
    rows = aftermath.stack.rows("SELECT id FROM messages WHERE channel = 'EMAIL'")
    assert set(copies) == {row["id"] for row in rows}


async def test_no_service_is_ordered_twice(aftermath: Aftermath) -> None:
    per_line = aftermath.stack.rows(
        "SELECT l.id, count(o.id) AS orders FROM quote_lines l"
        " JOIN quote_versions q ON q.id = l.quote_version_id AND q.status = 'ACCEPTED'"
        " LEFT JOIN service_orders o ON o.quote_line_id = l.id"
        " WHERE l.partner_id IS NOT NULL GROUP BY l.id"
    )
    assert Counter(row["orders"] for row in per_line) == Counter({1: LIVES * 2})
    requests = aftermath.stack.rows(
        "SELECT subject_ref, recipient FROM messages WHERE template = 'service_request'"
    )
    assert len(requests) == len({row["subject_ref"] for row in requests}) == LIVES * 2


def test_the_ledger_balances_and_holds_what_was_paid(aftermath: Aftermath) -> None:
    uneven = aftermath.stack.rows(
        "SELECT posting_id FROM ledger_entries GROUP BY posting_id HAVING sum(amount_minor) <> 0"
    )
    assert uneven == []
    [at_provider] = aftermath.stack.rows(
        "SELECT sum(amount_minor) AS minor FROM ledger_entries WHERE account = 'stripe'"
    )
    [asked] = aftermath.stack.rows("SELECT sum(amount_minor) AS minor FROM instalments")
    assert at_provider == asked


def test_nothing_is_stuck(aftermath: Aftermath) -> None:
    assert left_over(aftermath.stack) == []
