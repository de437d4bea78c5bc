"""Carries messages to their end and tells their senders, again and again until they listen."""

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import httpx2

from sandbox.mailbox.messages import Message, Messages
from sandbox.memory import Memory

LOG = logging.getLogger(__name__)
AT_ONCE = 16
TIMEOUT_SECONDS = 10.0
LEASE_SECONDS = 2 * TIMEOUT_SECONDS
PAUSE_SECONDS = 0.05
DONE = range(200, 300)


@dataclass(frozen=True)
class Callback:
    """A webhook to send: where to, and its fields in the carrier's own form."""

    url: str
    payload: dict[str, object]


@dataclass(frozen=True)
class Envelope:
    """A webhook's request as it goes over the wire."""

    content: bytes
    headers: dict[str, str]


class Carrier(Protocol):
    """A stand-in whose messages the courier carries."""

    def arrived(self, message: Message, address: str, state: str) -> Callback | None:
        """Notes that a message reached a state; returns what its sender is told, if anything."""

    def envelope(self, callback: Callback) -> Envelope:
        """The request of a webhook with its authentication, made anew at each attempt."""


@dataclass(frozen=True)
class Backoff:
    """How long to wait before the next attempt, in seconds."""

    first: float = 0.5
    longest: float = 30.0

    def after(self, attempts: int) -> float:
        """The pause after so many failed attempts: each twice as long as the one before."""
        return min(self.longest, self.first * 2.0 ** min(attempts - 1, 16))


class Courier:
    """The background work of the stand-ins; what it has to do stands in the memory.

    Args:
        memory: Where steps and webhooks wait.
        carriers: The stand-in of each kind of message.
        backoff: The pauses between attempts of a webhook.
    """

    def __init__(
        self, memory: Memory, carriers: Mapping[str, Carrier], backoff: Backoff | None = None
    ) -> None:
        self._memory = memory
        self._messages = Messages(memory)
        self._carriers = carriers
        self._backoff = backoff or Backoff()
        self._attempts: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Works until it is cancelled; a failed round is logged and the next one goes on."""
        self._take_up_again()
        async with httpx2.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as client:
            try:
                while True:
                    self._round(client)
                    await asyncio.sleep(PAUSE_SECONDS)
            finally:
                for attempt in self._attempts:
                    attempt.cancel()
                await asyncio.gather(*self._attempts, return_exceptions=True)

    def _round(self, client: httpx2.AsyncClient) -> None:
        try:
            self._advance()
            self._send(client)
        except sqlite3.Error:
            LOG.exception("the stand-ins' memory refused; what is due stays due")

    def _take_up_again(self) -> None:
        """Lets webhooks that an earlier process left behind go out at once."""
        self._memory.change(
            "UPDATE callbacks SET due_at = ? WHERE delivered_at IS NULL", (time.time(),)
        )

    def _advance(self) -> None:
        due = self._memory.rows(
            "SELECT s.id, s.address, s.state, m.id AS message_id FROM steps s"
            " JOIN messages m USING (seq)"
            " WHERE s.done_at IS NULL AND s.due_at <= ? ORDER BY s.due_at, s.id LIMIT 100",
            (time.time(),),
        )
        for step in due:
            with self._memory.transaction():
                self._take(step)

    def _take(self, step: sqlite3.Row) -> None:
        message = self._messages.get(step["message_id"])
        if message is None:
            return
        now = time.time()
        self._memory.change("UPDATE steps SET done_at = ? WHERE id = ?", (now, step["id"]))
        self._memory.change(
            "UPDATE recipients SET state = ?, changed_at = ? WHERE seq = ? AND address = ?",
            (step["state"], now, message.seq, step["address"]),
        )
        moved = replace(
            message,
            recipients=tuple(
                replace(recipient, state=step["state"], changed_at=now)
                if recipient.address == step["address"]
                else recipient
                for recipient in message.recipients
            ),
        )
        callback = self._carriers[message.kind].arrived(moved, step["address"], step["state"])
        if callback is not None:
            self._memory.change(
                "INSERT INTO callbacks (seq, carrier, url, payload, due_at) VALUES (?, ?, ?, ?, ?)",
                (message.seq, message.kind, callback.url, json.dumps(callback.payload), now),
            )

    def _send(self, client: httpx2.AsyncClient) -> None:
        """Begins the attempts that are due, as many as there is room for."""
        now = time.time()
        due = self._memory.rows(
            "SELECT id, carrier, url, payload, attempts FROM callbacks"
            " WHERE delivered_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            (now, AT_ONCE - len(self._attempts)),
        )
        for row in due:
            self._memory.change(
                "UPDATE callbacks SET due_at = ?, attempts = attempts + 1 WHERE id = ?",
                (now + LEASE_SECONDS, row["id"]),
            )
            attempt = asyncio.create_task(self._attempt(client, row))
            self._attempts.add(attempt)
            attempt.add_done_callback(self._attempts.discard)

    async def _attempt(self, client: httpx2.AsyncClient, row: sqlite3.Row) -> None:
        callback = Callback(url=row["url"], payload=json.loads(row["payload"]))
        envelope = self._carriers[row["carrier"]].envelope(callback)
        try:
            response = await client.post(
                callback.url, content=envelope.content, headers=envelope.headers
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            self._noted(row, answer=type(error).__name__, delivered=False)
        else:
            answer = str(response.status_code)
            self._noted(row, answer=answer, delivered=response.status_code in DONE)

    def _noted(self, row: sqlite3.Row, *, answer: str, delivered: bool) -> None:
        now = time.time()
        again = now + self._backoff.after(row["attempts"] + 1)
        self._memory.change(
            "UPDATE callbacks SET answer = ?, delivered_at = ?, due_at = ? WHERE id = ?",
            (answer, now if delivered else None, again, row["id"]),
        )
        if not delivered:
            LOG.info("webhook %s got %s; it is sent again", row["id"], answer)
