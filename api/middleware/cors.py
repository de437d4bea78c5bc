"""Lets the configured websites call the API from their pages, with the visitor's cookie."""

from collections.abc import Collection
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.problem_answers import respond
from api.problems import Problem

METHODS = "GET, POST, PATCH, OPTIONS"
HEADERS = "Content-Type, Idempotency-Key, Authorization, X-Requested-With"
EXPOSED = "ETag, Retry-After, X-Trace-Id"
REMEMBER_SECONDS = "600"
VARY = (b"vary", b"Origin")


class Cors:
    """Cross-origin requests, with credentials, for configured origins only."""

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a preflight; passes everything else on."""
        if scope["type"] != "http" or not self._origins:
            await self._app(scope, receive, send)
            return
        origin, preflight = _origin(scope)
        allowed = origin in self._origins
        if preflight:
            answer = _preflight(origin) if allowed else _refusal(scope)
            await answer(scope, receive, send)
            return
        added = [VARY, *_granted(origin)] if allowed else [VARY]

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].extend(added)
            await send(message)

        await self._app(scope, receive, send_shared)


def _origin(scope: Scope) -> tuple[bytes, bool]:
    """The origin that a browser names, and whether it only asks what it may send."""
    origin, asks = b"", False
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = value
        elif name == b"access-control-request-method":
            asks = True
    return origin, bool(origin) and asks and scope["method"] == "OPTIONS"


def _granted(origin: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", EXPOSED.encode()),
    ]


def _preflight(origin: bytes) -> Response:
    return Response(
        status_code=HTTPStatus.NO_CONTENT,
        headers={
            "Access-Control-Allow-Origin": origin.decode("latin-1"),
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": HEADERS,
            "Access-Control-Max-Age": REMEMBER_SECONDS,
            "Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        },
    )


def _refusal(scope: Scope) -> Response:
    return respond(scope, Problem(problems.ORIGIN_NOT_ALLOWED, headers={"Vary": "Origin"}))
