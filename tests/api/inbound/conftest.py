"""The API with its inbound doors; Temporal is away."""

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio

from api.app import create_app
from models.settings import Environment, Settings
from tests.support.inbound import DOMAIN, PUBLIC_URL, Inbox
from tests.support.money import open_sessions

NOBODY = "127.0.0.1:9"


@pytest_asyncio.fixture
async def inbox(database_url: str) -> AsyncIterator[Inbox]:
    settings = Settings(
        environment=Environment.TEST,
        database_url=database_url,
        temporal_address=NOBODY,
        public_url=PUBLIC_URL,
        inbound_mail_domain=DOMAIN,
    )
    app = create_app(settings)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http,
        open_sessions(settings) as sessions,
    ):
        yield Inbox(http, sessions, settings)
