"""`/backoffice/declined-quotes`: why customers declined, counted."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import page
from api.staff.decline_reasons import YEAR, Days, declined_within
from api.staff.opening import PageReading
from models.domain.access import Permission

router = APIRouter(prefix="/backoffice/declined-quotes", include_in_schema=False)

PERIODS = (30, 90, YEAR)


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_declined(request: Request, desk: PageReading, days: Days = YEAR) -> HTMLResponse:
    """The reasons of the last days, the most frequent first."""
    _, found = await declined_within(desk, days)
    return page(
        request,
        desk,
        "declined_quotes.html",
        section="declined-quotes",
        counts=found,
        total=sum(one.quotes for one in found),
        days=days,
        periods=PERIODS,
    )
