"""Delivers a batch of claimed rows, a few at once, and writes what became of each."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from activities.relay.calls import TemporalAwayError
from activities.relay.delivering import Delivering, NotYetError
from models.database import Sessions
from models.store import outbox
from models.store.outbox import Due

AT_ONCE: Final = 8
LONGEST_ROW_PAUSE: Final = timedelta(minutes=5)

log = logging.getLogger("relay")


class Batch:
    """Rows under delivery. When Temporal is away those not yet tried are left alone."""

    def __init__(self, rows: Sequence[Due], delivering: Delivering) -> None:
        self._rows = rows
        self._delivering = delivering
        self._width = asyncio.Semaphore(AT_ONCE)
        self.done: list[int] = []
        self.away: list[int] = []
        self.failed: list[Due] = []

    async def deliver(self, sessions: Sessions) -> bool:
        """Delivers what can be delivered; False when Temporal does not answer."""
        await asyncio.gather(*(self._deliver_row(row) for row in self._rows))
        if self._rows:
            await self._keep(sessions)
        return not self.away

    async def _deliver_row(self, row: Due) -> None:
        async with self._width:
            if self.away:
                self.away.append(row.id)
                return
            try:
                await self._delivering.deliver(row)
            except TemporalAwayError:
                self.away.append(row.id)
            except Exception as error:  # noqa: BLE001 - one row's fault is not the others'
                self.failed.append(row)
                _report(row, error)
            else:
                self.done.append(row.id)

    async def _keep(self, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            if self.done:
                await outbox.mark_delivered(session, self.done)
            if self.away:
                await outbox.give_back(session, self.away)
            for row in self.failed:
                pause = min(timedelta(seconds=2 ** min(row.attempts, 16)), LONGEST_ROW_PAUSE)
                await outbox.put_off(session, row.id, pause)


def _report(row: Due, error: Exception) -> None:
    if not isinstance(error, NotYetError):
        log.error("outbox row %s can't be delivered: %s", row.id, type(error).__qualname__)
