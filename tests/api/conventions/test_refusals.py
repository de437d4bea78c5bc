"""Whatever is refused, is refused in one form: a sentence, a stable code and a trace id."""

import httpx2
import pytest

from api.problems import MEDIA_TYPE
from tests.api.conventions.conftest import World
from tests.api.conventions.operations import JSON_TYPE, OPERATIONS, STAFFS, Operation, names, send

WITH_ID = [one for one in STAFFS if "{" in one.path]
WITH_JSON = [
    one
    for one in OPERATIONS
    if JSON_TYPE in one.facts.get("requestBody", {}).get("content", {})
    and not one.path.startswith("/webhooks/")
]
"""Webhooks are told who they are from before they are read: what is not signed is refused."""
UNKNOWN = "booking_00000000-0000-7000-8000-000000000000"


def assert_problem(answer: httpx2.Response, operation: Operation, status: int, code: str) -> None:
    """It is refused so, in the one form, and the document says that it may be."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE), answer.text
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["error"]
    assert told["detail"]
    assert told["trace_id"] == answer.headers["x-trace-id"]
    assert told["instance"] == f"urn:trace:{told['trace_id']}"
    assert status in operation.refusals


@names(STAFFS)
async def test_nobody_in_particular_is_asked_to_log_in(world: World, operation: Operation) -> None:
    office, ids = world
    async with office.browser("nobody") as browser:
        answer = await browser.request(operation.method, operation.path.format(**ids))
    assert_problem(answer, operation, 401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"


@names(WITH_ID)
async def test_an_id_that_nothing_has_is_not_found(world: World, operation: Operation) -> None:
    office, ids = world
    strange = dict.fromkeys(ids, UNKNOWN)
    answer = await send(office, ids, operation, path=operation.path.format(**strange))
    assert_problem(answer, operation, 404, "NOT_FOUND")


@names(WITH_JSON)
@pytest.mark.parametrize("raw", [b"{", b"\xff"], ids=["cut short", "not UTF-8"])
async def test_what_is_not_json_is_told_so(world: World, operation: Operation, raw: bytes) -> None:
    answer = await send(*world, operation, raw=raw)
    assert_problem(answer, operation, 400, "NOT_JSON")


@names(WITH_JSON)
@pytest.mark.parametrize("raw", [b"[]", b'"text"'], ids=["a list", "a text"])
async def test_what_is_no_object_is_told_so(world: World, operation: Operation, raw: bytes) -> None:
    answer = await send(*world, operation, raw=raw)
    assert_problem(answer, operation, 422, "INVALID_INPUT")
