"""`/api/v1/bookings/{id}/quotes/{id}/repriced`: a version beside what it would cost today."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.identity.allowed import Allowed
from api.staff.opening import Reading
from api.staff.quote_schemas import MOST_SIZES
from api.staff.quote_views import GroupPriceOut
from api.staff.wire import Outgoing
from models.domain.access import Permission
from models.domain.clock import day_of
from models.domain.pricing.party import MOST_TRAVELLERS
from models.store.quote_drafts import find_version
from models.store.quote_repricing import Repriced, reprice

Size = Annotated[int, Field(ge=1, le=MOST_TRAVELLERS)]
Sizes = Annotated[list[Size] | None, Query(max_length=MOST_SIZES)]

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/quotes", tags=["quotes"])


class RepricedLineOut(Outgoing):
    """A service as it was priced and as it would be today; minor units, null without a price."""

    id: str
    description: str
    was_minor: int
    now_minor: int | None
    difference_minor: int | None
    reasons: list[str]
    """Why there is no price today, or what is unsafe about booking it today."""


class RepricedOut(Outgoing):
    """A version beside what a copy of it would cost today. Asking changes nothing."""

    quote_id: str
    currency: str
    was_minor: int
    now_minor: int | None
    difference_minor: int | None
    lines: list[RepricedLineOut]
    group_prices: list[GroupPriceOut]


@router.get("/{quote_id}/repriced", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_repriced(
    booking_id: str, quote_id: str, desk: Reading, sizes: Sizes = None
) -> RepricedOut:
    """What a version would cost by today's rate cards, exchange rates and rules.

    `sizes` asks for the prices of groups of other sizes, each in doubles.
    """
    today = day_of(datetime.now(UTC))
    async with desk.booking(booking_id) as (session, row):
        full = await find_version(session, booking_id, quote_id)
        found = await reprice(session, row.booking, full, today, tuple(sizes or ()))
    return _out(found)


def _out(found: Repriced) -> RepricedOut:
    version = found.full.version
    return RepricedOut(
        quote_id=version.id,
        currency=version.currency,
        was_minor=version.total_minor,
        now_minor=found.now_minor,
        difference_minor=found.difference_minor,
        lines=[
            RepricedLineOut(
                id=one.line.id,
                description=one.line.description,
                was_minor=one.line.total_minor,
                now_minor=one.now_minor,
                difference_minor=one.difference_minor,
                reasons=list(one.reasons),
            )
            for one in found.lines
        ],
        group_prices=[
            GroupPriceOut(
                travelers=one.party.size, each_minor=one.each_minor, total_minor=one.total_minor
            )
            for one in found.by_size
        ],
    )
