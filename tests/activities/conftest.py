"""The activities on a database of the test's own."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from models.database import Sessions
from models.settings import Environment, Settings
from tests.sandbox.running import running, settings_for
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


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that lead to running stand-ins over HTTP; their webhooks reach nobody."""
    with running(settings_for(tmp_path_factory.mktemp("stand-ins"))) as sandbox:
        yield sandbox.settings.model_copy(
            update={
                "stripe_api_base": f"{sandbox.url}/stripe",
                "postmark_api_base": f"{sandbox.url}/postmark",
                "twilio_api_base": f"{sandbox.url}/twilio",
                "sandbox_url": sandbox.url,
            }
        )
