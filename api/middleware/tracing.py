"""Gives every request a trace id and a line in the log, and every failure an answer."""

import logging
import os
import re
import time

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import FACTS, failure_facts
from api.problem_answers import problem_of_failure, respond

TRACEPARENT = re.compile(rb"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
NO_TRACE = b"0" * 32
QUIET_PATHS = frozenset({"/health"})
UNMATCHED = "unmatched"
CLIENT_LEFT = 499

requests_log = logging.getLogger("api.requests")


class Tracing:
    """The boundary of the API: nothing that breaks inside reaches the server or the caller."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on; tells a failure as a problem unless the answer has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id = _trace_id(scope)
        scope.setdefault("state", {})["trace_id"] = trace_id
        header = (b"x-trace-id", trace_id.encode())
        status = 0
        started = time.perf_counter()

        async def send_traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append(header)
            await send(message)

        try:
            await self._app(scope, receive, send_traced)
        except ClientDisconnect:
            status = CLIENT_LEFT
        except Exception as error:  # noqa: BLE001 - the boundary, which reports
            _report(error, trace_id)
            if not status:
                answer = respond(scope, problem_of_failure(error))
                await answer(scope, receive, send_traced)
        finally:
            _log(scope, status, started, trace_id)


def _trace_id(scope: Scope) -> str:
    """The caller's W3C trace id, or a fresh one."""
    for name, value in scope["headers"]:
        if name == b"traceparent":
            match = TRACEPARENT.fullmatch(value)
            if match and match[1] != NO_TRACE:
                return match[1].decode()
    return os.urandom(16).hex()


def _report(error: Exception, trace_id: str) -> None:
    facts = {"trace_id": trace_id, **failure_facts(error)}
    requests_log.error("request failed", extra={FACTS: facts})


def _log(scope: Scope, status: int, started: float, trace_id: str) -> None:
    """One line a request: the route's template, as paths may hold tokens.

    The record is made by hand, since logging would look for the calling line, which costs more than
    everything else here.
    """
    if not requests_log.isEnabledFor(logging.INFO) or scope["path"] in QUIET_PATHS:
        return
    facts = {
        "method": scope["method"],
        "route": getattr(scope.get("route"), "path", UNMATCHED),
        "status": status,
        "ms": round((time.perf_counter() - started) * 1000, 2),
        "trace_id": trace_id,
    }
    record = logging.LogRecord(requests_log.name, logging.INFO, "", 0, "request", None, None)
    setattr(record, FACTS, facts)
    requests_log.handle(record)
