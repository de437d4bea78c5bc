"""`/backoffice/bookings/{id}/quotes/compare`: what changed between any two versions."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import page
from api.pages.backoffice.quote_choices import version_in_words
from api.pages.quote_changes import in_words
from api.staff.opening import PageReading
from models.domain.access import Permission
from models.domain.quote_diff import COSTS, without
from models.store import quote_drafts
from models.store.quote_comparison import compare, suppliers_in

router = APIRouter(prefix="/backoffice/bookings/{booking_id}/quotes", include_in_schema=False)

RATES = frozenset({"rate_card_id"})
"""What says nothing to a reader."""


@router.get("/compare", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def compare_versions(
    booking_id: str,
    request: Request,
    desk: PageReading,
    before: Annotated[str, Query(alias="from", max_length=80)] = "",
    after: Annotated[str, Query(alias="to", max_length=80)] = "",
) -> HTMLResponse:
    """What changed from one version to another; unasked, from the last but one to the last."""
    told = found = None
    async with desk.booking(booking_id) as (session, row):
        versions = await quote_drafts.list_versions(session, booking_id)
        if versions:
            found = await compare(session, booking_id, before, after)
            hidden = RATES if desk.member.may(Permission.SEE_PROFIT) else RATES | COSTS
            departures = found.before.departure_on, found.after.departure_on
            suppliers = await suppliers_in(session, found.changes)
            told = in_words(without(found.changes, hidden), departures, suppliers)
    return page(
        request,
        desk,
        "quote/compare.html",
        section="bookings",
        row=row,
        found=found,
        told=told,
        versions=[(one.id, version_in_words(one)) for one in versions],
    )
