"""Connections to Temporal, which may be away."""

import asyncio
import logging

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from models.settings import Settings

PAUSE_SECONDS = 1.0

log = logging.getLogger("temporal")


async def client_of(settings: Settings, *, lazy: bool = False) -> Client:
    """A client that speaks Pydantic; a lazy one connects when it is first used.

    Raises:
        RuntimeError: nobody answers.
    """
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=pydantic_data_converter,
        lazy=lazy,
    )


async def wait_for_client(settings: Settings) -> Client:
    """A connected client, as soon as there is a server."""
    while True:
        try:
            return await client_of(settings)
        except RuntimeError:
            log.warning("Temporal does not answer yet")
            await asyncio.sleep(PAUSE_SECONDS)
