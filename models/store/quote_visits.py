"""Visits of people to the page of a quote: one row and one line of the timeline each."""

from dataclasses import dataclass, field

from sqlalchemy import Integer, Select, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.reading import LONGEST_GAP_SECONDS, LONGEST_VISIT_SECONDS, Device
from models.messages.ids import new_id
from models.store.timeline import add_activity
from models.tables.quote_readers import QuoteVisit

MOST_VISITS = 500
"""Of one version; who opens the page more often is not counted any more."""
LEAST_BEAT_SECONDS = 2
VISITED = "QUOTE_VISIT"
CUSTOMER = "customer"


@dataclass(frozen=True)
class Beat:
    """A page says that it is looked at: the first time it begins a visit.

    `resumed`: it was out of sight until now, so that the time before does not count.
    """

    booking_id: str
    quote_version_id: str
    companion_id: str | None
    visit: str
    device: Device
    resumed: bool = field(default=False)


async def record_beat(session: AsyncSession, beat: Beat) -> None:
    """Begins a visit with its line on the timeline, or adds the time since the last beat."""
    if not await _room(session, beat):
        return
    visit_id = new_id("visit")
    gap = func.extract("epoch", func.now() - QuoteVisit.last_seen_at)
    counted = case((gap > LONGEST_GAP_SECONDS, 0), else_=0 if beat.resumed else gap)
    statement = insert(QuoteVisit).values(
        id=visit_id,
        booking_id=beat.booking_id,
        quote_version_id=beat.quote_version_id,
        companion_id=beat.companion_id,
        visit=beat.visit,
        device=beat.device,
    )
    statement = statement.on_conflict_do_update(
        index_elements=[QuoteVisit.quote_version_id, QuoteVisit.visit],
        set_={
            "seconds": func.least(
                LONGEST_VISIT_SECONDS, QuoteVisit.seconds + func.round(counted).cast(Integer)
            ),
            "last_seen_at": func.now(),
        },
        where=(gap >= LEAST_BEAT_SECONDS)
        & QuoteVisit.companion_id.is_not_distinct_from(beat.companion_id),
    )
    stored = await session.scalar(statement.returning(QuoteVisit.id))
    if stored == visit_id:
        await add_activity(
            session,
            booking_id=beat.booking_id,
            type=VISITED,
            actor=CUSTOMER,
            detail=visit_id,
            dedupe_key=visit_id,
        )


async def _room(session: AsyncSession, beat: Beat) -> bool:
    known: Select[int] = select(literal_column("1", Integer)).where(
        QuoteVisit.quote_version_id == beat.quote_version_id, QuoteVisit.visit == beat.visit
    )
    others = select(func.count()).where(QuoteVisit.quote_version_id == beat.quote_version_id)
    row = await session.execute(select(known.exists(), others.scalar_subquery()))
    is_known, count = row.one()
    return bool(is_known) or count < MOST_VISITS
