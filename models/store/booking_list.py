"""Pages of bookings in any order: numbered for people, read by key.

A page is found by its place among the keys of an index, counted from the end that is nearer, and
only then are its 25 rows read. Whoever goes on from a page says by a `Mark` where it ended, and
nothing has to be counted off: the last of 100,000 bookings is as near as the first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, UnaryExpression, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from models.store.booking_filters import BookingFilter, filter_conditions
from models.store.booking_search import Sought, as_meant, as_typed
from models.store.bookings import BookingRow, rows_of
from models.tables.crm import Booking
from models.tables.search import BookingSearch

FEW: Final = 2000
"""So many matches of a search are put in order by themselves; more are met along the index."""


class BookingSort(StrEnum):
    """The orders in which a list of bookings can be had."""

    CREATED_AT_DESC = "created_at_desc"
    CREATED_AT_ASC = "created_at_asc"
    UPDATED_AT_DESC = "updated_at_desc"
    SLA_DUE_AT_ASC = "sla_due_at_asc"
    SLA_DUE_AT_DESC = "sla_due_at_desc"


@dataclass(frozen=True)
class Order:
    """An order as an index on the column and the id gives it, read from either end."""

    column: Callable[[], InstrumentedAttribute[Any]]
    descending: bool = False
    gaps: bool = False
    """Whether bookings without a value follow all that have one."""

    def by(self, *, reverse: bool = False) -> tuple[UnaryExpression[Any], ...]:
        """What to order by."""
        keys = (self.column(), Booking.id)
        falls = self.descending is not reverse
        return tuple(key.desc() if falls else key.asc() for key in keys)

    def parts(self) -> list[list[ColumnElement[bool]]]:
        """The conditions of the stretches that follow each other: with a value, then without."""
        column = self.column()
        return [[column.is_not(None)], [column.is_(None)]] if self.gaps else [[]]


ORDERS: Final[dict[BookingSort, Order]] = {
    BookingSort.CREATED_AT_DESC: Order(lambda: Booking.created_at, descending=True),
    BookingSort.CREATED_AT_ASC: Order(lambda: Booking.created_at),
    BookingSort.UPDATED_AT_DESC: Order(lambda: Booking.updated_at, descending=True),
    BookingSort.SLA_DUE_AT_ASC: Order(lambda: Booking.sla_due_at, gaps=True),
    BookingSort.SLA_DUE_AT_DESC: Order(lambda: Booking.sla_due_at, descending=True, gaps=True),
}


@dataclass(frozen=True)
class Mark:
    """Where a page ended: the last booking's place in the order."""

    sort: BookingSort
    at: datetime | None
    booking_id: str


@dataclass(frozen=True)
class BookingPage:
    """A page of bookings, how many there are in all, and where the page ended."""

    items: list[BookingRow]
    total: int
    mark: Mark | None
    """None when nothing follows."""
    approximate: bool
    """Whether nothing was found as typed, so that this is what may have been meant."""


@dataclass(frozen=True)
class Matching:
    """Which bookings a list is about, and how many."""

    conditions: list[ColumnElement[bool]]
    sought: Sought = field(default_factory=Sought)
    sizes: tuple[int, int] = (0, 0)
    """Bookings with a value to sort by, and those without."""
    approximate: bool = False

    @property
    def total(self) -> int:
        """How many."""
        return sum(self.sizes)

    def all_conditions(self) -> list[ColumnElement[bool]]:
        """Those of the filters and of the search."""
        if not self.sought.by_words or self.total > FEW:
            return [*self.conditions, self.sought.condition()]
        hits = select(BookingSearch.booking_id).where(self.sought.words_match())
        found = hits.cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
        return [*self.conditions, Booking.id.in_(select(found.c.booking_id))]


