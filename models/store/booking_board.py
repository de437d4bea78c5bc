"""Bookings side by side by stage: how many, and the most urgent of each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.stages import Stage
from models.store.booking_filters import BookingFilter
from models.store.booking_list import ORDERS, BookingSort, Matching, find_matching
from models.store.bookings import BookingRow, rows_of
from models.tables.crm import Booking

CARDS = 15
"""So many bookings of a stage are shown."""
URGENCY = Booking.sla_due_at.asc().nulls_last()


@dataclass(frozen=True)
class Column:
    """A stage with its most urgent bookings, and how many it has."""

    stage: Stage
    rows: list[BookingRow]
    total: int


@dataclass(frozen=True)
class Board:
    """Every stage in the order of the pipeline."""

    columns: list[Column]
    approximate: bool
    """Whether nothing was found as typed, so that this is what may have been meant."""


async def read_board(session: AsyncSession, wanted: BookingFilter) -> Board:
    """The board of the bookings that fit, in two queries; a search takes one or a few more."""
    if wanted.narrows or wanted.search:
        matching = await find_matching(session, wanted, ORDERS[BookingSort.CREATED_AT_DESC])
        totals, ids = await _ranked(session, matching)
        return _laid_out(await _rows(session, ids), totals, approximate=matching.approximate)
    counted = select(Booking.stage, func.count()).group_by(Booking.stage)
    totals = {str(row[0]): int(row[1]) for row in await session.execute(counted)}
    return _laid_out(await _rows(session, _first_of_each()), totals, approximate=False)


async def _ranked(
    session: AsyncSession, matching: Matching
) -> tuple[dict[str, int], Collection[str]]:
    """How many bookings each stage has, and the ids of the first, in one pass over what fits."""
    rank = func.row_number().over(partition_by=Booking.stage, order_by=URGENCY)
    total = func.count().over(partition_by=Booking.stage)
    fitting = select(Booking.id, Booking.stage, rank.label("rank"), total.label("total"))
    ranked = fitting.where(*matching.all_conditions()).subquery()
    first = select(ranked).where(ranked.c.rank <= CARDS)
    rows = (await session.execute(first)).all()
    return {row.stage: row.total for row in rows}, [row.id for row in rows]


def _first_of_each() -> CompoundSelect[str]:
    """The ids of the first bookings of each stage, along the index that has them in order."""
    firsts = (
        select(Booking.id)
        .where(Booking.stage == stage.value)
        .order_by(URGENCY)
        .limit(CARDS)
        .subquery()
        for stage in Stage
    )
    return union_all(*(select(first.c.id) for first in firsts))


async def _rows(
    session: AsyncSession, ids: Collection[str] | CompoundSelect[str]
) -> list[BookingRow]:
    statement = rows_of().where(Booking.id.in_(ids)).order_by(URGENCY, Booking.id)
    return [BookingRow(*row) for row in await session.execute(statement)]


def _laid_out(rows: list[BookingRow], totals: Mapping[str, int], *, approximate: bool) -> Board:
    columns = [
        Column(stage, [row for row in rows if row.booking.stage == stage], totals.get(stage, 0))
        for stage in Stage
    ]
    return Board(columns, approximate)
