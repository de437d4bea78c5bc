"""What happened, as events that are kept and delivered by webhook."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from sandbox.memory import Memory, Value
from sandbox.stripe.objects import Json, Objects, new_id, now

API_VERSION = "2026-10-28.endive"
CARRIER = "stripe"
HOLDING = "holding"


class Events:
    """Writes events beside the changes that they tell of, and queues their webhooks."""

    def __init__(self, memory: Memory, objects: Objects, webhook_url: str) -> None:
        self._memory = memory
        self._objects = objects
        self._url = webhook_url
        self._request: Json = {"id": None, "idempotency_key": None}

    @contextmanager
    def caused_by(self, request_id: str, idempotency_key: str | None) -> Iterator[None]:
        """Events of the block name this API request as their cause."""
        self._request = {"id": request_id, "idempotency_key": idempotency_key}
        try:
            yield
        finally:
            self._request = {"id": None, "idempotency_key": None}

    def emit(self, kind: str, thing: Json, previous: Mapping[str, Any] | None = None) -> Json:
        """Keeps an event about an object as it is now, and queues its webhook.

        Args:
            kind: The event's type.
            thing: The object.
            previous: What its changed fields held before.
        """
        data: Json = {"object": deepcopy(thing)}
        if previous is not None:
            data["previous_attributes"] = dict(previous)
        event = self._objects.add(
            {
                "id": new_id("evt"),
                "object": "event",
                "api_version": API_VERSION,
                "created": now(),
                "data": data,
                "livemode": False,
                "pending_webhooks": 1,
                "request": dict(self._request),
                "type": kind,
            }
        )
        self.queue(event["id"])
        return event

    def queue(self, event_id: str) -> None:
        """Lets a webhook go out at once, or with the others when deliveries are held."""
        if self.holding:
            self._memory.change("INSERT INTO held VALUES (?, ?)", (event_id, time.time()))
            return
        payload = json.dumps(self._objects.get("event", event_id))
        self._memory.change(
            "INSERT INTO callbacks (seq, carrier, url, payload, due_at)"
            " SELECT seq, ?, ?, ?, ? FROM objects WHERE id = ?",
            (CARRIER, self._url, payload, time.time(), event_id),
        )

    @property
    def holding(self) -> bool:
        """Whether deliveries wait until they are released."""
        row = self._memory.row("SELECT value FROM switches WHERE name = ?", (HOLDING,))
        return row is not None and bool(row["value"])

    def retrieve(self, event_id: str) -> Json:
        """One event."""
        return self._counted(self._objects.get("event", event_id))

    def page(self, params: Mapping[str, Any]) -> Json:
        """The events that the filters fit, newest first."""
        conditions: dict[str, list[Value]] = {}
        kinds: list[Value] = [
            *params.get("types", ()),
            *([params["type"]] if "type" in params else ()),
        ]
        if kinds:
            either = " OR ".join(["json_extract(body, '$.type') GLOB ?"] * len(kinds))
            conditions[f"({either})"] = kinds
        if "delivery_success" in params:
            conditions[f"{PENDING} = ?"] = [int(not params["delivery_success"])]
        found = self._objects.select("event", "/v1/events", params, conditions)
        return found | {"data": [self._counted(event) for event in found["data"]]}

    def _counted(self, event: Json) -> Json:
        """The event with the number of webhooks that still have to arrive: 0 or 1."""
        row = self._memory.row(
            f"SELECT {PENDING} AS pending FROM objects WHERE id = ?",  # noqa: S608 - a constant
            (event["id"],),
        )
        return event | {"pending_webhooks": row["pending"] if row else 0}


PENDING = (
    "(EXISTS (SELECT 1 FROM callbacks c WHERE c.seq = objects.seq AND c.delivered_at IS NULL)"
    " OR EXISTS (SELECT 1 FROM held h WHERE h.event_id = objects.id))"
)
