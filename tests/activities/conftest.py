"""The activities on a database of the test's own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from models.database import Sessions
from models.settings import Environment, Settings
from tests.support.fake_provider import FakeProvider
from tests.support.money import Desk, desk_of, open_sessions


@pytest_asyncio.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """Transactions on an empty database."""
    async with open_sessions(Settings(database_url=database_url)) as made:
        yield made


@pytest_asyncio.fixture
async def provider() -> FakeProvider:
    """A payment provider in memory."""
    return FakeProvider()


@pytest_asyncio.fixture
async def desk(sessions: Sessions, provider: FakeProvider) -> Desk:
    """A booking's money with that provider."""
    return desk_of(sessions, provider, Settings(environment=Environment.TEST))
