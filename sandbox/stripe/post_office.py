"""Steers webhooks: holds them, sends them in a chosen order, lists what became of each."""

import json
import time

import httpx2

from sandbox.courier import DONE, TIMEOUT_SECONDS, Callback
from sandbox.memory import Memory
from sandbox.stripe.events import CARRIER, HOLDING, Events
from sandbox.stripe.objects import Json
from sandbox.stripe.webhooks import StripeCarrier


class PostOffice:
    """What waits for the courier, and what is sent past it."""

    def __init__(
        self, memory: Memory, events: Events, carrier: StripeCarrier, webhook_url: str
    ) -> None:
        self._memory = memory
        self._events = events
        self._carrier = carrier
        self._url = webhook_url

    def hold(self) -> None:
        """Lets webhooks wait, also those that were to be tried again."""
        with self._memory.transaction():
            self._switch(holding=True)
            self._memory.change(
                "INSERT INTO held SELECT o.id, c.due_at FROM callbacks c JOIN objects o USING (seq)"
                " WHERE c.delivered_at IS NULL ORDER BY c.id"
            )
            self._memory.change("DELETE FROM callbacks WHERE delivered_at IS NULL")

    def release(self) -> int:
        """Lets webhooks flow again; returns how many were held."""
        with self._memory.transaction():
            self._switch(holding=False)
            waiting = self._memory.rows("SELECT event_id FROM held ORDER BY rowid")
            self._memory.change("DELETE FROM held")
            for row in waiting:
                self._events.queue(row["event_id"])
        return len(waiting)

    async def deliver(self, events: list[Json]) -> list[Json]:
        """Sends events one after the other, and returns what each was answered."""
        answers = []
        async with httpx2.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as client:
            for event in events:
                self._withdraw(event["id"])
                answer = await self._send(client, event)
                answers.append({"event": event["id"], "answer": answer})
        return answers

    def listed(self, event_id: str | None) -> list[Json]:
        """Every webhook of an event, or of all: attempts, the last answer, whether it is held."""
        rows = self._memory.rows(
            "SELECT o.id AS event, json_extract(o.body, '$.type') AS type, c.attempts, c.answer,"
            " c.delivered_at, 0 AS held FROM callbacks c JOIN objects o USING (seq)"
            " WHERE ? IS NULL OR o.id = ? UNION ALL"
            " SELECT o.id, json_extract(o.body, '$.type'), 0, '', NULL, 1"
            " FROM held h JOIN objects o ON o.id = h.event_id WHERE ? IS NULL OR o.id = ?",
            (event_id,) * 4,
        )
        return [{**dict(row), "held": bool(row["held"])} for row in rows]

    def _withdraw(self, event_id: str) -> None:
        """Takes away what waits of an event, so that it goes out once."""
        with self._memory.transaction():
            self._memory.change("DELETE FROM held WHERE event_id = ?", (event_id,))
            self._memory.change(
                "DELETE FROM callbacks WHERE delivered_at IS NULL"
                " AND seq = (SELECT seq FROM objects WHERE id = ?)",
                (event_id,),
            )

    async def _send(self, client: httpx2.AsyncClient, event: Json) -> str:
        envelope = self._carrier.envelope(Callback(self._url, event))
        try:
            response = await client.post(
                self._url, content=envelope.content, headers=envelope.headers
            )
        except httpx2.HTTPError as error:
            self._events.queue(event["id"])
            return type(error).__name__
        if response.status_code in DONE:
            self._note(event, str(response.status_code))
        else:
            self._events.queue(event["id"])
        return str(response.status_code)

    def _note(self, event: Json, answer: str) -> None:
        now = time.time()
        self._memory.change(
            "INSERT INTO callbacks"
            " (seq, carrier, url, payload, due_at, attempts, answer, delivered_at)"
            " SELECT seq, ?, ?, ?, ?, 1, ?, ? FROM objects WHERE id = ?",
            (CARRIER, self._url, json.dumps(event), now, answer, now, event["id"]),
        )

    def _switch(self, *, holding: bool) -> None:
        self._memory.change(
            "INSERT OR REPLACE INTO switches VALUES (?, ?)", (HOLDING, int(holding))
        )
