"""Lives a second: bookings against bare workflows that do as much, on the same server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import monotonic
from typing import Final
from uuid import uuid4

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from benchmarks.bare import Bare, Steps
from benchmarks.counting import Life, count_life
from benchmarks.cpu import seconds_used
from benchmarks.figures import Figure
from benchmarks.playing import FAR_SECONDS, Player, Worlds, per_second
from benchmarks.servers import Bench
from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS
from models.settings import Settings
from worker import CACHED_WORKFLOWS, build_workers
from workflows.registry import workflow_runner

CONCURRENCY: Final = 20
LIVES_EACH: Final = 2
ROUNDS: Final = 2
ALONE_SECONDS: Final = 8.0
MARGIN: Final = 1.3
"""The departure lies so much later than the slowest confirmation of the trial."""
TRIES: Final = 3


@dataclass(frozen=True)
class Round:
    """Lives a second, and the processor time of a life: workers, player and servers."""

    per_second: float
    cpu_seconds: float


async def measure(bench: Bench) -> list[Figure]:
    """The ratio of lives a second, and the history of a life."""
    async with _player(bench.cluster.temporal_address) as player:
        life = await count_life(player.client, await player.booking(ALONE_SECONDS))
        seconds = MARGIN * await _slowest_confirmation(player)
        await player.bare(life.part)
        ours, floor = [], []
        for _ in range(ROUNDS):
            floor.append(await _round(partial(player.bare, life.part)))
            mine, seconds = await _round_of_bookings(player, seconds)
            ours.append(mine)
    return _figures(life, ours, floor, seconds)


async def _round(life: Callable[[], Awaitable[object]]) -> Round:
    used = seconds_used()
    rate = await per_second(life, concurrency=CONCURRENCY, each=LIVES_EACH)
    return Round(rate, (seconds_used() - used) / (CONCURRENCY * LIVES_EACH))


@asynccontextmanager
async def _player(address: str) -> AsyncIterator[Player]:
    """Our workers as in production but for their activities, and a worker for bare workflows."""
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    prefix = f"bench-{uuid4().hex}-"
    player = Player(client, prefix, Worlds(), Steps())
    settings = Settings(task_queue_prefix=prefix)
    everything = [player.worlds.any_activity]
    calls = dict.fromkeys((BOOKINGS, PROVIDERS, DOCUMENTS), everything)
    bare = Worker(
        client,
        task_queue=f"{prefix}bare",
        workflows=[Bare],
        activities=[player.steps.step],
        workflow_runner=workflow_runner(),
        max_cached_workflows=CACHED_WORKFLOWS,
    )
    async with AsyncExitStack() as stack:
        for worker in (bare, *build_workers(client, settings, calls)):
            await stack.enter_async_context(worker)
        yield player


async def _slowest_confirmation(player: Player) -> float:
    """Seconds from the enquiry to the confirmed trip when all places begin at once."""

    async def one() -> float:
        started = monotonic()
        fake = await player.begin(FAR_SECONDS)
        await player.confirm(fake)
        seconds = monotonic() - started
        await player.client.get_workflow_handle(fake.booking_id).terminate("the trial is over")
        return seconds

    return max(await asyncio.gather(*(one() for _ in range(CONCURRENCY))))


async def _round_of_bookings(player: Player, seconds: float) -> tuple[Round, float]:
    """The round, and the seconds to departure that it took; more when somebody missed it."""
    for _ in range(TRIES - 1):
        try:
            return await _round(partial(player.booking, seconds)), seconds
        except ExceptionGroup:
            seconds *= 1.5
    return await _round(partial(player.booking, seconds)), seconds


def _figures(life: Life, ours: list[Round], floor: list[Round], seconds: float) -> list[Figure]:
    pairs = list(zip(ours, floor, strict=True))
    rate = median(mine.per_second / bare.per_second for mine, bare in pairs)
    cpu = median(bare.cpu_seconds / mine.cpu_seconds for mine, bare in pairs)
    ours_a_second = median(mine.per_second for mine in ours)
    note = f"{median(mine.cpu_seconds for mine in ours):.2f} CPU s each, away in {seconds:.0f} s"
    return [
        Figure("lives of bookings", ours_a_second, "1/s", note=note),
        Figure(
            "lives of bare workflows",
            median(bare.per_second for bare in floor),
            "1/s",
            note=f"{median(bare.cpu_seconds for bare in floor):.2f} CPU s each, {_in_words(life)}",
        ),
        Figure("lives/s of the floor's", rate, "x", at_least=0.7),
        Figure("lives a CPU second of the floor's", cpu, "x"),
        Figure("events of a booking's life", life.events, "events", at_most=400),
        Figure("size of a booking's history", life.bytes / 1e6, "MB", at_most=1),
        Figure("events of a life with its children", life.events_with_children, "events"),
        Figure("size of a life with its children", life.bytes_with_children / 1e6, "MB"),
    ]


def _in_words(life: Life) -> str:
    parts = (life.part, *life.part.children)
    activities, signals, updates = (
        sum(getattr(part, name) for part in parts) for name in ("activities", "signals", "updates")
    )
    timers = sum(len(part.timers) + part.cancelled for part in parts)
    return (
        f"{activities} activities, {timers} timers, {signals} signals, {updates} updates in "
        f"{len(parts)} workflows"
    )
