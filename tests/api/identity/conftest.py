"""An API with a database of its own and a real identity provider."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.support.api import Api, open_api, settings_with
from tests.support.identity import RunningProvider, serve_provider


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """A provider for the tests of a module."""
    with serve_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest_asyncio.fixture
async def api(provider: RunningProvider, database_url: str) -> AsyncIterator[Api]:
    """A started API."""
    async with open_api(settings_with(provider, database_url)) as started:
        yield started
