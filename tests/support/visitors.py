"""The API as customers, suppliers and guides meet it: a stored trip, links, a stub that answers."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
from bs4 import BeautifulSoup
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from api.app import create_app
from api.resources import Resources
from models.domain.links import LinkPurpose
from models.settings import Environment, Settings
from models.store.links import link_path
from models.tables.base import Base
from tests.support.desk import fields_of
from tests.support.stub_answers import StubAnswers
from tests.support.trip import Trip

SHOWN_IN = os.environ.get("ATP_SHOW_PAGES_IN")
"""A folder where a person wants to look at the pages."""


@dataclass
class Visitors:
    """The API, its resources, and a browser of somebody who is not logged in."""

    app: FastAPI
    resources: Resources
    temporal: Client
    queue: str

    def browser(self) -> httpx2.AsyncClient:
        """A client that asks for pages and does not follow redirects."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app),
            base_url="http://test",
            headers={"accept": "text/html", "user-agent": "Firefox"},
        )

    def program(self) -> httpx2.AsyncClient:
        """A client that asks for JSON."""
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url="http://test")

    async def start(self, workflow_id: str, refuse: str = "", checkout_id: str = "") -> None:
        """Starts the stub under the id of a booking, instalment, order or search."""
        await self.temporal.start_workflow(
            StubAnswers.run,
            args=[refuse, checkout_id],
            id=workflow_id,
            task_queue=self.queue,
        )

    async def asked(self, workflow_id: str) -> list[str]:
        """What the stub of this id was asked."""
        return await self.temporal.get_workflow_handle(workflow_id).query(StubAnswers.asked)

    async def link(self, trip: Trip, purpose: LinkPurpose, subject_ref: str) -> str:
        """The path of a link."""
        async with self.resources.sessions.begin() as session:
            return await link_path(
                session,
                self.resources.settings.link_secret.get_secret_value(),
                purpose=purpose,
                booking_id=trip.booking.id,
                subject_ref=subject_ref,
                expires_at=datetime.now(UTC) + timedelta(days=1),
            )

    async def change(self, row: Base, **columns: object) -> None:
        """Writes columns of a stored row."""
        async with self.resources.sessions.begin() as session:
            stored = await session.merge(row)
            for name, value in columns.items():
                setattr(stored, name, value)
                setattr(row, name, value)

    async def rows(self, table: type[Base]) -> list[Base]:
        """Every row of a table."""
        async with self.resources.sessions.begin() as session:
            return list(await session.scalars(select(table)))


@asynccontextmanager
async def open_visitors(
    database_url: str, address: str, client: Client, data_dir: Path
) -> AsyncIterator[Visitors]:
    """The API on a database of its own, with a worker for the stubs."""
    settings = Settings(
        environment=Environment.TEST,
        database_url=SecretStr(database_url),
        temporal_address=address,
        data_dir=data_dir,
        rate_limit="off",
    )
    app = create_app(settings)
    queue = f"visitors-{uuid4()}"
    async with (
        app.router.lifespan_context(app),
        Worker(
            client,
            task_queue=queue,
            workflows=[StubAnswers],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ),
    ):
        yield Visitors(app, app.state.resources, client, queue)


def read(response: httpx2.Response, name: str = "") -> str:
    """The words of a page; shown to a person who asked to see it under a name."""
    if SHOWN_IN and name:
        Path(SHOWN_IN, f"{name}.html").write_text(response.text)
    page = BeautifulSoup(response.text, "html.parser")
    for unread in page.select("script, style, input"):
        unread.decompose()
    text = re.sub(r"\s+", " ", page.get_text(" "))
    assert not re.search(r"None|undefined|\{\{|\{%", text), text
    return text


async def post(
    browser: httpx2.AsyncClient, page: str, action: str, **typed: str
) -> httpx2.Response:
    """Opens a page, fills the form that goes to an address ending in `action`, and sends it."""
    shown = await browser.get(page)
    return await browser.post(f"{page}{action}", data=fields_of(shown.text, action) | typed)
