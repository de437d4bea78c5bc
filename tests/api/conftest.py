"""What tests of the API share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from temporalio.client import Client

from tests.support.desk import Office, open_office


@pytest_asyncio.fixture
async def office(
    database_url: str, temporal_address: str, temporal_client: Client, tmp_path: Path
) -> AsyncIterator[Office]:
    """The API with three people logged in and two bookings, in a database of its own."""
    async with open_office(database_url, temporal_address, temporal_client, tmp_path) as opened:
        yield opened
