"""`/api/v1/bookings/{id}/quotes/price`: what a draft would cost, without keeping it."""

from datetime import UTC, datetime

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.opening import Reading
from api.staff.quote_pricing_schemas import QuotePriceOut, price_out
from api.staff.quote_schemas import QuoteDraftIn
from models.domain.access import Permission
from models.domain.clock import day_of
from models.store.quote_pricing import price_draft

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/quotes", tags=["quotes"])


@router.post("/price", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def price_quote(booking_id: str, draft: QuoteDraftIn, desk: Reading) -> QuotePriceOut:
    """Prices a draft by today's rate cards, exchange rates and rules, and stores nothing.

    A line that can't be priced says why. Costs, and how they became prices, are told to whoever
    may see the profit.
    """
    today = day_of(datetime.now(UTC))
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        priced = await price_draft(session, row.booking, draft.draft(), today)
    return price_out(priced, profit=desk.member.may(Permission.SEE_PROFIT))
