"""Lives a second: bookings against bare workflows that do as much, on the same server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
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
from benchmarks.figures import Figure
from benchmarks.playing import Player, Worlds, per_second
from benchmarks.servers import Bench
from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS
from models.settings import Settings
from worker import CACHED_WORKFLOWS, build_workers
from workflows.registry import workflow_runner

CONCURRENCY: Final = 20
LIVES_EACH: Final = 2
ROUNDS: Final = 4
ALONE_SECONDS: Final = 4.0
FAR_SECONDS: Final = 120.0
MARGIN: Final = 1.3
"""The departure lies so much later than the slowest confirmation of the trial."""
TRIES: Final = 3


async def measure(bench: Bench) -> list[Figure]:
    """The ratio of lives a second, and the history of a life."""
    async with _player(bench.cluster.temporal_address) as player:
        life = await count_life(player.client, await player.booking(ALONE_SECONDS))
        seconds = MARGIN * await _slowest_confirmation(player)
        await player.bare(life.part)
        ours, floor = [], []
        for _ in range(ROUNDS):
            floor.append(await per_second(
                partial(player.bare, life.part), concurrency=CONCURRENCY, each=LIVES_EACH
            ))
            rate, seconds = await _bookings_per_second(player, seconds)
            ours.append(rate)
    return _figures(life, ours, floor, seconds)


@asynccontextmanager
async def _player(address: str) -> AsyncIterator[Player]:
    """Our workers as in production but for their activities, and a worker for bare workflows."""
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    prefix = f"bench-{uuid4().hex}-"
    player = Player(client, prefix, Worlds(), Steps())
    settings = Settings(task_queue_prefix=prefix)
    everything = [player.worlds.any_activity]
    calls = {name: everything for name in (BOOKINGS, PROVIDERS, DOCUMENTS)}
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
        played = await player.begin(FAR_SECONDS)
        await player.until_confirmed(played)
        seconds = monotonic() - started
        await played.handle.terminate("the trial is over")
        return seconds

    return max(await asyncio.gather(*(one() for _ in range(CONCURRENCY))))


async def _bookings_per_second(player: Player, seconds: float) -> tuple[float, float]:
    """The rate, and the seconds to departure that it took; later when somebody missed it."""
    for _ in range(TRIES - 1):
        try:
            life = partial(player.booking, seconds)
            return await per_second(life, concurrency=CONCURRENCY, each=LIVES_EACH), seconds
        except ExceptionGroup:
            seconds *= 1.5
    life = partial(player.booking, seconds)
    return await per_second(life, concurrency=CONCURRENCY, each=LIVES_EACH), seconds


def _figures(life: Life, ours: list[float], floor: list[float], seconds: float) -> list[Figure]:
    ratio = median(mine / bare for mine, bare in zip(ours, floor, strict=True))
    return [
        Figure("lives of bookings", median(ours), "1/s", note=f"departure in {seconds:.1f} s"),
        Figure("lives of bare workflows", median(floor), "1/s", note=_in_words(life)),
        Figure("lives/s of the floor's", ratio, "x", at_least=0.7),
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
