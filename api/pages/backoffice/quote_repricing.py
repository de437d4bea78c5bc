"""`/backoffice/bookings/{id}/quotes/{id}/today`: a version beside what it would cost today."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import page
from api.staff.opening import PageReading
from api.staff.quote_schemas import MOST_SIZES
from models.domain.access import Permission
from models.domain.clock import day_of
from models.domain.pricing.party import MOST_TRAVELLERS
from models.store.quote_drafts import find_version
from models.store.quote_repricing import reprice

USUAL_SIZES = (2, 4, 6, 8, 10)

router = APIRouter(prefix="/backoffice/bookings/{booking_id}/quotes", include_in_schema=False)


@router.get("/{quote_id}/today", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_today(
    booking_id: str,
    quote_id: str,
    request: Request,
    desk: PageReading,
    sizes: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:
    """Line by line what today's cards, rates and rules would make of it, and by size of group."""
    wanted = _sizes(sizes)
    today = day_of(datetime.now(UTC))
    async with desk.booking(booking_id) as (session, row):
        full = await find_version(session, booking_id, quote_id)
        found = await reprice(
            session, row.booking, full, today, wanted or _of(full.version.group_sizes)
        )
    return page(
        request,
        desk,
        "quote/today.html",
        section="bookings",
        row=row,
        found=found,
        sizes=", ".join(str(one.party.size) for one in found.by_size),
    )


def _of(sizes: list[int] | None) -> tuple[int, ...]:
    return tuple(sizes or USUAL_SIZES)


def _sizes(text: str) -> tuple[int, ...]:
    """The sizes that can be read of what was typed; the others are left out."""
    numbers = (int(one) for one in text.replace(",", " ").split() if one.isdecimal())
    return tuple(dict.fromkeys(one for one in numbers if 1 <= one <= MOST_TRAVELLERS))[:MOST_SIZES]
