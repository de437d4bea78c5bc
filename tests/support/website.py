"""The API with the demo's catalog on a real port, for browsers."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from api.app import create_app
from api.seeding import seed
from models.settings import Environment, Settings


@asynccontextmanager
async def open_website(database_url: str, data_dir: Path, **changes: Any) -> AsyncIterator[str]:
    """The website's address; Temporal is away, which an enquiry survives."""
    settings = Settings(
        environment=Environment.TEST,
        database_url=SecretStr(database_url),
        data_dir=data_dir,
        temporal_address="127.0.0.1:9",
        rate_limit="off",
        **changes,
    )
    await seed(settings)
    app = create_app(settings)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    await asyncio.to_thread(_wait_for, server)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await asyncio.to_thread(thread.join)


def _wait_for(server: uvicorn.Server) -> None:
    """Returns when the server answers."""
    while not server.started:
        time.sleep(0.05)
