"""Stripe's objects as the stand-in keeps them, and the pages of their lists."""

import json
import secrets
import string
import time
from collections.abc import Mapping
from typing import Any

from sandbox.memory import Memory, Value
from sandbox.stripe.errors import missing, unsound

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_intent
    ON objects (kind, json_extract(body, '$.payment_intent'), seq);
CREATE INDEX IF NOT EXISTS objects_by_charge
    ON objects (kind, json_extract(body, '$.charge'), seq);
CREATE INDEX IF NOT EXISTS objects_by_email
    ON objects (kind, json_extract(body, '$.email'), seq);
CREATE INDEX IF NOT EXISTS open_sessions ON objects (json_extract(body, '$.expires_at'))
    WHERE kind = 'checkout.session' AND json_extract(body, '$.status') = 'open';
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS held (event_id TEXT NOT NULL, since REAL NOT NULL);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value REAL NOT NULL);
"""
ALPHABET = string.ascii_letters + string.digits
PAGE_SIZE = 10

Json = dict[str, Any]


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh id such as `pi_3Kd...`."""
    return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


class Objects:
    """Every object by its id; read and written from the event loop's thread alone."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def add(self, thing: Json) -> Json:
        """Keeps a new object."""
        self._memory.change(
            "INSERT INTO objects (id, kind, created, body) VALUES (?, ?, ?, ?)",
            (thing["id"], thing["object"], thing["created"], json.dumps(thing)),
        )
        return thing

    def save(self, thing: Json) -> Json:
        """Keeps an object's changed fields."""
        self._memory.change(
            "UPDATE objects SET body = ? WHERE id = ?", (json.dumps(thing), thing["id"])
        )
        return thing

    def find(self, thing_id: str, kind: str | None = None) -> Json | None:
        """The object of that id, if there is one of that kind."""
        row = self._memory.row("SELECT kind, body FROM objects WHERE id = ?", (thing_id,))
        if row is None or kind not in {None, row["kind"]}:
            return None
        found: Json = json.loads(row["body"])
        return found

    def get(self, kind: str, thing_id: str, param: str = "id", *, in_path: bool = True) -> Json:
        """The object of that id; refuses when there is none."""
        found = self.find(thing_id, kind)
        if found is None:
            raise missing(kind, thing_id, param, in_path=in_path)
        return found

    def all(self, kind: str, field: str, value: Value) -> list[Json]:
        """The objects whose field has that value, oldest first."""
        rows = self._memory.rows(
            f"SELECT body FROM objects WHERE kind = ? AND json_extract(body, '$.{field}') = ?"  # noqa: S608 - field names are the stand-in's own
            " ORDER BY seq",
            (kind, value),
        )
        return [json.loads(row["body"]) for row in rows]

    def page(self, kind: str, url: str, params: Mapping[str, Any], *equal: str) -> Json:
        """A list of one kind, newest first, as Stripe pages it.

        Args:
            kind: The objects' kind.
            url: The list's address.
            params: The request's parameters; `created` and those named in `equal` filter.
            equal: Parameters that an object's field of that name must equal.
        """
        conditions = {
            f"json_extract(body, '$.{name}') = ?": [params[name]]
            for name in equal
            if name in params
        }
        return self.select(kind, url, params, conditions)

    def select(
        self,
        kind: str,
        url: str,
        params: Mapping[str, Any],
        conditions: Mapping[str, list[Value]],
    ) -> Json:
        """A list of one kind of the objects that meet all conditions; see `page`."""
        clauses: dict[str, list[Value]] = {"kind = ?": [kind], **conditions}
        for operator, bound in params.get("created", {}).items():
            clauses[f"created {operator} ?"] = [bound]
        backwards = "ending_before" in params
        clauses |= self._cursor(kind, params)
        limit = params.get("limit", PAGE_SIZE)
        rows = self._memory.rows(
            f"SELECT body FROM objects WHERE {' AND '.join(clauses)}"  # noqa: S608 - clauses are the stand-in's own
            f" ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT ?",
            [*(value for values in clauses.values() for value in values), limit + 1],
        )
        found = [json.loads(row["body"]) for row in rows[:limit]]
        data = found[::-1] if backwards else found
        return {"object": "list", "data": data, "has_more": len(rows) > limit, "url": url}

    def _cursor(self, kind: str, params: Mapping[str, Any]) -> dict[str, list[Value]]:
        if "starting_after" in params and "ending_before" in params:
            raise unsound(
                "You may only specify one of these parameters: ending_before, starting_after.",
                "ending_before",
            )
        for name, operator in (("starting_after", "<"), ("ending_before", ">")):
            if name in params:
                self.get(kind, params[name], name, in_path=False)
                place = "(SELECT seq FROM objects WHERE id = ?)"
                return {f"seq {operator} {place}": [params[name]]}
        return {}
