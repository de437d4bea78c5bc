"""Connections to Postgres: one engine a process, one session a transaction."""

from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from models.settings import Settings

Sessions = async_sessionmaker[AsyncSession]

CONNECT_TIMEOUT_SECONDS = 2
STATEMENT_TIMEOUT = "15s"
POOL_SIZE = 10


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
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC",
        },
    )


def session_factory(engine: AsyncEngine) -> Sessions:
    """Makes sessions: `async with sessions.begin() as session` is one transaction."""
    return async_sessionmaker(engine, expire_on_commit=False)
