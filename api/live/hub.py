"""Gathers changes for a moment, reads each changed booking once, and tells every open stream."""

import asyncio
import secrets
from collections import deque

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.live.messages import COMING, RESYNC, Batch, Changed, encode, ready
from api.live.subscriber import Subscriber, Viewer
from models.database import Sessions
from models.store.live_changes import Change, rows_of

GATHER_SECONDS = 0.25
"""How long changes are gathered before they are told, and how long it is quiet after that."""
MOST_TOGETHER = 100
"""When more bookings changed at once, pages are told to look at everything."""
KEPT_BATCHES = 400
RECENT_SECONDS = 15.0
"""What a page may have missed between being made and listening."""
SHORTEST_PACE_SECONDS = 2.0
LOOK_SECONDS = 0.03
"""Of the processor, for one look of one browser at a whole list: 0.026 were measured."""
LOOK_BUDGET = 0.02
"""What part of a core may go into such looks; beyond it, pages look less often."""
BUDGET_SECONDS = 300.0


class LiveHub:
    """Every open stream of this process, and what was told lately."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.subscribers: set[Subscriber] = set()
        self._pending: dict[str, Changed] = {}
        self._wake = asyncio.Event()
        self._batches: deque[Batch] = deque(maxlen=KEPT_BATCHES)
        self._arrivals: deque[float] = deque(maxlen=KEPT_BATCHES)
        self._begin_anew()

    def join(self, subscriber: Subscriber, last_event_id: str) -> None:
        """Adds a stream and lets it catch up since an event, or since a moment ago."""
        self.subscribers.add(subscriber)
        missed = self._missed(last_event_id)
        subscriber.send(ready(self._event_id()))
        if missed is None:
            subscriber.send(RESYNC)
        for batch in missed or ():
            self._tell(batch, [subscriber])

    def leave(self, subscriber: Subscriber) -> None:
        """Removes a stream."""
        self.subscribers.discard(subscriber)

    def note(self, change: Change) -> None:
        """Takes in a change that Postgres told."""
        self._pending.setdefault(change.booking_id, Changed()).add(change)
        self._wake.set()

    def resync(self) -> None:
        """Tells everybody to look at everything: changes may have been missed."""
        self._pending.clear()
        self._begin_anew()
        for subscriber in self.subscribers:
            subscriber.send(RESYNC)

    def close(self) -> None:
        """Ends every stream."""
        for subscriber in self.subscribers:
            subscriber.end()

    async def tell_for_ever(self) -> None:
        """Tells what was gathered, twice a second at most."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._wake.clear()
            await self._flush()
            await asyncio.sleep(GATHER_SECONDS)

    async def _flush(self) -> None:
        changes, self._pending = self._pending, {}
        if not self.subscribers or len(changes) > MOST_TOGETHER:
            self.resync()
            return
        try:
            async with self._sessions() as session:
                for row in await rows_of(session, list(changes)):
                    changes[row.booking.id].row = row
        except (OperationalError, InterfaceError, PoolTimeoutError):
            self.resync()
            return
        self._number += 1
        batch = Batch(self._event_id(), asyncio.get_running_loop().time(), changes)
        self._batches.append(batch)
        if any(one.kinds & COMING for one in changes.values()):
            self._arrivals.append(batch.at)
        self._tell(batch, self.subscribers)

    def _tell(self, batch: Batch, subscribers: "set[Subscriber] | list[Subscriber]") -> None:
        """Encodes once for all who see and read the same."""
        pace = round(self._pace_seconds() * 1000)
        encoded: dict[Viewer, bytes | None] = {}
        for subscriber in subscribers:
            viewer = subscriber.viewer
            if viewer not in encoded:
                encoded[viewer] = encode(batch, viewer.only_owner, viewer.reader, pace)
            if message := encoded[viewer]:
                subscriber.send(message)

    def _pace_seconds(self) -> float:
        """How long a page waits between two looks at a whole list."""
        now, look = asyncio.get_running_loop().time(), LOOK_SECONDS * len(self.subscribers)
        lately = sum(at > now - BUDGET_SECONDS for at in self._arrivals)
        if lately * look <= LOOK_BUDGET * BUDGET_SECONDS:
            return SHORTEST_PACE_SECONDS
        return max(SHORTEST_PACE_SECONDS, look / LOOK_BUDGET)

    def _missed(self, last_event_id: str) -> list[Batch] | None:
        """The batches after an event; None when it is not known any more."""
        if not last_event_id:
            since = asyncio.get_running_loop().time() - RECENT_SECONDS
            return [batch for batch in self._batches if batch.at >= since]
        if last_event_id == self._first:
            return list(self._batches) if len(self._batches) < KEPT_BATCHES else None
        known = [batch.event_id for batch in self._batches]
        if last_event_id not in known:
            return None
        return list(self._batches)[known.index(last_event_id) + 1 :]

    def _begin_anew(self) -> None:
        """Forgets what was told: whoever comes back with an older id has missed something."""
        self._run, self._number = secrets.token_hex(4), 0
        self._batches.clear()
        self._first = self._event_id()

    def _event_id(self) -> str:
        return f"{self._run}-{self._number}"
