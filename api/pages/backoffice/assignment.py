"""`/backoffice/bookings/{id}/assignment`: who could take a booking and why; one click takes it."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.pages import formats
from api.pages.backoffice.frame import page
from api.pages.rendering import render
from api.pages.translation import gettext
from api.staff.assigning import proposals
from api.staff.opening import PageReading
from models.domain.access import Permission
from models.domain.assignment import Reason
from models.domain.booking_hash import booking_hash

router = APIRouter(prefix="/backoffice/bookings/{booking_id}", include_in_schema=False)

SHOWN_BESIDE = 3
"""How many stand beside a booking; the page shows all."""


@router.get("/assignment", dependencies=[Allowed(Permission.ASSIGN_BOOKINGS)])
async def propose(booking_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """Everybody who could take it; for the booking's own page the first few."""
    async with desk.booking(booking_id, Permission.ASSIGN_BOOKINGS) as (session, row):
        found = await proposals(session, row)
    beside = "hx-request" in request.headers
    context: dict[str, Any] = {
        "row": row,
        "address": f"/backoffice/bookings/{booking_id}",
        "booking_hash": booking_hash(booking_id, row.booking.revision),
        "proposals": found[:SHOWN_BESIDE] if beside else found,
        "more": beside and len(found) > SHOWN_BESIDE,
        "in_words": in_words,
    }
    if beside:
        return render(request, "backoffice/assignment_list.html", **context)
    return page(request, desk, "assignment.html", section="bookings", **context)


def in_words(reason: Reason) -> str:
    """A reason in the reader's language; days as the reader writes them."""
    values = dict(reason.values)
    if "day" in values:
        values["day"] = formats.day(values["day"])  # type: ignore[arg-type]  # a reason's day is one
    return gettext(reason.template, **values)
