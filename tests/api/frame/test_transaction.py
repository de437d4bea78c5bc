"""One request, one transaction: committed before the answer leaves, undone when it fails."""

from collections.abc import AsyncIterator

import pytest_asyncio
from fastapi import APIRouter
from sqlalchemy import func, select
from starlette.types import Message

from api.resources import Transaction
from models.domain.errors import NotFoundError
from models.messages.ids import new_id
from models.tables.crm import Staff
from tests.api.frame.conftest import OpenApi
from tests.support.api import Api

router = APIRouter()


@router.post("/probe/staff")
async def add(session: Transaction, fail: str = "") -> str:
    """Writes a row, then fails if asked to."""
    session.add(Staff(id=new_id("staff"), name="Linh"))
    await session.flush()
    if fail:
        raise NotFoundError("Not here.")
    return "added"


@pytest_asyncio.fixture
async def api(frame: OpenApi, database_url: str) -> AsyncIterator[Api]:
    async with frame(database_url=database_url) as started:
        started.app.include_router(router)
        yield started


async def stored(api: Api) -> int:
    async with api.resources.sessions() as session:
        return await session.scalar(select(func.count()).select_from(Staff)) or 0


async def test_the_row_is_there_when_the_answer_begins(api: Api) -> None:
    seen: list[tuple[int, int]] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.append((message["status"], await stored(api)))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/probe/staff",
        "query_string": b"",
        "headers": [(b"content-length", b"0")],
        "client": ("203.0.113.9", 1),
    }
    await api.app(scope, receive, send)
    assert seen == [(200, 1)]


async def test_a_refusal_undoes_what_was_written(api: Api) -> None:
    async with api.client() as client:
        assert (await client.post("/probe/staff?fail=yes")).status_code == 404
        assert (await client.post("/probe/staff")).json() == "added"
    assert await stored(api) == 1
