"""Idempotency keys: a repeated request gets the first one's answer, and nothing happens twice."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from sandbox.memory import Memory
from sandbox.stripe.errors import StripeError, unsound
from sandbox.stripe.objects import Json

LONGEST_KEY = 255
KEPT_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    body: Json
    request_id: str


@dataclass(frozen=True)
class Asked:
    """A request as its idempotency key is compared with it."""

    key: str
    endpoint: str
    digest: str

    @classmethod
    def of(cls, key: str, endpoint: str, pairs: Sequence[tuple[str, str]]) -> "Asked":
        """A request to an endpoint with its parameters; a key has 1 to 255 characters."""
        if not 1 <= len(key) <= LONGEST_KEY:
            raise unsound(
                f"Idempotency keys have 1 to {LONGEST_KEY} characters.", "Idempotency-Key"
            )
        digest = hashlib.sha256(json.dumps(sorted(pairs)).encode()).hexdigest()
        return cls(key, endpoint, digest)


class Idempotency:
    """The answers by their keys, and the keys whose requests are under way."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._under_way: set[str] = set()

    @contextmanager
    def alone(self, asked: Asked) -> Iterator[None]:
        """Refuses a request while another one of its key is under way."""
        if asked.key in self._under_way:
            raise StripeError(
                "There is currently another in-progress request using this Idempotent Key (that"
                " probably means you submitted twice, and the other request is still going"
                f" through): {asked.key}. Please try again later.",
                code="idempotency_key_in_use",
                status=HTTPStatus.CONFLICT,
                judged=False,
            )
        self._under_way.add(asked.key)
        try:
            yield
        finally:
            self._under_way.discard(asked.key)

    def earlier(self, asked: Asked) -> Answer | None:
        """The answer that this key already got; refuses when it was another request's."""
        row = self._memory.row(
            "SELECT * FROM answers WHERE key = ? AND created > ?",
            (asked.key, time.time() - KEPT_SECONDS),
        )
        if row is None:
            return None
        if row["endpoint"] != asked.endpoint:
            raise _conflict(
                asked,
                f"for the same endpoint they were first used for"
                f" ('{row['endpoint']}' vs '{asked.endpoint}')",
            )
        if row["digest"] != asked.digest:
            raise _conflict(asked, "with the same parameters they were first used with")
        return Answer(row["status"], json.loads(row["body"]), row["request_id"])

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Keeps an answer for a day; call it in the transaction of what the request changed."""
        self._memory.change("DELETE FROM answers WHERE created < ?", (time.time() - KEPT_SECONDS,))
        self._memory.change(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                asked.key,
                asked.endpoint,
                asked.digest,
                answer.status,
                json.dumps(answer.body),
                answer.request_id,
                time.time(),
            ),
        )


def _conflict(asked: Asked, rule: str) -> StripeError:
    return StripeError(
        f"Keys for idempotent requests can only be used {rule}. Try using a key other than"
        f" '{asked.key}' if you meant to execute a different request.",
        kind="idempotency_error",
        judged=False,
    )
