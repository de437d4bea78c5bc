"""The catalog of tours: what the website shows and what staff edit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Text, UnaryExpression, cast, column, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.errors import NotFoundError
from models.tables.catalog import Tour

CatalogMark = tuple[int, int]


class TourSort(StrEnum):
    """The orders in which staff can have the catalog."""

    PRIORITY_DESC = "priority_desc"
    TITLE_ASC = "title_asc"
    CREATED_AT_DESC = "created_at_desc"
    UPDATED_AT_DESC = "updated_at_desc"


ORDERS: dict[TourSort, Callable[[], UnaryExpression[Any]]] = {
    TourSort.PRIORITY_DESC: Tour.priority.desc,
    TourSort.TITLE_ASC: Tour.title.asc,
    TourSort.CREATED_AT_DESC: Tour.created_at.desc,
    TourSort.UPDATED_AT_DESC: Tour.updated_at.desc,
}


@dataclass(frozen=True)
class TourFilter:
    """Which tours: those to a country, of a style, with words in title or text."""

    destination: str = ""
    style: str = ""
    search: str = ""


@dataclass(frozen=True)
class TourPage:
    """A page of tours, how many there are in all, and what the whole catalog offers."""

    items: list[Tour]
    total: int
    destinations: list[str]
    styles: list[str]


async def catalog_mark(session: AsyncSession) -> CatalogMark:
    """A cheap mark that differs after every committed change of any tour, whoever made it.

    Each new version of a row carries a later transaction's number, so their sum tells also of
    changes that kept `updated_at`, and of transactions that ended in another order than they began.
    """
    version = cast(cast(column("xmin"), Text), BigInteger)
    found = await session.execute(
        select(func.count(), func.coalesce(cast(func.sum(version), BigInteger), 0)).select_from(
            Tour
        )
    )
    count, total = found.one()
    return int(count), int(total)


async def published_tours(session: AsyncSession) -> list[Tour]:
    """What the website shows, the highest priority first."""
    statement = select(Tour).where(Tour.published)
    return list(await session.scalars(statement.order_by(Tour.priority.desc(), Tour.id)))


async def list_tours(
    session: AsyncSession, wanted: TourFilter, *, sort: TourSort, page: int, page_size: int
) -> TourPage:
    """One page of all tours, published or not. Pages count from 1."""
    conditions = _conditions(wanted)
    total = await session.scalar(select(func.count()).select_from(Tour).where(*conditions))
    statement = select(Tour).where(*conditions).order_by(ORDERS[sort](), Tour.id)
    items = await session.scalars(statement.limit(page_size).offset((page - 1) * page_size))
    return TourPage(
        list(items),
        total or 0,
        await _offered(session, Tour.destination_countries),
        await _offered(session, Tour.styles),
    )


async def find_title(session: AsyncSession, tour_id: str | None) -> str | None:
    """What a tour is called, if there is one of this id."""
    if tour_id is None:
        return None
    title: str | None = await session.scalar(select(Tour.title).where(Tour.id == tour_id))
    return title


async def find_tour(session: AsyncSession, tour_id: str, *, to_change: bool = False) -> Tour:
    """A tour by id; locked until the transaction ends when it is read to change it.

    Raises:
        NotFoundError: there is none.
    """
    statement = select(Tour).where(Tour.id == tour_id)
    tour = await session.scalar(statement.with_for_update() if to_change else statement)
    if tour is None:
        raise NotFoundError("There is no such tour.")
    return tour


async def create_tour(
    session: AsyncSession, tour_id: str, facts: Mapping[str, Any]
) -> tuple[Tour, bool]:
    """A tour, and whether it is new: the same id makes one. It has no picture until it gets one."""
    made = await session.scalar(
        insert(Tour)
        .values(id=tour_id, image="", **facts)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Tour.id)
    )
    return await find_tour(session, tour_id), made is not None


async def change_tour(session: AsyncSession, tour_id: str, changes: Mapping[str, Any]) -> Tour:
    """The tour with some of its columns changed.

    Raises:
        NotFoundError: there is none.
    """
    tour = await find_tour(session, tour_id, to_change=True)
    for name, value in changes.items():
        setattr(tour, name, value)
    if session.is_modified(tour):
        tour.updated_at = func.clock_timestamp()
        await session.flush()
        await session.refresh(tour)
    return tour


def _conditions(wanted: TourFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.destination:
        conditions.append(Tour.destination_countries.contains([wanted.destination]))
    if wanted.style:
        conditions.append(Tour.styles.contains([wanted.style]))
    if wanted.search:
        text = func.concat_ws(" ", Tour.title, Tour.short_description, Tour.legacy_id, Tour.id)
        conditions.append(text.icontains(wanted.search, autoescape=True))
    return conditions


async def _offered(session: AsyncSession, names: Any) -> list[str]:
    """Every value that occurs in a column of lists, in alphabetical order."""
    one = func.unnest(names).label("one")
    return list(await session.scalars(select(one).distinct().order_by(one)))
