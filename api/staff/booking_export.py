"""`GET /api/v1/bookings.csv`: the bookings of a list as a file, streamed while it is read."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.staff.booking_list import BookingQuery
from api.staff.csv_files import Rows, csv_file, require_room
from api.staff.opening import Reading
from models.domain.access import Permission
from models.store.booking_export import exported, stream_bookings

router = APIRouter(prefix="/api/v1", tags=["bookings"])


@router.get(
    "/bookings.csv",
    dependencies=[Allowed(Permission.READ_BOOKINGS), Allowed(Permission.EXPORT_DATA)],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}, "description": "One line for each booking."}},
)
async def export(desk: Reading, query: Annotated[BookingQuery, Query()]) -> StreamingResponse:
    """The bookings that the caller may see and that fit, as CSV; kept in the audit log."""
    require_room()
    await desk.audit.bulk_read("bookings.csv", {"filters": query.chosen(), "sort": query.sort})
    wanted = query.wanted(desk.member.only_owner)

    def reading(session: AsyncSession) -> AsyncGenerator[Rows]:
        return stream_bookings(session, wanted, query.sort)

    return await csv_file(desk.sessions, "bookings", list(exported()), reading)
