"""Refuses bodies that are too large before they are read."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.problem_answers import respond
from api.problems import Problem
from models.domain.photos import MOST_BYTES as MOST_OF_A_PHOTO

LIMIT_BYTES = 256 << 10
AROUND_A_FILE = 64 << 10
"""What a form has beside the file itself."""
LARGER: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"/api/v1/tours/[^/]+/image"), 16 << 20),
    (re.compile(r"/webhooks/postmark/inbound"), 48 << 20),
    (re.compile(r"/(?:api/v1|backoffice)/rate-cards/[^/]+/imports"), (1 << 20) + AROUND_A_FILE),
    (
        re.compile(
            r"/(?:(?:api/v1|backoffice)/photos|(?:api/v1/staff/me|backoffice/account)/portrait)"
        ),
        MOST_OF_A_PHOTO + AROUND_A_FILE,
    ),
)
"""Paths that take more: a photo in base 64, a mail with its files in base 64, a sheet of rates,
a photo."""
MOST_COUNTED_BYTES = 16 << 20
"""A body of no announced length is kept while it is counted, so it may not be larger."""
FILES = re.compile(r"/(?:api/v1|backoffice)/bookings/[^/]+/attachments")
"""Where staff send files; their largest size is a setting."""
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimit:
    """Believes a Content-Length, which the server enforces; counts where there is none."""

    def __init__(self, app: ASGIApp, *, largest_file: int) -> None:
        self._app = app
        self._larger = (*LARGER, (FILES, largest_file + AROUND_A_FILE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on if its body is within the limit of its path."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = _length(scope)
        if length is not None and length <= LIMIT_BYTES:
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        if length is None:
            limit = min(limit, MOST_COUNTED_BYTES)
            body = await _read(receive, limit)
            receive = _replay(body or b"", receive)
            length = limit + 1 if body is None else len(body)
        if length > limit:
            answer = respond(scope, Problem(problems.TOO_LARGE, _sentence(limit)))
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _limit(self, path: str) -> int:
        found = (limit for pattern, limit in self._larger if pattern.fullmatch(path))
        return next(found, LIMIT_BYTES)


def _length(scope: Scope) -> int | None:
    """The announced length in bytes; None when it has to be counted."""
    length = 0 if scope["method"] in WITHOUT_BODY else None
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length" and value.isdigit():
            length = int(value)
    return length


def _sentence(limit: int) -> str:
    return f"The request is too large: at most {limit >> 10} KiB are taken here."


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None as soon as it is larger than the limit."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read once more, then what the server says."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
