"""Turns every error into its answer: a page for people, problem+json for programs."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope
from temporalio.service import RPCError, RPCStatusCode

from api import problems
from api.logs import FACTS, failure_facts
from api.pages.rendering import render
from api.pages.translation import gettext
from api.problems import Problem
from models.domain.errors import DomainError

LOGIN_PATH = "/auth/login"
OFFICE_PREFIX = "/backoffice/"
PROGRAM_PATHS = ("/api/", "/public/", "/webhooks/", "/auth/me", "/health", "/openapi.json")
TEMPORAL_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
}
TO_START = ("To the start page", "/")
TO_OFFICE = ("To the bookings", "/backoffice")
NEXT_STEPS = {
    problems.LOGIN_FAILED.code: ("Log in again", LOGIN_PATH),
    problems.IDENTITY_UNAVAILABLE.code: ("Log in again", LOGIN_PATH),
    problems.FORBIDDEN.code: ("Log out", "/auth/logout"),
}
"""What a person can do about a problem: the text and address of a link."""

logger = logging.getLogger("api.problems")
Handler = Callable[[Request, Exception], Awaitable[Response]]


def trace_id_of(scope: Scope) -> str:
    """The trace id that the middleware gave to a request."""
    state: dict[str, Any] = scope.get("state") or {}
    return str(state.get("trace_id", ""))


def wants_page(scope: Scope) -> bool:
    """Whether a person's browser asks for a page, rather than a program for JSON."""
    if scope["path"].startswith(PROGRAM_PATHS):
        return False
    return any(b"text/html" in value for name, value in scope["headers"] if name == b"accept")


def respond(scope: Scope, problem: Problem) -> Response:
    """The answer that tells a problem."""
    if wants_page(scope):
        return _page(Request(scope), problem)
    body = problem.body(trace_id_of(scope))
    return Response(body, int(problem.kind.status), problem.headers, media_type=problems.MEDIA_TYPE)


def problem_of_failure(error: Exception) -> Problem:
    """What the caller is told when something of ours broke or is away; nothing of the inside."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return Problem(problems.UNAVAILABLE)
    if isinstance(error, RPCError) and error.status in TEMPORAL_AWAY:
        return Problem(problems.TEMPORAL_UNAVAILABLE)
    return Problem(problems.UNEXPECTED)


def install(app: FastAPI) -> None:
    """Registers the handlers of what an endpoint raises on purpose or lets through."""
    handlers: dict[type[Exception], Handler] = {
        Problem: _on_problem,
        DomainError: _on_refusal,
        RequestValidationError: _on_invalid,
        HTTPException: _on_http,
        DataError: _on_unstorable,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, handler)


def _page(request: Request, problem: Problem) -> Response:
    if problem.kind is problems.UNAUTHENTICATED:
        return _to_login(request)
    status = problem.kind.status
    elsewhere = TO_OFFICE if request.url.path.startswith(OFFICE_PREFIX) else TO_START
    step, address = NEXT_STEPS.get(problem.kind.code, elsewhere)
    page = render(
        request,
        "problem.html",
        status=status,
        heading=gettext(problems.HEADINGS.get(status, problems.OTHER_HEADING)),
        text=gettext(problem.sentence),
        next_step=(gettext(step), address),
        trace_id=trace_id_of(request.scope),
    )
    page.headers.update(problem.headers)
    return page


def _to_login(request: Request) -> Response:
    """Sends a browser to the login and afterwards back; htmx is told to move the whole page."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = request.headers.get("hx-current-url") or (here if request.method == "GET" else "")
    login = f"{LOGIN_PATH}?return_to={quote(back, safe='')}" if back else LOGIN_PATH
    if "hx-request" in request.headers:
        return Response(status_code=HTTPStatus.OK, headers={"HX-Redirect": login})
    return RedirectResponse(login, HTTPStatus.SEE_OTHER)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class only
    return _tell(request.scope, error, error)


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101 - registered for this class only
    return _tell(request.scope, problems.problem_of(error), error)


def _tell(scope: Scope, problem: Problem, error: Exception) -> Response:
    """The answer; what is our side's fault or somebody's absence is noted for those on duty."""
    if problem.kind.status >= problems.UNEXPECTED.status:
        facts = {"code": problem.kind.code, "trace_id": trace_id_of(scope), **failure_facts(error)}
        logger.warning("refused for now", extra={FACTS: facts})
    return respond(scope, problem)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    problem = problems.problem_of_status(error.status_code, error.headers)
    if problem.kind is problems.BAD_REQUEST and isinstance(error.__cause__, UnicodeDecodeError):
        problem = Problem(problems.NOT_JSON)
    return respond(request.scope, problem)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return respond(request.scope, Problem(problems.NOT_JSON))
    listed = [{"field": _field(fault["loc"]), "message": fault["msg"]} for fault in faults]
    sentence = "; ".join(f"{fault['field']}: {fault['message']}" for fault in listed)
    return respond(
        request.scope, Problem(problems.INVALID_INPUT, sentence, members={"errors": listed})
    )


def _field(location: tuple[int | str, ...]) -> str:
    """The name of a field as the caller knows it, without where FastAPI looked for it."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])


async def _on_unstorable(request: Request, error: Exception) -> Response:
    """What Postgres can't hold, such as a text with a NUL, was sent by mistake or malice."""
    del error
    sentence = "Some of what was sent has characters that can't be kept."
    return respond(request.scope, Problem(problems.INVALID_INPUT, sentence))
