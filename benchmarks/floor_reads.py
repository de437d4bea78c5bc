"""The floor of reading: 25 rows by primary key, and bytes that are at hand."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

ROWS = 25
IDS = [f"booking_old_{number * 997}" for number in range(1, ROWS + 1)]
QUESTION = "SELECT id, reference, stage, destination, created_at FROM bookings WHERE id = ANY(%s)"


def create_floor(url: str, body: bytes) -> FastAPI:
    """The bare endpoints at `/rows` and `/bytes`."""
    pool = AsyncConnectionPool[AsyncConnection[dict[str, Any]]](
        url, min_size=2, max_size=6, open=False, kwargs={"row_factory": dict_row}
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/rows")
    async def rows() -> list[dict[str, Any]]:
        async with pool.connection() as connection:
            return await (await connection.execute(QUESTION, [IDS])).fetchall()

    @app.get("/bytes")
    async def some_bytes() -> Response:
        return Response(body, media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(
        create_floor(sys.argv[1], Path(sys.argv[3]).read_bytes()),
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
