"""`/api/v1/bookings/{id}/timeline` and `/deadlines`: what happened, and what is due next."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.allowed import Allowed
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk_schemas import DeadlineList, DeadlineOut, TimelineLineOut, TimelineOut
from api.staff.opening import Reading
from api.staff.paging import PageSize
from models.domain.access import Permission
from models.domain.errors import InvalidInputError
from models.domain.timeline_kinds import TimelineKind
from models.store import deadlines, timeline_pages
from models.store.messages import in_words
from models.store.timeline_pages import PAGE, Cursor, Line

router = APIRouter(prefix="/api/v1/bookings/{booking_id}", tags=["bookings"])


def cursor_of(before: str) -> Cursor | None:
    """Where a page begins; None for the first.

    Raises:
        InvalidInputError: no page ever gave this out.
    """
    if not before:
        return None
    at, id_ = cursors.decode(before)
    if at is None:
        raise InvalidInputError("before: take it from `next` of the page before.")
    return Cursor(at, id_)


def text_of(line: Line) -> str:
    """What a line says, in one text."""
    if line.note is not None:
        return line.note.body
    if line.contact is not None:
        return f"{line.contact.with_whom}: {line.contact.outcome}"
    if line.file is not None:
        return line.file.file_name
    return in_words(line.message) if line.message is not None else line.detail


@router.get("/timeline", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_timeline(
    booking_id: str,
    desk: Reading,
    kind: Annotated[list[TimelineKind] | None, Query()] = None,
    before: Before = "",
    page_size: PageSize = PAGE,
) -> TimelineOut:
    """Everything that happened, the newest first; `kind` may be asked for several times."""
    async with desk.booking(booking_id) as (session, _):
        found = await timeline_pages.timeline_page(
            session,
            booking_id,
            kinds=frozenset(kind or ()),
            after=cursor_of(before),
            limit=page_size,
        )
    items = [
        TimelineLineOut(
            id=line.id,
            at=line.at,
            kind=line.kind,
            type=line.type,
            actor=line.actor_name,
            detail=text_of(line),
            status=line.message.status if line.message else None,
        )
        for line in found.lines
    ]
    following = cursors.encode(found.next.at, found.next.id) if found.next else None
    return TimelineOut(items=items, next=following)


@router.get("/deadlines", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_deadlines(booking_id: str, desk: Reading) -> DeadlineList:
    """The clocks that run on a booking, the most urgent first."""
    async with desk.booking(booking_id) as (session, row):
        found = await deadlines.deadlines_of(session, row.booking)
    return DeadlineList(
        items=[DeadlineOut.model_validate(one) for one in found], now=datetime.now(UTC)
    )
