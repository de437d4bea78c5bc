"""`GET /api/v1/bookings`: the list, and what may be asked of every list of bookings."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.identity.allowed import Allowed
from api.staff.booking_schemas import BookingList, ListFilters, booking_out
from api.staff.opening import Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE, LAST_PAGE, total_pages
from api.staff.wire import absent
from models.domain.access import Permission
from models.domain.errors import InvalidInputError
from models.domain.sla_state import SlaState
from models.domain.stages import Stage
from models.store.booking_filters import BookingFilter
from models.store.booking_list import ORDERS, BookingSort, Mark, list_bookings

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"])

Word = Annotated[Annotated[str, StringConstraints(max_length=100)] | None, BeforeValidator(absent)]


class BookingFilters(BaseModel):
    """Which bookings, as a query or a saved view says it."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    stage: Annotated[Stage | None, BeforeValidator(absent)] = None
    owner_id: Word = Field(None, description="A staff id, or `none` for bookings nobody owns.")
    search: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="Number, name, e-mail, phone or words; accents and slips are forgiven."
    )
    sla_state: Annotated[SlaState | None, BeforeValidator(absent)] = None
    destination: Word = None
    travel_month: Annotated[
        Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None,
        BeforeValidator(absent),
    ] = Field(None, description="YYYY-MM.")
    source: Word = Field(
        None,
        description="A channel (website, phone, email, whatsapp, sms, walk_in), `direct`, "
        "or a campaign's utm_source.",
    )

    def chosen(self) -> dict[str, str]:
        """What narrows the list, by name."""
        said: dict[str, Any] = self.model_dump(
            mode="json", include=set(BookingFilters.model_fields)
        )
        return {name: value for name, value in said.items() if value}

    def wanted(self, only_owner: str | None) -> BookingFilter:
        """The filter, within what the person may see."""
        said = self.model_dump(include=set(BookingFilters.model_fields))
        return BookingFilter(**said, only_owner=only_owner)


class KeptBookingFilters(BookingFilters):
    """Which bookings, as somebody keeps it: nothing in it may be misread."""

    model_config = ConfigDict(extra="forbid")


class BookingQuery(BookingFilters):
    """Which bookings in which order."""

    sort: BookingSort = BookingSort.CREATED_AT_DESC


class PageQuery(BookingQuery):
    """A page of bookings; `cursor` is the `next_cursor` of the page before."""

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    page_size: Annotated[int, Field(ge=1, le=LARGEST_PAGE_SIZE)] = DEFAULT_PAGE_SIZE
    cursor: Annotated[
        Annotated[str, StringConstraints(max_length=300)] | None, BeforeValidator(absent)
    ] = None

    def after(self) -> Mark | None:
        """Where the page before ended.

        Raises:
            InvalidInputError: the cursor is none of ours, or of a list in another order.
        """
        if self.cursor is None:
            return None
        mark = read_cursor(self.cursor)
        if mark.sort is not self.sort:
            raise InvalidInputError("cursor: it belongs to a list in another order.")
        return mark


def cursor_of(mark: Mark | None) -> str | None:
    """A mark as addresses carry it: the order, a time and a booking's id."""
    if mark is None:
        return None
    facts = [mark.sort.value, mark.at.isoformat() if mark.at else None, mark.booking_id]
    return base64.urlsafe_b64encode(orjson.dumps(facts)).rstrip(b"=").decode()


def read_cursor(cursor: str) -> Mark:
    """The mark of a cursor.

    Raises:
        InvalidInputError: it is none of ours.
    """
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        sort, at, booking_id = orjson.loads(base64.urlsafe_b64decode(padded))
        mark = Mark(BookingSort(sort), datetime.fromisoformat(at) if at else None, str(booking_id))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInputError("cursor: it is not one of ours.") from error
    if mark.at is None and not ORDERS[mark.sort].gaps:
        raise InvalidInputError("cursor: it is not one of ours.")
    return mark


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_list(desk: Reading, query: Annotated[PageQuery, Query()]) -> BookingList:
    """A page of the bookings that the caller may see."""
    async with desk.sessions() as session:
        found = await list_bookings(
            session,
            query.wanted(desk.member.only_owner),
            sort=query.sort,
            page=query.page,
            page_size=query.page_size,
            after=query.after(),
        )
    asked = query.model_dump(include=set(BookingFilters.model_fields))
    applied = {**asked, "search": query.search or None}
    return BookingList(
        items=[booking_out(row) for row in found.items],
        total=found.total,
        page=query.page,
        page_size=query.page_size,
        total_pages=total_pages(found.total, query.page_size),
        filters=ListFilters(**applied),
        sort=query.sort,
        next_cursor=cursor_of(found.mark),
        approximate=found.approximate,
    )
