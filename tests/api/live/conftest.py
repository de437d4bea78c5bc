"""Streams over real connections: the API served on a port, and browsers that follow it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import pytest_asyncio
import uvicorn

from api.identity.session import COOKIE
from api.live.live import LiveChanges
from tests.support.desk import Office

PATIENCE_SECONDS = 30.0


async def eventually(true: Callable[[], object]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if true():
                return
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Event:
    """A server-sent event; a comment has the name `:`."""

    name: str
    data: dict[str, Any]
    id: str = ""


class Stream:
    """An open stream, read event by event."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> Event | None:
        """The next event, comments included; None when the stream has ended."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._lines:
                if line.startswith(":"):
                    return Event(":", {})
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif fields:
                    data = orjson.loads(fields["data"])
                    return Event(fields["event"], data, fields.get("id", ""))
        return None

    async def until(self, name: str) -> Event:
        """The next event of a name."""
        while True:
            event = await self.next()
            assert event is not None, "the stream has ended"
            if event.name == name:
                return event


@dataclass
class Served:
    """The office's API on a port."""

    office: Office
    url: str

    @property
    def live(self) -> LiveChanges:
        return self.office.resources.live

    def browser(self, who: str) -> httpx2.AsyncClient:
        """A logged-in client."""
        return httpx2.AsyncClient(
            base_url=self.url, cookies={COOKIE: who}, timeout=PATIENCE_SECONDS, trust_env=False
        )

    @asynccontextmanager
    async def follow(
        self, who: str, last_event_id: str = "", **headers: str
    ) -> AsyncIterator[Stream]:
        """A stream that is ready: from here on nothing is missed."""
        given = {"last-event-id": last_event_id, **headers} if last_event_id else headers
        async with (
            self.browser(who) as client,
            client.stream("GET", "/backoffice/live", headers=given) as response,
        ):
            assert response.status_code == 200, await response.aread()
            yield Stream(response)

    @asynccontextmanager
    async def listening(self, who: str) -> AsyncIterator[Stream]:
        """A stream whose process hears Postgres, with the first resync behind it."""
        async with self.follow(who) as stream:
            await stream.until("ready")
            if not self.live.hears:
                await stream.until("resync")
            yield stream


@pytest_asyncio.fixture
async def served(office: Office) -> AsyncIterator[Served]:
    """The API served; its resources are opened by the office already."""
    config = uvicorn.Config(office.app, port=0, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(office, f"http://127.0.0.1:{port}")
    office.resources.live.close()
    server.should_exit = True
    await task
