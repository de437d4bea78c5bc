"""The live changes of one API process: its tasks, its streams and their limits."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.live.hub import LiveHub
from api.live.messages import HEARTBEAT
from api.live.subscriber import Subscriber
from api.logs import FACTS, failure_facts
from models.database import Sessions
from models.settings import Settings
from models.store.live_changes import hear_changes
from models.store.sessions import good_sessions

HEARTBEAT_SECONDS = 15.0
SWEEP_SECONDS = 15.0
LONGEST_STREAM_SECONDS = 900.0
FIRST_RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 5.0
MOST_STREAMS = 1000
MOST_OF_A_PERSON = 6

logger = logging.getLogger("api.live")


class LiveChanges:
    """Listens to Postgres while anybody listens to it; one connection, whoever many do."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False
        self.hears = False
        """Whether Postgres is heard just now."""
        self.hub = LiveHub(sessions)

    async def __aenter__(self) -> Self:
        """Starts nothing yet: Postgres may be away while the API starts."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the streams and the tasks."""
        self.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def close(self) -> None:
        """Ends every stream, now and from now on: the process is about to stop."""
        self._closed = True
        self.hub.close()

    def room_for(self, person: str) -> bool:
        """Whether somebody may open one more stream here."""
        own = sum(one.person == person for one in self.hub.subscribers)
        return own < MOST_OF_A_PERSON and len(self.hub.subscribers) < MOST_STREAMS

    async def stream(self, subscriber: Subscriber, last_event_id: str) -> AsyncIterator[bytes]:
        """The events of a stream, until the browser leaves, the session ends or it was long enough.

        A browser whose stream has ended comes back by itself with the id of the last event.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + LONGEST_STREAM_SECONDS
        self._start()
        self.hub.join(subscriber, last_event_id)
        if self._closed:
            subscriber.end()
        try:
            while loop.time() < ends_at:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        message = await subscriber.queue.get()
                except TimeoutError:
                    yield HEARTBEAT
                    continue
                if message is None:
                    return
                yield message
        finally:
            self.hub.leave(subscriber)

    def _start(self) -> None:
        if self._tasks:
            return
        for work in (self._listen(), self.hub.tell_for_ever(), self._sweep()):
            task = asyncio.create_task(work)
            task.add_done_callback(self._stopped)
            self._tasks.append(task)

    def _stopped(self, task: asyncio.Task[None]) -> None:
        """A task that broke is told to those on duty; the next stream starts all of them anew."""
        if task.cancelled() or not (error := task.exception()):
            return
        logger.error("live changes have stopped", extra={FACTS: failure_facts(error)})
        tasks, self._tasks = self._tasks, []
        for other in tasks:
            other.cancel()
        self.hub.close()

    async def _listen(self) -> None:
        delay = FIRST_RETRY_SECONDS
        while True:
            try:
                async for change in hear_changes(self._settings.async_database_url):
                    if change is None:
                        delay = FIRST_RETRY_SECONDS
                        self.hears = True
                        self.hub.resync()
                    else:
                        self.hub.note(change)
            except OSError as error:
                facts = {FACTS: failure_facts(error)}
                logger.warning("Postgres is not heard; trying again", extra=facts)
            self.hears = False
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_RETRY_SECONDS)

    async def _sweep(self) -> None:
        """Ends the streams of sessions that have ended, one question for all."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            open_now = list(self.hub.subscribers)
            if not open_now:
                continue
            try:
                good = await self._good({one.token_hash for one in open_now})
            except (OperationalError, InterfaceError, PoolTimeoutError):
                continue
            for subscriber in open_now:
                if subscriber.token_hash not in good:
                    subscriber.expire()

    async def _good(self, hashes: set[str]) -> set[str]:
        idle = timedelta(minutes=self._settings.session_idle_minutes)
        async with self._sessions() as session:
            return await good_sessions(session, hashes, idle)
