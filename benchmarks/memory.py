"""Memory: a worker that holds 1,000 open bookings, an API process after 2,000 requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import uuid4

import psutil
import psycopg
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks import load
from benchmarks.bare_worker import Sleeper
from benchmarks.figures import Figure
from benchmarks.filling import fill
from benchmarks.intake import enquiries
from benchmarks.office import open_office
from benchmarks.servers import Bench
from models.messages.ids import BookingId
from models.messages.task_queues import BOOKINGS, queue
from sandbox.stack.ports import find_free
from workflows.state import BookingLife

OPEN_BOOKINGS: Final = 1_000
AT_ONCE: Final = 20
REQUESTS: Final = 2_000
PATIENCE_SECONDS: Final = 240.0
MEGABYTE: Final = 1e6


async def measure(bench: Bench) -> list[Figure]:
    """The resident memory of our processes beside that of bare ones."""
    ours, bare = await _worker(bench), await _bare_worker(bench)
    api, floor = await _api(bench)
    return [
        Figure(f"bare worker, {OPEN_BOOKINGS} waiting workflows", bare, "MB"),
        Figure(f"worker, {OPEN_BOOKINGS} open bookings", ours, "MB", at_most=400),
        Figure("worker of the bare one's", ours / bare, "x"),
        Figure(f"bare API after {REQUESTS} requests", floor, "MB"),
        Figure(f"API after {REQUESTS} requests", api, "MB", at_most=200),
        Figure("API of the bare one's", api / floor, "x"),
    ]


async def _worker(bench: Bench) -> float:
    """The worker as it runs in production, its bookings waiting for staff to answer."""
    prefix = f"bench-{uuid4().hex}-"
    client = await Client.connect(
        bench.cluster.temporal_address, data_converter=pydantic_data_converter
    )

    async def start(number: int) -> None:
        booking_id = BookingId(f"booking_old_{number}")
        await client.start_workflow(
            "Booking",
            BookingLife(booking_id=booking_id),
            id=f"{prefix}{booking_id}",
            task_queue=queue(prefix, BOOKINGS),
        )

    with bench.cluster.fresh_database() as database:
        fill(database, OPEN_BOOKINGS)
        _reopen(database)
        async with (
            _stand_ins(bench) as sandbox,
            _our_worker(bench, database, prefix, sandbox) as pid,
        ):
            await _each(start)
            await _until_greeted(database)
            return _resident(pid)


@asynccontextmanager
async def _stand_ins(bench: Bench) -> AsyncIterator[str]:
    port = find_free()
    environment = {"ATP_SANDBOX_PORT": str(port), "ATP_DATA_DIR": str(bench.folder)}
    async with bench.process("sandbox", "sandbox.server", port=port, environment=environment):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _our_worker(bench: Bench, database: str, prefix: str, sandbox: str) -> AsyncIterator[int]:
    port = find_free()
    environment = {
        "DATABASE_URL": database,
        "TEMPORAL_ADDRESS": bench.cluster.temporal_address,
        "ATP_TASK_QUEUE_PREFIX": prefix,
        "ATP_WORKER_PORT": str(port),
        "ATP_DATA_DIR": str(bench.folder),
        "POSTMARK_API_BASE": f"{sandbox}/postmark",
        "TWILIO_API_BASE": f"{sandbox}/twilio",
        "STRIPE_API_BASE": f"{sandbox}/stripe",
    }
    async with bench.process("memory", "worker", port=port, environment=environment) as pid:
        yield pid


async def _bare_worker(bench: Bench) -> float:
    name, port = f"bare-{uuid4().hex}", find_free()
    address = bench.cluster.temporal_address
    client = await Client.connect(address)

    async def start(number: int) -> None:
        await client.start_workflow(Sleeper.run, id=f"{name}-{number}", task_queue=name)

    words = ("benchmarks.bare_worker", address, name, str(port))
    async with bench.process("bare-worker", *words, port=port) as pid:
        await _each(start)
        await _until_still(pid)
        return _resident(pid)


async def _each(start: Callable[[int], Awaitable[None]]) -> None:
    """Starts them all, so many at once."""
    numbers = iter(range(1, OPEN_BOOKINGS + 1))

    async def some() -> None:
        for number in numbers:
            await start(number)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


def _reopen(database: str) -> None:
    """Lets every booking be one that came in this minute."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE bookings SET stage = 'NEW', created_at = now()")


async def _until_greeted(database: str) -> None:
    """Waits until every booking's first message is sent: from then on it waits for staff."""
    give_up_at = monotonic() + PATIENCE_SECONDS
    with psycopg.connect(database, autocommit=True) as connection:
        while True:
            row = connection.execute(
                "SELECT count(*) FROM messages WHERE status <> 'SENDING'"
            ).fetchone()
            if row and row[0] >= OPEN_BOOKINGS:
                return
            if monotonic() > give_up_at:
                raise TimeoutError(f"{row} of {OPEN_BOOKINGS} bookings were greeted")
            await asyncio.sleep(0.5)


async def _until_still(pid: int) -> None:
    """Waits until a process has nothing left to do."""
    process = psutil.Process(pid)
    while await asyncio.to_thread(process.cpu_percent, 1.0) > 5:
        pass


def _resident(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / MEGABYTE


async def _api(bench: Bench) -> tuple[float, float]:
    """Resident memory of the API and of the bare endpoint after as many requests."""
    with bench.cluster.fresh_database() as database:
        fill(database, OPEN_BOOKINGS)
        cookie = await open_office(database, Path(bench.folder))
        port = find_free()
        environment = {
            "DATABASE_URL": database,
            "TEMPORAL_ADDRESS": bench.cluster.temporal_address,
            "ATP_HTTP_PORT": str(port),
            "ATP_TASK_QUEUE_PREFIX": "bench-memory-",
        }
        async with bench.process("api", "api.server", port=port, environment=environment) as pid:
            await _ask(port, _everything(cookie))
            ours = _resident(pid)
        port = find_free()
        words = ("benchmarks.floor", database, str(port))
        async with bench.process("floor-memory", *words, port=port) as pid:
            await _ask(port, enquiries("/floor"))
            return ours, _resident(pid)


def _everything(cookie: str) -> Iterator[bytes]:
    """Enquiries, tours and lists in turn."""
    reads = [
        load.get("/public/v1/tours"),
        load.get("/backoffice/bookings", cookie),
        load.get("/api/v1/bookings", cookie),
    ]
    for enquiry in enquiries("/public/v1/bookings"):
        yield enquiry
        yield from reads


async def _ask(port: int, requests: Iterator[bytes]) -> None:
    answered = 0
    while answered < REQUESTS:
        answered += len((await load.run(port, requests, seconds=0.5)).times)
