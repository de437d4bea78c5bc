"""The intake against a bare endpoint: with Temporal away, beside the relay, on a full database."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from statistics import median
from time import monotonic
from typing import Final
from uuid import uuid4

import psycopg
from temporalio.client import Client

from benchmarks import load
from benchmarks.figures import Figure
from benchmarks.filling import fill
from benchmarks.load import Measured
from benchmarks.servers import Bench
from sandbox.stack.ports import find_free

ROUNDS: Final = 5
ROUND_SECONDS: Final = 3.0
WARM_UP_SECONDS: Final = 1.5
STORED: Final = 100_000
DRAIN_SECONDS: Final = 300.0
PATH: Final = "/public/v1/bookings"
FLOOR_PATH: Final = "/floor"
CREATED: Final = 201


async def measure(bench: Bench) -> list[Figure]:
    """All figures of the intake."""
    return [*await _away_and_full(bench), *await _beside_the_relay(bench)]


async def _away_and_full(bench: Bench) -> list[Figure]:
    """The floor, an empty database and a full one, in turn, while Temporal is away."""
    with bench.cluster.fresh_database() as empty, bench.cluster.fresh_database() as full:
        fill(full, STORED)
        async with AsyncExitStack() as stack:
            dead = f"127.0.0.1:{find_free()}"
            floor = await stack.enter_async_context(_floor(bench, empty))
            ours = await stack.enter_async_context(bench.api(empty, dead))
            ours_full = await stack.enter_async_context(bench.api(full, dead))
            runs = await _rounds({"floor": floor, "ours": ours, "full": ours_full})
        stored = _stored(empty)
    accepted = _accepted(runs["ours"])
    at_none, at_many = (_ratios(runs[name], runs["floor"]) for name in ("ours", "full"))
    slower = 1 - median(
        many.per_second / none.per_second
        for many, none in zip(runs["full"][1:], runs["ours"][1:], strict=True)
    )
    return [
        *_plain("floor", runs["floor"]),
        *_plain("intake, Temporal away", runs["ours"]),
        Figure("requests/s of the floor's, Temporal away", at_none[0], "x", at_least=0.5),
        Figure("p50 of the floor's, Temporal away", at_none[1], "x"),
        Figure("p99 of the floor's, Temporal away", at_none[2], "x", at_most=5),
        Figure("accepted bookings that are stored", stored / accepted, "x", 1, 1),
        Figure(f"requests/s of the floor's, {STORED} stored", at_many[0], "x"),
        Figure(f"slower at {STORED} stored bookings", slower, "x", at_most=0.1),
    ]


async def _beside_the_relay(bench: Bench) -> list[Figure]:
    """The worker tells the stories of what comes in, while it comes in."""
    prefix = f"bench-{uuid4().hex}-"
    address = bench.cluster.temporal_address
    with bench.cluster.fresh_database() as database:
        async with AsyncExitStack() as stack:
            floor = await stack.enter_async_context(_floor(bench, database))
            ours = await stack.enter_async_context(bench.api(database, address, prefix))
            runs = await _rounds({"floor": floor}, rounds=2)
            await stack.enter_async_context(_worker(bench, database, prefix))
            runs |= await _rounds({"ours": ours}, rounds=2)
            waiting = _waiting(database)
            seconds = await _drain(database)
            stored = _stored(database)
            started = await _workflows(address, prefix, stored)
    accepted = _accepted(runs["ours"])
    ratio, p50, p99 = _ratios(runs["ours"], runs["floor"])
    return [
        Figure("requests/s of the floor's, beside the relay", ratio, "x", at_least=0.35),
        Figure("p50 of the floor's, beside the relay", p50, "x"),
        Figure("p99 of the floor's, beside the relay", p99, "x", at_most=5),
        Figure("accepted beside the relay and stored", stored / accepted, "x", 1, 1),
        Figure("stored bookings with a workflow, drained", started / stored, "x", 1, 1),
        Figure("workflows started while draining", waiting / seconds, "1/s"),
    ]


@asynccontextmanager
async def _floor(bench: Bench, database: str) -> AsyncIterator[int]:
    port = find_free()
    async with bench.process("floor", "benchmarks.floor", database, str(port), port=port):
        yield port


@asynccontextmanager
async def _worker(bench: Bench, database: str, prefix: str) -> AsyncIterator[None]:
    """The worker with its relay, and the stand-ins that take its mail."""
    port, sandbox = find_free(), find_free()
    environment = {
        "DATABASE_URL": database,
        "TEMPORAL_ADDRESS": bench.cluster.temporal_address,
        "ATP_TASK_QUEUE_PREFIX": prefix,
        "ATP_WORKER_PORT": str(port),
        "ATP_SANDBOX_PORT": str(sandbox),
        "POSTMARK_API_BASE": f"http://127.0.0.1:{sandbox}/postmark",
        "ATP_DATA_DIR": str(bench.folder / "data"),
        "ATP_LOG_LEVEL": "WARNING",
    }
    async with (
        bench.process("stand-ins", "sandbox.server", port=sandbox, environment=environment),
        bench.process("worker", "worker", port=port, environment=environment),
    ):
        yield


async def _rounds(ports: dict[str, int], rounds: int = ROUNDS) -> dict[str, list[Measured]]:
    """Loads each server in turn, so that all see the same machine; the first round warms up."""
    runs: dict[str, list[Measured]] = {name: [] for name in ports}
    for number in range(rounds + 1):
        for name, port in ports.items():
            path = FLOOR_PATH if name == "floor" else PATH
            seconds = ROUND_SECONDS if number else WARM_UP_SECONDS
            runs[name].append(await load.run(port, enquiries(path), seconds=seconds))
    return runs


def enquiries(path: str) -> Iterator[bytes]:
    """Enquiries of ever new people, each under a key of its own."""
    run = uuid4().hex[:12]
    for number in count():
        body = json.dumps(_form(run, number)).encode()
        yield load.post(path, body, f"Idempotency-Key: booking_{run}_{number}\r\n")


def _form(run: str, number: int) -> dict[str, str]:
    return {
        "name": "Anna Sommer",
        "email": f"anna.{run}.{number}@home.example",
        "phone": f"+49 151 {10_000_000 + number}",
        "destination": "Vietnam",
        "style": "Culture",
        "travelMonth": "2027-05",
        "duration": "9-12 days",
        "travelers": "2",
        "budget": "$1,400-$2,200 / week",
        "language": "English",
        "notes": "We would love to see Ha Long Bay.",
        "pageUrl": "https://asiatravelplan.example/?utm_source=newsletter",
        "referrer": "",
        "utm_source": "newsletter",
        "utm_medium": "email",
        "utm_campaign": "spring",
    }


def _ratios(ours: list[Measured], floor: list[Measured]) -> tuple[float, float, float]:
    """The medians over the rounds of requests/s, p50 and p99, each over the floor's."""
    pairs = list(zip(ours[1:], floor[1:], strict=True))
    return (
        median(mine.per_second / bare.per_second for mine, bare in pairs),
        median(mine.p50 / bare.p50 for mine, bare in pairs),
        median(mine.p99 / bare.p99 for mine, bare in pairs),
    )


