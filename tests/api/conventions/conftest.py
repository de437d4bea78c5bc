"""One world for all tests of the conventions: each asks for something else in it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import Client

from tests.api.conventions.operations import OPERATIONS, open_world, send
from tests.support.cluster import Cluster
from tests.support.desk import Office

OF_LISTS = (
    "POST /api/v1/bookings/{booking_id}/notes",
    "POST /api/v1/bookings/{booking_id}/contacts",
)
"""Asked twice each, so that there are pages to turn; the audit log keeps them too."""
World = tuple[Office, dict[str, str]]


@pytest_asyncio.fixture(scope="module")
async def world(
    cluster: Cluster,
    temporal_address: str,
    temporal_client: Client,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    """An office, and the ids of what is in it."""
    folder = tmp_path_factory.mktemp("conventions")
    async with open_world(cluster, temporal_address, temporal_client, folder) as opened:
        for operation in OPERATIONS:
            if operation.name in OF_LISTS:
                assert [(await send(*opened, operation)).status_code for _ in range(2)] == [201] * 2
        yield opened
