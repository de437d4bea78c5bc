"""Customers, suppliers and guides at the door of the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from temporalio.client import Client

from tests.support.trip import Trip, a_quote, an_accepted_trip
from tests.support.visitors import Visitors, open_visitors


@pytest_asyncio.fixture
async def visitors(
    database_url: str, temporal_address: str, temporal_client: Client, tmp_path: Path
) -> AsyncIterator[Visitors]:
    """The API and nobody logged in."""
    async with open_visitors(database_url, temporal_address, temporal_client, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def quoted(visitors: Visitors) -> Trip:
    """A booking with a sent quote."""
    async with visitors.resources.sessions.begin() as session:
        return await a_quote(session)


@pytest_asyncio.fixture
async def accepted(visitors: Visitors) -> Trip:
    """A booking whose quote was accepted and whose deposit is paid."""
    async with visitors.resources.sessions.begin() as session:
        return await an_accepted_trip(session)