def _plain(name: str, runs: list[Measured]) -> list[Figure]:
    return [
        Figure(f"{name}: requests", median(run.per_second for run in runs[1:]), "1/s"),
        Figure(f"{name}: p50", median(run.p50 for run in runs[1:]), "ms"),
        Figure(f"{name}: p99", median(run.p99 for run in runs[1:]), "ms"),
    ]


def _accepted(runs: list[Measured]) -> int:
    return sum(run.statuses.get(CREATED, 0) for run in runs)


def _number(database: str, question: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(question).fetchone()
        return int(row[0]) if row else 0


def _stored(database: str) -> int:
    return _number(database, "SELECT count(*) FROM bookings")


def _waiting(database: str) -> int:
    return _number(database, "SELECT count(*) FROM outbox WHERE delivered_at IS NULL")


async def _drain(database: str) -> float:
    """Waits until nothing waits any more; the seconds that it took."""
    started = monotonic()
    while _waiting(database) and monotonic() - started < DRAIN_SECONDS:  # noqa: ASYNC110 - a database's state wakes nobody
        await asyncio.sleep(0.25)
    return monotonic() - started


async def _workflows(address: str, prefix: str, expected: int) -> int:
    """How many runs of bookings there are; the server's listing is a moment late."""
    client = await Client.connect(address)
    query = f'WorkflowType = "Booking" AND TaskQueue = "{prefix}bookings"'
    for _ in range(40):
        found = (await client.count_workflows(query)).count
        if found >= expected:
            return found
        await asyncio.sleep(0.25)
    return found
