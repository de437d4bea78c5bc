"""Connections to Postgres: one engine a process, one session a transaction."""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from models.settings import Settings

Sessions = async_sessionmaker[AsyncSession]
IntakePool = AsyncConnectionPool[AsyncConnection[TupleRow]]

CONNECT_TIMEOUT_SECONDS = 2
STATEMENT_TIMEOUT = "15s"
POOL_SIZE = 10
INTAKE_POOL_SIZE = 6
OPTIONS = f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC"
BY_INDEX = "-c enable_seqscan=off"
"""A connection keeps the plans of prepared statements: one made while a table is small reads all of
it, and goes on doing so when it has grown."""


def create_engine(settings: Settings) -> AsyncEngine:
    """The engine of a process; it connects when it is first used."""
    return create_async_engine(
        settings.async_database_url,
        pool_size=POOL_SIZE,
        max_overflow=5,
        pool_timeout=5,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "options": OPTIONS,
        },
    )


def session_factory(engine: AsyncEngine) -> Sessions:
    """Makes sessions: `async with sessions.begin() as session` is one transaction."""
    return async_sessionmaker(engine, expire_on_commit=False)


def create_intake_pool(settings: Settings) -> IntakePool:
    """Plain connections in autocommit for the intake; none is made before the first is asked for.

    Open it inside the event loop that uses it; closed again it can't be reused.
    """
    return AsyncConnectionPool(
        settings.async_database_url.replace("postgresql+psycopg://", "postgresql://", 1),
        kwargs={
            "autocommit": True,
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "options": f"{OPTIONS} {BY_INDEX}",
        },
        min_size=0,
        max_size=INTAKE_POOL_SIZE,
        timeout=CONNECT_TIMEOUT_SECONDS,
        open=False,
    )
