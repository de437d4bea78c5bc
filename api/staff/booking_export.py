"""`GET /api/v1/bookings.csv`: the bookings of a list as a file, streamed while it is read."""

import asyncio
import csv
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, date, datetime
from io import StringIO
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api import problems
from api.identity.allowed import Allowed
from api.pages.formats import iso
from api.problems import Problem
from api.staff.booking_list import BookingQuery
from api.staff.desk import Desk
from api.staff.opening import Reading
from models.domain.access import Permission
from models.domain.spreadsheets import harmless
from models.store.booking_export import exported, stream_bookings

router = APIRouter(prefix="/api/v1", tags=["bookings"])

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
BYTE_ORDER_MARK: Final = "\ufeff"
"""By it spreadsheets know that names are UTF-8."""
AT_ONCE: Final = 2
"""So many exports may run in a process: each holds a connection for as long as it is read."""

_running = asyncio.BoundedSemaphore(AT_ONCE)


@router.get(
    "/bookings.csv",
    dependencies=[Allowed(Permission.READ_BOOKINGS), Allowed(Permission.EXPORT_DATA)],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}, "description": "One line for each booking."}},
)
async def export(desk: Reading, query: Annotated[BookingQuery, Query()]) -> StreamingResponse:
    """The bookings that the caller may see and that fit, as CSV; kept in the audit log."""
    if _running.locked():
        raise Problem(
            problems.TOO_MANY_REQUESTS,
            "Other exports are running. Please try again in a moment.",
            headers={"Retry-After": "10"},
        )
    await desk.audit.bulk_read("bookings.csv", {"filters": query.chosen(), "sort": query.sort})
    lines = _lines(desk, query)
    first = await anext(lines)  # what is wrong with the search is told before the answer begins
    name = f"bookings-{datetime.now(UTC):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Closing(_joined(first, lines), media_type=MEDIA_TYPE, headers=headers)


class Closing(StreamingResponse):
    """Gives back what the pieces came from, also when the reader leaves early."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the pieces."""
        assert isinstance(self.body_iterator, AsyncGenerator)  # noqa: S101 - made below
        async with aclosing(self.body_iterator):
            await super().__call__(scope, receive, send)


async def _joined(first: str, lines: AsyncGenerator[str]) -> AsyncGenerator[str]:
    async with aclosing(lines):
        yield first
        async for chunk in lines:
            yield chunk


async def _lines(desk: Desk, query: BookingQuery) -> AsyncGenerator[str]:
    """The file in pieces: its head with the first batch, then a piece for each batch."""
    written = [list(exported())]
    head = BYTE_ORDER_MARK
    async with _running, desk.sessions() as session:
        wanted = query.wanted(desk.member.only_owner)
        async with aclosing(stream_bookings(session, wanted, query.sort)) as batches:
            async for batch in batches:
                yield head + _csv([*written, *batch])
                head, written = "", []
    if written:
        yield head + _csv(written)


def _csv(rows: Sequence[Sequence[Any]]) -> str:
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
