"""Whatever fits the OpenAPI document, and whatever just does not: the API never breaks on it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from unittest import SkipTest

import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode

from tests.support.stack import WholeStack, whole_stack

pytestmark = pytest.mark.timeout(600)

EXAMPLES = 8
"""Of each mode: what the document allows, and what it forbids."""
SEED = 20_270_501
UNDER_PUBLIC_KEYS = ("/public/", "/webhooks/", "/health", "/auth/")
"""Doors that need no login; the others are tried as a manager."""


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[WholeStack]:
    """A system of its own: what is made up here is nobody else's."""
    async with whole_stack() as running:
        yield running


async def test_nothing_that_the_document_allows_or_forbids_breaks_the_api(
    stack: WholeStack,
) -> None:
    desk = await stack.desk()
    async with aclosing(desk.visitor.client):
        cookies = dict(desk.visitor.client.cookies)
    schema = schemathesis.openapi.from_url(f"{stack.website}/openapi.json")
    schema.config.generation.update(with_security_parameters=False)  # the manager's cookie counts
    broken: list[str] = []
    tried: Counter[GenerationMode] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        door = operation.path.startswith(UNDER_PUBLIC_KEYS)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
                continue
            sent = try_out(operation, mode, stack.website, {} if door else cookies)
            broken += [f"{operation.label}: {each}" for each in sent if each.startswith("5")]
            tried[mode] += bool(sent)
    assert tried[GenerationMode.POSITIVE] >= 40
    assert tried[GenerationMode.NEGATIVE] >= 25
    assert broken == []


def can_be_wrong(operation: APIOperation) -> bool:
    """Whether the document forbids anything: an id in the path is any text."""
    return bool(operation.query or operation.body or operation.headers)


def try_out(
    operation: APIOperation, mode: GenerationMode, origin: str, cookies: dict[str, str]
) -> list[str]:
    """Sends cases of an operation; each answer, its status first. None: nothing can be wrong."""
    answers: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Case) -> None:
        answer = case.call(headers={"Origin": origin}, cookies=cookies, allow_redirects=False)
        answers.append(f"{answer.status_code} {answer.text[:200]}")

    with suppress(Unsatisfiable, SkipTest):
        attempt()
    return answers
