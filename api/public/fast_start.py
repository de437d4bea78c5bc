"""Starts the workflow of a fresh booking at once where that costs nobody time."""

import asyncio
import logging
import time
from types import TracebackType
from typing import Final, Self

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from activities.relay.calls import TemporalAwayError, WorkflowCalls
from models.database import Sessions
from models.store.outbox import mark_delivered

AT_ONCE: Final = 2
PATIENCE_SECONDS: Final = 1.0
SECONDS_BETWEEN: Final = 2.0
"""In a rush one in so many seconds: the relay does the rest."""
BURST: Final = 5
REST_SECONDS: Final = 5.0
"""After Temporal did not answer."""

log = logging.getLogger("api.fast_start")


class FastStart:
    """Tries a few starts beside the requests and drops the rest, which the relay then makes."""

    def __init__(self, calls: WorkflowCalls, sessions: Sessions) -> None:
        self._calls = calls
        self._sessions = sessions
        self._running: set[asyncio.Task[None]] = set()
        self._room_at = 0.0
        """When the next start is paid for; so far in the past as a burst may cost."""

    async def __aenter__(self) -> Self:
        """Nothing runs yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Gives up what is under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def offer(self, booking_id: str, outbox_id: int) -> bool:
        """Starts a booking's workflow in the background, if there is room; never waits."""
        now = time.monotonic()
        if len(self._running) >= AT_ONCE or now < self._room_at:
            return False
        self._room_at = max(self._room_at, now - BURST * SECONDS_BETWEEN) + SECONDS_BETWEEN
        task = asyncio.create_task(self._start(booking_id, outbox_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    async def _start(self, booking_id: str, outbox_id: int) -> None:
        try:
            await self._calls.start_booking(booking_id)
            async with self._sessions.begin() as session:
                await mark_delivered(session, [outbox_id])
        except (TemporalAwayError, RPCError, SQLAlchemyError) as error:
            self._room_at = time.monotonic() + REST_SECONDS
            log.info("left to the relay: %s", type(error).__qualname__)
