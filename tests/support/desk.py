"""The API with members of staff logged in, and a stub of the workflows that they ask."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import httpx2
from bs4 import BeautifulSoup
from fastapi import FastAPI
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.providers.ports import DocumentStore
from activities.providers.storage import DirectoryStore
from api.app import create_app
from api.identity.session import COOKIE
from api.resources import Resources
from models.settings import Environment, Settings
from models.store.sessions import Login, open_session
from models.tables.crm import Booking, Customer, Staff
from tests.support import office
from tests.support.stub_booking import StubBooking


@dataclass
class Office:
    """The API, its resources and a small world: two members of staff, a booking each has."""

    app: FastAPI
    resources: Resources
    temporal: Client
    queue: str
    linh: Staff
    marc: Staff
    customer: Customer
    mine: Booking
    """Linh's."""
    other: Booking
    """Nobody's."""

    @property
    def documents(self) -> DocumentStore:
        """Where the API looks for documents."""
        return DirectoryStore(self.resources.settings.data_dir / "documents")

    def browser(self, who: str) -> httpx2.AsyncClient:
        """A client that is logged in: `linh` (staff), `marc` (manager), `ana` (accountant)."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app),
            base_url="http://test",
            cookies={COOKIE: who},
            headers={"origin": "http://test"},
        )

    def page(self, who: str) -> httpx2.AsyncClient:
        """A client that asks for pages."""
        client = self.browser(who)
        client.headers["accept"] = "text/html"
        return client

    async def start(self, workflow_id: str, refuse: str = "") -> None:
        """Starts the stub under the id of a booking or service order."""
        await self.temporal.start_workflow(
            StubBooking.run,
            refuse,
            id=workflow_id,
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        )

    async def asked(self, workflow_id: str) -> list[str]:
        """What the stub of this id was asked."""
        return await self.temporal.get_workflow_handle(workflow_id).query(StubBooking.asked)


@asynccontextmanager
async def open_office(
    database_url: str,
    address: str,
    client: Client,
    data_dir: Path,
    *,
    like: Office | None = None,
    **changes: object,
) -> AsyncIterator[Office]:
    """An office in a database of its own, with a worker for its stubs.

    Args:
        database_url: of a database that is empty, or a copy of another office's.
        address: of the Temporal server.
        client: connected to it.
        data_dir: of the API.
        like: the office whose database was copied.
        changes: of the settings.
    """
    facts: dict[str, object] = {
        "environment": Environment.TEST,
        "database_url": SecretStr(database_url),
        "temporal_address": address,
        "data_dir": data_dir,
        **changes,
    }
    settings = Settings.model_validate(facts)
    app = create_app(settings)
    queue = f"office-{uuid4()}"
    async with (
        app.router.lifespan_context(app),
        Worker(
            client,
            task_queue=queue,
            workflows=[StubBooking],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ),
    ):
        if like:
            resources = app.state.resources
            yield replace(like, app=app, resources=resources, temporal=client, queue=queue)
        else:
            yield await _furnish(app, client, queue)


async def _furnish(app: FastAPI, client: Client, queue: str) -> Office:
    resources: Resources = app.state.resources
    async with resources.sessions.begin() as session:
        linh = await office.member(session, "Linh Tran", "linh")
        marc = await office.member(session, "Marc Dubois", "marc")
        customer = await office.customer(session)
        stranger = await office.customer(
            session, "Jonas Weber", "jonas@example.org", phone_e164="+4917612345"
        )
        mine = await office.booking(session, customer, staff_id=linh.id, stage="QUALIFIED")
        other = await office.booking(session, stranger)
        for who, role in (
            ("linh", "staff"),
            ("marc", "manager"),
            ("ana", "accountant"),
            ("minh", "staff"),
        ):
            login = Login(who, who, who.title(), "", frozenset({f"atp_{role}"}), "")
            token = hashlib.sha256(who.encode()).hexdigest()
            await open_session(session, token_hash=token, csrf_secret=who, login=login)
    return Office(app, resources, client, queue, linh, marc, customer, mine, other)


def fields_of(html: str, action: str) -> dict[str, str]:
    """The fields of the form of a page that goes to an address ending in `action`."""
    form = BeautifulSoup(html, "html.parser").find(
        "form", action=lambda target: bool(target) and str(target).endswith(action)
    )
    assert form is not None, f"no form to {action}"
    inputs = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input")}
    areas = {str(one["name"]): one.text.strip() for one in form.find_all("textarea")}
    return inputs | areas
