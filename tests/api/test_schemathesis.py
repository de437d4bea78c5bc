"""Whatever fits the OpenAPI document, and whatever just does not: the API never breaks on it."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import APIOperation, Case, GenerationMode

from tests.support.stack import WholeStack, whole_stack

EXAMPLES = 8
SEED = 20_270_501
BROKEN = 500
UNDER_PUBLIC_KEYS = ("/public/", "/webhooks/", "/health", "/auth/")
"""Doors that need no login; the others are tried as a manager."""


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[WholeStack]:
    """A system of its own: what is made up here is nobody else's."""
    async with whole_stack() as running:
        yield running


@pytest.mark.xdist_group("schemathesis")
async def test_nothing_that_the_document_allows_breaks_the_api(stack: WholeStack) -> None:
    desk = await stack.desk()
    async with aclosing(desk.visitor.client):
        cookies = dict(desk.visitor.client.cookies)
    schema = schemathesis.openapi.from_url(f"{stack.website}/openapi.json")
    broken: list[str] = []
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        door = operation.path.startswith(UNDER_PUBLIC_KEYS)
        broken += try_out(operation, stack.website, {} if door else cookies)
        tried += 1
    assert tried >= 40
    assert broken == []


def try_out(operation: APIOperation, origin: str, cookies: dict[str, str]) -> list[str]:
    """Sends cases of an operation, right and wrong ones; what the API broke on."""
    broken: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def attempt(case: Case) -> None:
        answer = case.call(headers={"Origin": origin}, cookies=cookies, allow_redirects=False)
        if answer.status_code >= BROKEN:
            broken.append(f"{operation.label}: {answer.status_code} {answer.text[:200]}")

    attempt()
    return broken
