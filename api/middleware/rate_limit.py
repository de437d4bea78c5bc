"""Limits how often one client may use what is open to everybody."""

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.middleware.client_address import ClientAddresses, household
from api.middleware.paths import (
    ENQUIRY_PAGE,
    IMAGES_PREFIX,
    PHOTOS_PREFIX,
    PUBLIC_PREFIX,
    TOKEN_PAGES,
)
from api.problem_answers import respond
from api.problems import Problem

OFF = "off"
SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
RATE = re.compile(r"([1-9][0-9]{0,6})/(second|minute|hour)")
MOST_CLIENTS = 20_000


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    count: int
    seconds: float


def parse_rate(text: str) -> Rate | None:
    """The rate of `<count>/<second|minute|hour>`; None for `off`; ValueError for other words."""
    if text == OFF:
        return None
    match = RATE.fullmatch(text)
    if not match:
        raise ValueError(
            f"ATP_RATE_LIMIT is {text!r}: write <count>/<second|minute|hour>, like 60/minute"
        )
    return Rate(int(match[1]), SECONDS[match[2]])


class SlidingWindow:
    """Counts each client's requests in this window and the one before, which fades out.

    Memory is bounded: two dictionaries of at most `MOST_CLIENTS` numbers; the oldest go first.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._window = math.floor(clock() / rate.seconds)
        self._now: dict[str, int] = {}
        self._before: dict[str, int] = {}

    def wait_seconds(self, client: str) -> float:
        """Counts a request and returns 0, or returns how long to wait without counting it."""
        elapsed = self._turn()
        count, before = self._now.get(client, 0), self._before.get(client, 0)
        room = self._rate.count - 1
        if count + before * (1 - elapsed) > room:
            return self._wait(count, before, elapsed) * self._rate.seconds
        if count == 0 and len(self._now) >= MOST_CLIENTS:
            del self._now[next(iter(self._now))]
        self._now[client] = count + 1
        return 0.0

    def _turn(self) -> float:
        """Moves to the current window; returns which part of it has passed."""
        position = self._clock() / self._rate.seconds
        window = math.floor(position)
        if window != self._window:
            self._before = self._now if window == self._window + 1 else {}
            self._now = {}
            self._window = window
        return position - window

    def _wait(self, count: int, before: int, elapsed: float) -> float:
        """How many windows pass until there is room again."""
        room = self._rate.count - 1
        if count <= room:
            return 1 - (room - count) / before - elapsed
        return 1 - elapsed + (1 - room / count)


class RateLimit:
    """Refuses with 429 what a client asks too often of public endpoints and token pages."""

    def __init__(self, app: ASGIApp, *, rate: Rate | None, addresses: ClientAddresses) -> None:
        self._app = app
        self._windows = SlidingWindow(rate) if rate else None
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on if its client has not asked too often."""
        if self._windows and scope["type"] == "http" and _limited(scope):
            client = household(self._addresses.of(scope))
            if wait := self._windows.wait_seconds(client):
                headers = {"Retry-After": str(max(1, math.ceil(wait)))}
                answer = respond(scope, Problem(problems.TOO_MANY_REQUESTS, headers=headers))
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _limited(scope: Scope) -> bool:
    """Public endpoints but pictures, of which a page shows a dozen; answers to links; enquiries."""
    path: str = scope["path"]
    if path.startswith(PUBLIC_PREFIX):
        return not path.startswith((IMAGES_PREFIX, PHOTOS_PREFIX))
    return scope["method"] == "POST" and path.startswith((*TOKEN_PAGES, ENQUIRY_PAGE))
