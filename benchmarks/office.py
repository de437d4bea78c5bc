"""A member of staff who is logged in, for benchmarks that read what staff read."""

import asyncio
import hashlib
from pathlib import Path

from pydantic import SecretStr

from api.identity.session import COOKIE
from api.seeding import seed
from models.database import create_engine, session_factory
from models.settings import Environment, Settings
from models.store.sessions import Login, open_session

TOKEN = "token-of-a-benchmark"  # noqa: S105 - of a throwaway database


def settings_for(database_url: str, folder: Path) -> Settings:
    """Settings of this process for a throwaway database."""
    return Settings(
        environment=Environment.TEST,
        database_url=SecretStr(database_url),
        data_dir=folder,
        rate_limit="off",
    )


async def open_office(database_url: str, folder: Path) -> str:
    """Loads the catalog and logs a manager in; the header line of their requests."""
    settings = settings_for(database_url, folder)
    await asyncio.create_task(seed(settings))
    engine = create_engine(settings)
    login = Login(
        sub="bench",
        username="linh",
        name="Linh Nguyen",
        email="linh@asiatravelplan.example",
        roles=frozenset({"atp_manager"}),
        id_token="none",  # noqa: S106 - nobody reads it
    )
    async with session_factory(engine).begin() as session:
        await open_session(
            session,
            token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
            csrf_secret="none",  # noqa: S106 - likewise
            login=login,
        )
    await engine.dispose()
    return f"Cookie: {COOKIE}={TOKEN}\r\n"
