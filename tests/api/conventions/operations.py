"""Every operation of the JSON API as its document has it, and how a test asks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from temporalio.client import Client

from api.app import create_app
from api.description import operations
from api.identity.guards import CSRF_HEADER, csrf_token
from models.settings import Environment, Settings
from tests.api.audit.sample import Sample
from tests.api.audit.samples import DRAFT, SAMPLES
from tests.api.audit.world import build
from tests.support.cluster import Cluster
from tests.support.desk import Office, open_office
from tests.support.enquiries import a_form

DOCUMENT: dict[str, Any] = create_app(Settings(environment=Environment.TEST)).openapi()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
JSON_TYPE = "application/json"
REQUESTS = {
    **SAMPLES,
    "POST /public/v1/bookings": Sample(a_form()),
    "POST /api/v1/bookings/{booking_id}/quotes/price": Sample(DRAFT),
}
QUERIES = {
    "GET /api/v1/customers/{customer_id}/merge-preview": {"other_id": "{alike_id}"},
    "GET /api/v1/leave": {"since": "2030-01-01", "until": "2034-12-31"},
}
"""What an address needs behind its question mark."""


@dataclass(frozen=True)
class Operation:
    """A method at a path, and what the document says of it."""

    name: str
    """`GET /api/v1/bookings`"""
    facts: dict[str, Any]

    @property
    def method(self) -> str:
        """In capitals."""
        return self.name.split()[0]

    @property
    def path(self) -> str:
        """With its parameters in braces."""
        return self.name.split()[1]

    @property
    def refusals(self) -> dict[int, dict[str, Any]]:
        """What it may refuse, by status."""
        stated = self.facts["responses"].items()
        return {int(status): _whole(told) for status, told in stated if int(status) >= 400}

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Where what goes in stands, by its name in small letters."""
        return {one["name"].lower(): one for one in self.facts.get("parameters", [])}

    def answer(self, status: int) -> str:
        """The name of the schema of a JSON answer; empty when there is none."""
        content = self.facts["responses"].get(str(status), {}).get("content", {})
        return str(content.get(JSON_TYPE, {}).get("schema", {}).get("$ref", "")).split("/")[-1]

    @property
    def answers(self) -> dict[int, str]:
        """The schemas of its successful JSON answers by status."""
        stated = (int(status) for status in self.facts["responses"])
        return {one: self.answer(one) for one in stated if one < 300 and self.answer(one)}

    @property
    def unshown(self) -> set[str]:
        """The schemas of its answers of which it shows no example itself."""
        told = self.facts["responses"]
        return {
            name
            for status, name in self.answers.items()
            if "example" not in told[str(status)]["content"][JSON_TYPE]
        }


def _whole(told: dict[str, Any]) -> dict[str, Any]:
    """A refusal, also when the document only refers to it."""
    name = str(told.get("$ref", "")).split("/")[-1]
    found: dict[str, Any] = DOCUMENT["components"]["responses"][name] if name else told
    return found


OPERATIONS = [
    Operation(f"{method.upper()} {path}", facts) for path, method, facts in operations(DOCUMENT)
]
STAFFS = [one for one in OPERATIONS if one.path.startswith("/api/")]
CREATING = [one for one in STAFFS if one.method == "POST" and "201" in one.facts["responses"]]


def names(operations: list[Operation]) -> pytest.MarkDecorator:
    """One case for each of these operations."""
    return pytest.mark.parametrize("operation", operations, ids=lambda one: one.name)


@asynccontextmanager
async def open_world(
    cluster: Cluster, address: str, client: Client, folder: Path
) -> AsyncIterator[tuple[Office, dict[str, str]]]:
    """An office with a booking and all that hangs on it, and the ids of that by name."""
    with cluster.fresh_database() as url:
        async with open_office(url, address, client, folder) as office:
            yield office, await build(office) | {"token": "a-link-of-nobody"}


async def send(
    office: Office,
    world: dict[str, str],
    operation: Operation,
    *,
    path: str = "",
    query: dict[str, str] | None = None,
    raw: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    """The answer to the sample of an operation, asked by an administrator where none is named.

    Args:
        office: who is asked.
        world: the ids of what is in it.
        operation: what is asked for.
        path: another one than that of the sample.
        query: beside what the operation needs behind its question mark.
        raw: sent as if it were JSON, instead of the sample.
        headers: further ones.
    """
    sample = REQUESTS.get(operation.name, Sample(who="ada"))
    needed = QUERIES.get(operation.name, {})
    asked = {name: said.format(**world) for name, said in needed.items()} | (query or {})
    content: dict[str, Any] = (
        {} if operation.method == "GET" else sample.content(operation.path, world)
    )
    if raw is not None:
        content = {"content": raw}
        headers = {"Content-Type": JSON_TYPE}
    async with office.browser(sample.who) as browser:
        if sample.first and not path and raw is None:
            await browser.post(sample.first.format(**world))
        return await browser.request(
            operation.method,
            path or operation.path.format(**world),
            params=asked,
            headers={CSRF_HEADER: csrf_token(sample.who), **(headers or {})},
            **content,
        )
