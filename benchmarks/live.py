"""Live changes: what two hundred open browsers cost, and how soon they hear of a change."""

import asyncio
import hashlib
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Final

import httpx2
import psutil
import psycopg

from api.identity.session import COOKIE
from api.live.hub import LOOK_BUDGET, LOOK_SECONDS
from benchmarks.figures import Figure
from benchmarks.filling import fill
from benchmarks.office import open_office
from benchmarks.servers import Bench
from sandbox.stack.ports import find_free

BROWSERS: Final = 200
PEOPLE: Final = 40
MANAGERS: Final = 10
PACE_SECONDS: Final = BROWSERS * LOOK_SECONDS / LOOK_BUDGET
"""What the server asks so many browsers to wait between two looks at a whole list."""
STORED: Final = 20_000
QUIET_SECONDS: Final = 10.0
BUSY_SECONDS: Final = 20.0
CHANGES_A_SECOND: Final = 2
LISTS: Final = 180
"""Browsers that show the first page of the list; the others show a booking that changes."""
JITTER_SECONDS: Final = 0.8
PATIENCE_SECONDS: Final = 10.0
REQUEST: Final = (
    "GET /backoffice/live HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}={token}\r\n"
    "Accept-Language: {language}\r\n\r\n"
)


@dataclass
class Browser:
    """An open stream, and when it heard of which booking."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    """Kept, since a forgotten one hangs up."""
    heard: dict[str, float] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """Of the person in front of it."""
        return token_of(self.number % PEOPLE)

    async def listen(self) -> None:
        """Reads for ever."""
        while line := await self.reader.readline():
            if line.startswith(b"data: {") and b"booking_" in line:
                for part in line.split(b'"'):
                    if part.startswith(b"booking_old_"):
                        self.heard.setdefault(part.decode(), time.monotonic())


def token_of(person: int) -> str:
    """What the browser of a person shows."""
    return f"live-{person}"


async def measure(bench: Bench) -> list[Figure]:
    """Processor time of the API, as a share of one core, and the delay of changes."""
    with bench.cluster.fresh_database() as database:
        fill(database, STORED)
        await open_office(database, bench.folder)
        hire(database)
        port = find_free()
        environment = {
            "DATABASE_URL": database,
            "TEMPORAL_ADDRESS": bench.cluster.temporal_address,
            "ATP_HTTP_PORT": str(port),
            "ATP_LOG_LEVEL": "WARNING",
        }
        async with bench.process("api-live", "api.server", port=port, environment=environment) as p:
            return await _watch(psutil.Process(p), database, port)


def hire(database: str) -> None:
    """People who are logged in, each with bookings of their own; the first are managers."""
    with psycopg.connect(database, autocommit=True) as connection:
        for person in range(PEOPLE):
            role = "atp_manager" if person < MANAGERS else "atp_staff"
            name = f"bench{person}"
            connection.execute(
                "INSERT INTO staff (id, name, usernames) VALUES (%s, %s, %s)",
                (f"staff_{name}", f"Person {person}", [name]),
            )
            connection.execute(
                "INSERT INTO staff_sessions (token_hash, id, sub, username, name, email, roles, "
                "csrf_secret, id_token, expires_at) "
                "VALUES (%s, %s, %s, %s, %s, '', %s, '-', '-', now() + interval '1 hour')",
                (
                    hashlib.sha256(token_of(person).encode()).hexdigest(),
                    f"login_{name}", name, name, name, [role],
                ),
            )  # fmt: skip
        connection.execute(
            "UPDATE bookings SET staff_id = 'staff_bench' || substr(id, 13)::int %% %s", (PEOPLE,)
        )
        connection.execute("VACUUM ANALYZE")


async def _watch(api: psutil.Process, database: str, port: int) -> list[Figure]:
    browsers = [await _open(port, number) for number in range(BROWSERS)]
    readers = [asyncio.create_task(browser.listen()) for browser in browsers]
    await asyncio.sleep(3)
    before = api.memory_info().rss
    quiet = await _cost(api, asyncio.sleep(QUIET_SECONDS))
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        asked = await connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'live'"
        )
        (connections,) = await asked.fetchone() or (0,)
        changed: dict[str, float] = {}
        busy = await _cost(api, _change(connection, changed, BUSY_SECONDS))
        delays = await _delays(browsers, changed)
        used = sum(api.cpu_times()[:2])
        await _look(browsers, port)
        looking = 100 * (sum(api.cpu_times()[:2]) - used) / PACE_SECONDS
    for reader in readers:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
    return [
        Figure(f"{BROWSERS} browsers, nothing happens", quiet, "% of a core", at_most=5),
        Figure(f"{CHANGES_A_SECOND} changes a second told to all", busy, "% of a core", at_most=5),
        Figure(
            "pages that look again, at their pace", looking, "% of a core",
            note=f"{LISTS} lists, {BROWSERS - LISTS} bookings, once in {PACE_SECONDS:g} s",
        ),
        Figure("both together", busy + looking, "% of a core", at_most=5),
        Figure("change to browser: p50", median(delays) * 1000, "ms"),
        Figure("change to browser: slowest", max(delays) * 1000, "ms", at_most=1000),
        Figure("listening connections", connections, "", at_most=1),
        Figure("memory of the API", before / 2**20, "MiB"),
    ]  # fmt: skip


async def _open(port: int, number: int) -> Browser:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    words = {"cookie": COOKIE, "token": token_of(number % PEOPLE)}
    language = "vi" if number % 3 == 0 else "en"
    writer.write(REQUEST.format(language=language, **words).encode())
    status = await reader.readline()
    assert b" 200 " in status, status
    return Browser(number, reader, writer)


async def _cost(api: psutil.Process, work: "asyncio.Future[object] | object") -> float:
    """Processor time of the API while something happens, in percent of one core."""
    started, used = time.monotonic(), sum(api.cpu_times()[:2])
    await work  # type: ignore[misc]  # a coroutine or a future
    return 100 * (sum(api.cpu_times()[:2]) - used) / (time.monotonic() - started)


async def _change(
    connection: psycopg.AsyncConnection[tuple[object, ...]], told: dict[str, float], seconds: float
) -> None:
    """Changes bookings here and there, and what hangs on them."""
    ends_at = time.monotonic() + seconds
    numbers = random.sample(range(1, STORED), int(seconds * CHANGES_A_SECOND) + 1)
    for number in numbers:
        booking = f"booking_old_{number}"
        told[booking] = time.monotonic()
        await connection.execute(
            "UPDATE bookings SET stage = 'NEGOTIATION', revision = revision + 1 WHERE id = %s",
            (booking,),
        )
        await connection.execute(
            "INSERT INTO booking_activities (id, booking_id, type, actor, detail) "
            "VALUES (gen_random_uuid()::text, %s, 'CALL', 'x', '')",
            (booking,),
        )
        if (left := ends_at - time.monotonic()) <= 0:
            return
        await asyncio.sleep(min(left, 1 / CHANGES_A_SECOND))


async def _delays(browsers: list[Browser], changed: dict[str, float]) -> list[float]:
    """From before each change to when each manager's browser had heard of it."""
    managers = [one for one in browsers if one.number % PEOPLE < MANAGERS]
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while any(set(changed) - set(one.heard) for one in managers):
        missing = {booking for one in managers for booking in set(changed) - set(one.heard)}
        assert time.monotonic() < give_up_at, f"nobody told of {sorted(missing)}"
        await asyncio.sleep(0.1)
    return [browser.heard[booking] - at for booking, at in changed.items() for browser in managers]


async def _look(browsers: list[Browser], port: int) -> None:
    """What open pages fetch in the time that the server sets between two looks at a whole list."""
    limits = httpx2.Limits(max_connections=20)
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=30
    ) as client:

        async def fetch(browser: Browser, path: str, delay: float) -> None:
            await asyncio.sleep(delay)
            answer = await client.get(
                path, headers={"Cookie": f"{COOKIE}={browser.token}", "X-Live": "1"}
            )
            answer.raise_for_status()

        lists = [
            fetch(browser, "/backoffice/bookings", random.random() * JITTER_SECONDS)
            for browser in browsers[:LISTS]
        ]
        own = [
            fetch(
                browser, f"/backoffice/bookings/booking_old_{_own(browser)}", place * JITTER_SECONDS
            )
            for place, browser in enumerate(browsers[LISTS:])
        ]
        await asyncio.gather(*lists, *own)


def _own(browser: Browser) -> int:
    """A booking of the person in front of a browser."""
    return PEOPLE + browser.number % PEOPLE
