"""Reading: the lists of 100,000 bookings, and the website's tours, against bare endpoints."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import repeat
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlencode

import httpx2
from sqlalchemy import event

from api.app import create_app
from benchmarks import load
from benchmarks.figures import Figure
from benchmarks.filling import fill
from benchmarks.load import Measured
from benchmarks.office import open_office, settings_for
from benchmarks.servers import Bench
from sandbox.stack.ports import find_free

STORED: Final = 100_000
PEOPLE: Final = 60_000
ROUNDS: Final = 5
SECONDS: Final = 1.5
MOST: Final = 20
"""So many answers of each search count, so that a quick one does not outweigh a slow one."""
OK, NOT_MODIFIED = 200, 304
TOURS: Final = "/public/v1/tours"
LISTS: Final = {
    "back-office list": "/backoffice/bookings",
    "JSON list": "/api/v1/bookings",
    "list by SLA, backwards": "/api/v1/bookings?sort=sla_due_at_desc",
    "page 2,000 of the list": "/api/v1/bookings?page=2000",
    "page of a booking": "/backoffice/bookings/booking_old_4242",
}
QUICK: Final = [name for name in LISTS if name != "page of a booking"]
"""Lists have their bounds; the page of a booking shows what a dozen tables hold."""
SEARCHES: Final = {
    "a name": "hoang lan",
    "a name with accents": "Điện Phạm",
    "the commonest name": "nguyen",
    "a mistyped name": "laurant",
    "an e-mail": "old4242@home.example",
    "a phone number": "0176 0004242",
    "a booking's number": "ATP-FE7E-01092",
    "words of the notes": "honeymoon spa",
}
FIND: Final = "/api/v1/bookings?"


async def measure(bench: Bench) -> list[Figure]:
    """Times and queries of the lists, requests a second of the tours."""
    with bench.cluster.fresh_database() as database:
        fill(database, STORED, PEOPLE)
        cookie = await open_office(database, bench.folder)
        async with bench.api(database, bench.cluster.temporal_address, "bench-pages-") as port:
            tours = await _tours(port)
            async with _floor(bench, database, tours.content) as floor:
                figures = await _lists(port, floor, cookie)
                figures += await _searches(port, cookie)
                figures += await _tours_figures(port, floor, tours.headers["etag"])
        return [*figures, *await _queries(database, bench.folder, cookie)]


async def _tours(port: int) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        return await client.get(TOURS)


@asynccontextmanager
async def _floor(bench: Bench, database: str, body: bytes) -> AsyncIterator[int]:
    file = Path(bench.folder) / "tours.json"
    file.write_bytes(body)
    port = find_free()
    words = ("benchmarks.floor_reads", database, str(port), str(file))
    async with bench.process("floor-reads", *words, port=port):
        yield port


async def _rounds(
    asked: dict[str, tuple[int, bytes, int]], connections: int
) -> dict[str, list[Measured]]:
    """Asks each in turn over several rounds; the first warms up. Value: port, request, status."""
    runs: dict[str, list[Measured]] = {name: [] for name in asked}
    for _ in range(ROUNDS + 1):
        for name, (port, request, status) in asked.items():
            requests: Iterator[bytes] = repeat(request)
            run = await load.run(port, requests, seconds=SECONDS, connections=connections)
            assert set(run.statuses) == {status}, f"{name}: {run.statuses}"
            runs[name].append(run)
    return {name: listed[1:] for name, listed in runs.items()}


async def _lists(port: int, floor: int, cookie: str) -> list[Figure]:
    asked = {name: (port, load.get(path, cookie), OK) for name, path in LISTS.items()}
    runs = await _rounds({"floor": (floor, load.get("/rows"), OK)} | asked, connections=1)
    bare = median(run.p50 for run in runs["floor"])
    figures = [Figure("25 rows by primary key: p50", bare, "ms")]
    for name in LISTS:
        p50 = median(run.p50 for run in runs[name])
        pairs = zip(runs[name], runs["floor"], strict=True)
        ratio = median(mine.p50 / other.p50 for mine, other in pairs)
        at_most = 30 if name in QUICK else None
        figures.append(Figure(f"{name} of {STORED}: p50", p50, "ms", at_most=at_most))
        figures.append(Figure(f"{name}: p50 of the floor's", ratio, "x"))
    return figures


async def _searches(port: int, cookie: str) -> list[Figure]:
    """What somebody waits for who looks for a booking by what they remember."""
    asked = {
        name: (port, load.get(FIND + urlencode({"search": words}), cookie), OK)
        for name, words in SEARCHES.items()
    }
    runs = await _rounds(asked, connections=1)
    times = {name: median(run.p50 for run in found) for name, found in runs.items()}
    each = [Figure(f"search for {name}: p50", times[name], "ms") for name in SEARCHES]
    all_times = [time for found in runs.values() for run in found for time in run.times[:MOST]]
    return [*each, Figure(f"search of {STORED}: p50", median(all_times), "ms", at_most=30)]


async def _tours_figures(port: int, floor: int, etag: str) -> list[Figure]:
    runs = await _rounds(
        {
            "floor": (floor, load.get("/bytes"), OK),
            "tours": (port, load.get(TOURS), OK),
            "304": (port, load.get(TOURS, f"If-None-Match: {etag}\r\n"), NOT_MODIFIED),
        },
        connections=16,
    )
    return [
        Figure("the same bytes, bare", _rate(runs["floor"]), "1/s"),
        Figure("tours", _rate(runs["tours"]), "1/s"),
        Figure("tours of the floor's", _ratio(runs["tours"], runs["floor"]), "x", at_least=0.6),
        Figure("304 of the full answers'", _ratio(runs["304"], runs["tours"]), "x", at_least=1),
    ]


def _rate(runs: list[Measured]) -> float:
    return median(run.per_second for run in runs)


def _ratio(ours: list[Measured], floor: list[Measured]) -> float:
    pairs = zip(ours, floor, strict=True)
    return median(mine.per_second / bare.per_second for mine, bare in pairs)


async def _queries(database: str, folder: Path, cookie: str) -> list[Figure]:
    """How many statements a list sends, counted inside the application."""
    app = create_app(settings_for(database, folder))
    sent: list[str] = []
    figures = []
    async with app.router.lifespan_context(app):
        engine = app.state.resources.engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *facts: sent.append(facts[2]))
        transport = httpx2.ASGITransport(app)
        name, _, value = cookie.strip().partition(": ")
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://bench", headers={name: value}
        ) as client:
            for what, path in LISTS.items():
                await client.get(path)
                sent.clear()
                assert (await client.get(path)).status_code == OK
                at_most = 5 if what in QUICK else None
                figures.append(Figure(f"{what}: queries", len(sent), "queries", at_most=at_most))
    return figures
