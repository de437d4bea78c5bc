"""What the API's endpoints work with: opened once at start, closed at the end."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import httpx2
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.requests import HTTPConnection
from temporalio.client import Client

from activities.relay.calls import WorkflowCalls
from api.decisions import Decisions
from api.identity.provider import IdentityProvider
from api.live.live import LiveChanges
from api.public.fast_start import PATIENCE_SECONDS, FastStart
from api.public.terms import TermsInForce
from api.public.tour_feed import TourFeed
from models.database import (
    IntakePool,
    Sessions,
    create_engine,
    create_intake_pool,
    session_factory,
)
from models.settings import Settings
from models.temporal import client_of

HTTP_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)


@dataclass(frozen=True)
class Resources:
    """The settings, and the connections of one API process."""

    settings: Settings
    engine: AsyncEngine
    sessions: Sessions
    temporal: Client
    """Connects when it is first used: Temporal may be away while the API starts."""
    decisions: Decisions
    http: httpx2.AsyncClient
    identity: IdentityProvider
    intake: IntakePool
    terms: TermsInForce
    tours: TourFeed
    fast_start: FastStart
    live: LiveChanges


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates we trust, read once for a process: that takes 20 ms."""
    return httpx2.create_ssl_context()


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Opens everything lazily: nothing needs to be reachable yet."""
    engine = create_engine(settings)
    sessions = session_factory(engine)
    temporal = await client_of(settings, lazy=True)
    try:
        async with (
            httpx2.AsyncClient(timeout=HTTP_TIMEOUT, verify=_trusted()) as http,
            create_intake_pool(settings) as intake,
            IdentityProvider(settings, HTTP_TIMEOUT, _trusted()) as identity,
            FastStart(
                WorkflowCalls(temporal, settings.task_queue_prefix, PATIENCE_SECONDS), sessions
            ) as fast_start,
            LiveChanges(settings, sessions) as live,
        ):
            yield Resources(
                settings=settings,
                engine=engine,
                sessions=sessions,
                temporal=temporal,
                decisions=Decisions(temporal),
                http=http,
                identity=identity,
                intake=intake,
                terms=TermsInForce(sessions),
                tours=TourFeed(sessions),
                fast_start=fast_start,
                live=live,
            )
    finally:
        await engine.dispose()


def resources_of(connection: HTTPConnection) -> Resources:
    """Dependency: the process's resources."""
    found: Resources = connection.app.state.resources
    return found


ApiResources = Annotated[Resources, Depends(resources_of)]


async def transaction(resources: ApiResources) -> AsyncIterator[AsyncSession]:
    """Dependency: a session in one transaction, committed before the answer is sent."""
    async with resources.sessions.begin() as session:
        yield session


Transaction = Annotated[AsyncSession, Depends(transaction, scope="function")]
