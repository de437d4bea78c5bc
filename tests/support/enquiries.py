"""Enquiries as the website's page sends them, and an API that takes them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy import func, select

from models.settings import Environment, Settings
from models.tables.base import Base
from tests.support.api import Api, open_api

PATH = "/public/v1/bookings"


def a_form(**changes: Any) -> dict[str, Any]:
    """The page's JSON: every value a string, absent ones empty; somebody new each time."""
    form = {
        "destination": "Vietnam",
        "style": "Culture",
        "travelMonth": "2027-05",
        "duration": "9-12 days",
        "travelers": "2",
        "budget": "$1,400-$2,200 / week",
        "name": "Anna Sommer",
        "email": f"anna.{uuid4().hex}@home.example",
        "phone": "",
        "language": "English",
        "notes": "",
        "pageUrl": "https://asiatravelplan.example/?utm_source=newsletter",
        "referrer": "",
        "utm_source": "newsletter",
        "utm_medium": "email",
        "utm_campaign": "",
    }
    return form | changes


@dataclass
class Door:
    """The public door of an API, and what stands in its database."""

    api: Api
    client: httpx2.AsyncClient

    async def send(
        self, form: dict[str, Any] | None = None, *, key: str = "", **headers: str
    ) -> httpx2.Response:
        """Sends an enquiry; a new one with a new key unless told otherwise."""
        key = key or f"booking_{uuid4().hex}"
        sent = {"Idempotency-Key": key} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return await self.client.post(PATH, json=form or a_form(), headers=sent)

    async def count(self, table: type[Base]) -> int:
        """How many rows a table has."""
        async with self.api.resources.sessions() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0

    async def rows(self, table: type[Base]) -> list[Any]:
        """All rows of a table."""
        async with self.api.resources.sessions() as session:
            return list(await session.scalars(select(table)))


@asynccontextmanager
async def open_door(database_url: str, **changes: object) -> AsyncIterator[Door]:
    """An API whose Temporal is dead unless `temporal_address` says otherwise."""
    facts: dict[str, object] = {
        "environment": Environment.TEST,
        "database_url": database_url,
        "rate_limit": "off",
        "temporal_address": f"127.0.0.1:{dead_port()}",
    }
    async with (
        open_api(Settings.model_validate(facts | changes)) as api,
        api.client() as client,
    ):
        yield Door(api, client)


def dead_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def silent_port() -> Iterator[int]:
    """A port where connections are accepted and nothing is ever answered."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


async def together(*requests: Any) -> list[httpx2.Response]:
    """The answers of requests that are under way at once."""
    return list(await asyncio.gather(*requests))