async def list_bookings(
    session: AsyncSession,
    wanted: BookingFilter,
    *,
    sort: BookingSort,
    page: int,
    page_size: int,
    after: Mark | None = None,
) -> BookingPage:
    """One page of bookings with the exact total.

    Args:
        session: reads only.
        wanted: which bookings.
        sort: in which order.
        page: counted from 1; only a number to show when `after` is given.
        page_size: rows of a page.
        after: where the page before ended.
    """
    order = ORDERS[sort]
    matching = await find_matching(session, wanted, order)
    if after is None:
        first = (page - 1) * page_size
        slices = list(_numbered(matching, order, first, min(first + page_size, matching.total)))
    else:
        slices = list(_following(matching, order, after, page_size))
    rows = await _read(session, slices, order, page_size)
    ended = len(rows) < page_size or (after is None and page * page_size >= matching.total)
    mark = None if ended else _mark_of(rows[-1], sort)
    return BookingPage(rows, matching.total, mark, matching.approximate)


async def find_matching(session: AsyncSession, wanted: BookingFilter, order: Order) -> Matching:
    """What the filters and the search come down to; if nothing is found, what was meant."""
    conditions = await filter_conditions(session, wanted)
    sought = await as_typed(session, wanted.search)
    sizes = await _count(session, conditions, sought, order)
    if sought.by_words and not any(sizes):
        meant = await as_meant(session, wanted.search)
        if meant is not None:
            sizes = await _count(session, conditions, meant, order)
            return Matching(conditions, meant, sizes, approximate=any(sizes))
    return Matching(conditions, sought, sizes)


async def _count(
    session: AsyncSession, conditions: list[ColumnElement[bool]], sought: Sought, order: Order
) -> tuple[int, int]:
    if sought.by_words and not conditions and not order.gaps:
        words = select(func.count()).select_from(BookingSearch).where(sought.words_match())
        return await session.scalar(words) or 0, 0
    counted = [func.count(), func.count(order.column())] if order.gaps else [func.count()]
    statement = select(*counted).select_from(Booking).where(*conditions, sought.condition())
    total, *valued = (await session.execute(statement)).one()
    return (valued[0], total - valued[0]) if valued else (total, 0)


Slice = Select[str]
"""The ids of some of the bookings of a page."""


def _numbered(matching: Matching, order: Order, first: int, last: int) -> Iterator[Slice]:
    """The slices that hold the bookings from place `first` up to before `last`."""
    before = 0
    for part, size in zip(order.parts(), matching.sizes, strict=False):
        start, stop = max(first - before, 0), min(last - before, size)
        before += size
        if start >= stop:
            continue
        from_the_end = start > size - stop
        yield (
            select(Booking.id)
            .where(*matching.all_conditions(), *part)
            .order_by(*order.by(reverse=from_the_end))
            .offset(size - stop if from_the_end else start)
            .limit(stop - start)
        )


def _following(matching: Matching, order: Order, after: Mark, page_size: int) -> Iterator[Slice]:
    """The slices that hold what follows a mark; the second one only if the first is too short."""
    parts = order.parts()
    reached = 1 if after.at is None and order.gaps else 0
    for number in range(reached, len(parts)):
        statement = select(Booking.id).where(*matching.all_conditions(), *parts[number])
        if number == reached:
            statement = statement.where(_beyond(order, after))
        yield statement.order_by(*order.by()).limit(page_size)


def _beyond(order: Order, after: Mark) -> ColumnElement[bool]:
    if after.at is None:
        return Booking.id < after.booking_id if order.descending else Booking.id > after.booking_id
    place = tuple_(order.column(), Booking.id)
    key = tuple_(after.at, after.booking_id)
    return place < key if order.descending else place > key


async def _read(
    session: AsyncSession, slices: Sequence[Slice], order: Order, page_size: int
) -> list[BookingRow]:
    rows: list[BookingRow] = []
    for ids in slices:
        if len(rows) == page_size:
            break
        statement = rows_of().where(Booking.id.in_(ids)).order_by(*order.by())
        found = [BookingRow(*row) for row in await session.execute(statement)]
        rows += found[: page_size - len(rows)]
    return rows


def _mark_of(row: BookingRow, sort: BookingSort) -> Mark:
    at: datetime | None = getattr(row.booking, ORDERS[sort].column().key)
    return Mark(sort, at, row.booking.id)
