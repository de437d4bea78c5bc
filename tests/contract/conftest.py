"""The world of the contract's tests: one office for each module, with the website's origin."""

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import pytest_asyncio
from temporalio.client import Client

from tests.api.audit.world import let_in
from tests.support.api import Api, open_api, settings_with
from tests.support.cluster import Cluster
from tests.support.desk import Office, open_office
from tests.support.enquiries import Door, open_door
from tests.support.identity import WEBSITE, RunningProvider, serve_provider


@pytest_asyncio.fixture(scope="module")
async def office(
    cluster: Cluster,
    temporal_address: str,
    temporal_client: Client,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Office]:
    """The API with Linh (staff), Marc (manager), Ada (admin) and Ana (accountant) logged in."""
    folder = tmp_path_factory.mktemp("office")
    with cluster.fresh_database() as url:
        async with open_office(
            url,
            temporal_address,
            temporal_client,
            folder,
            rate_limit="off",
            allowed_origins=(WEBSITE,),
        ) as opened:
            async with opened.resources.sessions.begin() as session:
                await let_in(session, "ada", "atp_admin")
            yield opened


@pytest_asyncio.fixture(scope="module")
async def marc(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    """A manager's browser."""
    async with office.browser("marc") as browser:
        yield browser


@pytest_asyncio.fixture(scope="module")
async def ada(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    """An administrator's browser."""
    async with office.browser("ada") as browser:
        yield browser


@pytest_asyncio.fixture(scope="module")
async def door(cluster: Cluster) -> AsyncIterator[Door]:
    """The website's door."""
    with cluster.fresh_database() as url:
        async with open_door(url) as opened:
            yield opened


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """An identity provider."""
    with serve_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def api(cluster: Cluster, provider: RunningProvider) -> AsyncIterator[Api]:
    """An API at which people log in by the provider."""
    with cluster.fresh_database() as url:
        async with open_api(settings_with(provider, url)) as started:
            yield started
