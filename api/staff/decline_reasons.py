"""`/api/v1/quote-declines`: why customers declined."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.allowed import Allowed
from api.staff.opening import Reading
from api.staff.wire import Outgoing
from models.domain.access import Permission
from models.domain.stages import DeclineReason
from models.store.decline_reasons import ReasonCount, count_reasons

router = APIRouter(prefix="/api/v1/quote-declines", tags=["quotes"])

YEAR = 365
Days = Annotated[int, Query(ge=1, le=3_650)]


class DeclineCount(Outgoing):
    """Quotes that were declined for a reason, and of how many bookings; null: none was said."""

    reason: DeclineReason | None
    quotes: int
    bookings: int


class DeclineCounts(Outgoing):
    """Every reason that was given, the most frequent first."""

    items: list[DeclineCount]
    total: int
    since: datetime


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def count_declines(desk: Reading, days: Days = YEAR) -> DeclineCounts:
    """Quotes declined in the last days, a year unless said otherwise, by reason."""
    since, found = await declined_within(desk, days)
    return DeclineCounts(
        items=[DeclineCount.model_validate(one) for one in found],
        total=sum(one.quotes for one in found),
        since=since,
    )


async def declined_within(desk: Reading, days: int) -> tuple[datetime, list[ReasonCount]]:
    """Since when, and what was declined in the bookings that this member may see."""
    since = datetime.now(UTC) - timedelta(days=days)
    async with desk.sessions.begin() as session:
        return since, await count_reasons(session, since, only_owner=desk.member.only_owner)
