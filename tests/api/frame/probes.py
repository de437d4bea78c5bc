"""Endpoints that fail in every way there is."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import text
from temporalio.service import RPCError, RPCStatusCode

from api import problems
from api.middleware.client_address import client_address
from api.middleware.security_headers import CSP, content_security_policy
from api.problems import Problem, problem_of
from api.resources import ApiResources, Transaction
from models.domain.errors import (
    BookingChangedError,
    DecisionUnavailableError,
    DomainError,
    NotFoundError,
)
from models.domain.stages import Stage
from models.messages.booking import BookingChanged, ChangeStage
from models.messages.ids import CommandId

probes = APIRouter(responses=problems.COMMON_RESPONSES)
SECRET = "Anna Schmidt"


class Wish(BaseModel):
    """A body with rules."""

    name: str
    count: int


@probes.post("/public/v1/probe")
async def wish(wish: Wish) -> int:
    """Takes a wish."""
    return wish.count


@probes.get("/public/v1/probe")
@probes.get("/public/v1/tour-images/probe.webp")
async def address(request: Request) -> str:
    """Where the client is."""
    return client_address(request)


@probes.get("/probe/limits")
async def limits(count: Annotated[int, Query(ge=1)]) -> int:
    """Takes a number."""
    return count


@probes.post("/quote/{token}/probe")
async def answer(token: str, request: Request) -> int:
    """A token page's form."""
    return len(token) + len(await request.body())


@probes.get("/quote/{token}/probe")
async def show(token: str) -> Response:
    """A token page."""
    policy = content_security_policy(form_action=["https://checkout.stripe.com"])
    return Response(token, headers={CSP: policy})


@probes.post("/api/v1/tours/tour_1/image")
@probes.post("/probe/size")
async def size(request: Request) -> int:
    """How much was sent."""
    return len(await request.body())


@probes.post("/probe/json")
async def anything(body: Annotated[dict[str, str], Body()]) -> int:
    """Takes any object."""
    return len(body)


@probes.get("/probe/fail/{how}")
async def fail(how: str) -> None:
    """Fails."""
    raise {
        "unexpected": RuntimeError(f"{SECRET} broke it"),
        "missing": NotFoundError("There is no such booking."),
        "changed": problem_of(BookingChangedError(), detail="Look", members={"booking": {"id": 1}}),
        "decision": DecisionUnavailableError(),
        "temporal": RPCError("away", RPCStatusCode.UNAVAILABLE, b""),
        "temporal-bug": RPCError(SECRET, RPCStatusCode.INVALID_ARGUMENT, b""),
        "new": _NewError("A rule that nobody has listed."),
        "problem": Problem(problems.CONFLICT, "Not twice."),
    }[how]


class _NewError(DomainError):
    code = "NEW_RULE"


@probes.get("/probe/database")
async def database(session: Transaction) -> None:
    """Asks the database."""
    await session.execute(text("SELECT 1"))


@probes.get("/probe/decide")
async def decide(resources: ApiResources) -> BookingChanged:
    """Asks Temporal."""
    command = ChangeStage(
        command_id=CommandId("c"), actor="staff_1", stage=Stage.LOST, expected_revision=1
    )
    return await resources.decisions.ask("booking_1", "change_stage", command, BookingChanged)
