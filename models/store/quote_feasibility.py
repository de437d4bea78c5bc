"""Whether the policy in force lets a draft out as things are on the day of sending."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import QuoteNotSendableError
from models.store.quote_copies import copy_of
from models.store.quote_drafts import find_version
from models.store.quote_pricing import price_draft
from models.tables.crm import Booking


async def check_feasible(
    session: AsyncSession, booking_id: str, version_id: str, today: date
) -> None:
    """Looks at a draft once more: supply may have gone, or days passed, since it was written.

    Raises:
        QuoteNotSendableError: the policy stops a quote with what was found, or what the draft was
            priced by has changed.
        NotFoundError: the booking has no such version.
    """
    booking = await session.get_one(Booking, booking_id)
    full = await find_version(session, booking_id, version_id)
    priced = await price_draft(session, booking, copy_of(full), today)
    reasons = dict.fromkeys(one.reason for one in priced.quote.findings if one.blocking)
    if reasons:
        raise QuoteNotSendableError(f"The policy stops this quote. {' '.join(reasons)}")
    if priced.total_minor != full.version.total_minor:
        raise QuoteNotSendableError(
            "By today's cards and exchange rates the price is another one than this draft was "
            "saved with. Open the draft, look at the price, save it, and send it then."
        )
