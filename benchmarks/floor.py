"""The floor of the intake: a bare FastAPI endpoint with four inserts in one transaction."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import uvicorn
from fastapi import FastAPI
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

TABLES = """
CREATE TABLE IF NOT EXISTS floor_people (id text PRIMARY KEY, name text, email text);
CREATE TABLE IF NOT EXISTS floor_trips (
    id text PRIMARY KEY, person_id text, destination text, style text, month text, travelers int,
    created_at timestamptz DEFAULT now());
CREATE TABLE IF NOT EXISTS floor_lines (id text PRIMARY KEY, trip_id text, type text, detail text);
CREATE TABLE IF NOT EXISTS floor_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, trip_id text, delivered_at timestamptz)
"""


class Form(BaseModel):
    """The same form, read by the framework."""

    name: str
    email: str
    destination: str
    style: str
    travelMonth: str  # noqa: N815 - as the page sends it
    travelers: int
    duration: str
    notes: str = ""


def create_floor(url: str) -> FastAPI:
    """The bare endpoint at `/floor`."""
    pool = AsyncConnectionPool[AsyncConnection[TupleRow]](url, min_size=6, max_size=6, open=False)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            async with pool.connection() as connection:
                await connection.execute(TABLES)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/floor", status_code=201)
    async def take(form: Form) -> dict[str, str]:
        person, trip, line = str(uuid4()), str(uuid4()), str(uuid4())
        async with pool.connection() as connection:
            await connection.execute(
                "INSERT INTO floor_people VALUES (%s, %s, %s)", (person, form.name, form.email)
            )
            await connection.execute(
                "INSERT INTO floor_trips VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    trip,
                    person,
                    form.destination,
                    form.style,
                    form.travelMonth,
                    form.travelers,
                ),
            )
            await connection.execute(
                "INSERT INTO floor_lines VALUES (%s, %s, %s, %s)", (line, trip, "CREATED", "")
            )
            await connection.execute("INSERT INTO floor_outbox (trip_id) VALUES (%s)", (trip,))
        return {"booking_id": trip, "status": "accepted"}

    return app


if __name__ == "__main__":
    uvicorn.run(
        create_floor(sys.argv[1]),
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
