"""A browser that follows changes: whose it is, and the messages that wait for it."""

import asyncio
from dataclasses import dataclass, field

from api.live.messages import EXPIRED, RESYNC
from api.pages.reader import Reader

MOST_WAITING = 64
"""Of a browser that does not read, more messages are dropped; it is told to look at everything."""


@dataclass(frozen=True)
class Viewer:
    """What decides which changes somebody hears of, and how they read."""

    only_owner: str | None
    reader: Reader


@dataclass(eq=False)
class Subscriber:
    """One open stream."""

    person: str
    viewer: Viewer
    token_hash: str
    queue: asyncio.Queue[bytes | None] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING + 1)
    )

    def send(self, message: bytes) -> None:
        """Lets a message wait for this browser; never blocks."""
        if self.queue.qsize() >= MOST_WAITING:
            self._forget()
            message = RESYNC
        self.queue.put_nowait(message)

    def end(self) -> None:
        """Ends the stream once everything before this was read."""
        self._make_room()
        self.queue.put_nowait(None)

    def expire(self) -> None:
        """Ends the stream because the session has ended."""
        self._forget()
        self.queue.put_nowait(EXPIRED)
        self.queue.put_nowait(None)

    def _make_room(self) -> None:
        if self.queue.full():
            self._forget()

    def _forget(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
