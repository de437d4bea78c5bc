"""CSV files that stream while they are read: harmless to spreadsheets, a few at once."""

import asyncio
import csv
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any, Final

from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Receive, Scope, Send

from api import problems
from api.pages.formats import iso
from api.problems import Problem
from models.database import Sessions
from models.domain.spreadsheets import harmless

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
BYTE_ORDER_MARK: Final = "\ufeff"
"""By it spreadsheets know that names are UTF-8."""
AT_ONCE: Final = 2
"""So many exports may run in a process: each holds a connection for as long as it is read."""

Rows = Sequence[Sequence[Any]]
Reading = Callable[[AsyncSession], AsyncGenerator[Rows]]
"""Opens what is exported, in batches, in the session it is given."""

_running = asyncio.BoundedSemaphore(AT_ONCE)


def require_room() -> None:
    """Does nothing while another export may run.

    Raises:
        Problem: too many run.
    """
    if _running.locked():
        raise Problem(
            problems.TOO_MANY_REQUESTS,
            "Other exports are running. Please try again in a moment.",
            headers={"Retry-After": "10"},
        )


async def csv_file(
    sessions: Sessions, name: str, columns: Sequence[str], reading: Reading
) -> StreamingResponse:
    """A file of rows, its first batch read already: what is wrong is told before it begins.

    Args:
        sessions: where the export's own session comes from.
        name: what is exported; the file is called after it and the day.
        columns: the head of the file.
        reading: what is exported.
    """
    lines = _lines(sessions, columns, reading)
    first = await anext(lines)
    called = f"{name}-{datetime.now(UTC):%Y-%m-%d}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{called}"',
        "Cache-Control": "no-store",
    }
    return Closing(_joined(first, lines), media_type=MEDIA_TYPE, headers=headers)


class Closing(StreamingResponse):
    """Gives back what the pieces came from, also when the reader leaves early."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the pieces."""
        assert isinstance(self.body_iterator, AsyncGenerator)  # noqa: S101 - made above
        async with aclosing(self.body_iterator):
            await super().__call__(scope, receive, send)


async def _joined(first: str, lines: AsyncGenerator[str]) -> AsyncGenerator[str]:
    async with aclosing(lines):
        yield first
        async for chunk in lines:
            yield chunk


async def _lines(
    sessions: Sessions, columns: Sequence[str], reading: Reading
) -> AsyncGenerator[str]:
    """The file in pieces: its head with the first batch, then a piece for each batch."""
    written: list[Sequence[Any]] = [columns]
    head = BYTE_ORDER_MARK
    async with _running, sessions() as session, aclosing(reading(session)) as batches:
        async for batch in batches:
            yield head + _csv([*written, *batch])
            head, written = "", []
    if written:
        yield head + _csv(written)


def _csv(rows: Rows) -> str:
    file = StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value))
