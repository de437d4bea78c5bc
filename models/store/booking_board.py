"""Bookings side by side by stage: how many, and the most urgent of each."""

from dataclasses import dataclass

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.stages import Stage
from models.store.booking_filters import BookingFilter
from models.store.booking_list import ORDERS, BookingSort, Matching, find_matching
from models.store.bookings import BookingRow, rows_of
from models.tables.crm import Booking

CARDS = 15
"""So many bookings of a stage are shown."""


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
    """The board of the bookings that fit, in two queries (a search takes one or a few more)."""
    matching = await find_matching(session, wanted, ORDERS[BookingSort.CREATED_AT_DESC])
    conditions = matching.all_conditions()
    counted = select(Booking.stage, func.count()).where(*conditions).group_by(Booking.stage)
    totals = {str(row[0]): int(row[1]) for row in await session.execute(counted)}
    rows = await _cards(session, matching)
    columns = [
        Column(stage, [row for row in rows if row.booking.stage == stage], totals.get(stage, 0))
        for stage in Stage
    ]
    return Board(columns, matching.approximate)


async def _cards(session: AsyncSession, matching: Matching) -> list[BookingRow]:
    conditions = matching.all_conditions()
    due = Booking.sla_due_at.asc().nulls_last()
    first = [
        select(Booking.id)
        .where(Booking.stage == stage.value, *conditions)
        .order_by(due)
        .limit(CARDS)
        .subquery()
        for stage in Stage
    ]
    ids = union_all(*(select(one.c.id) for one in first))
    statement = rows_of().where(Booking.id.in_(ids)).order_by(due, Booking.id)
    return [BookingRow(*row) for row in await session.execute(statement)]
