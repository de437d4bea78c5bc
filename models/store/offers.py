"""What a quote can be built from: tours with their days, suppliers with their rates."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.tables.catalog import Tour
from models.tables.partners import Partner, RateCard


@dataclass(frozen=True)
class Rate:
    """A supplier's rate with the supplier's name and kind."""

    rate: RateCard
    partner: Partner


async def list_rates(session: AsyncSession, also: Collection[str] = ()) -> list[Rate]:
    """The rates in use of active suppliers, by kind, supplier and service.

    Args:
        session: a transaction.
        also: ids of rates that a quote names: they are there, too, when newer ones are in use.
    """
    statement = (
        select(RateCard, Partner)
        .join(Partner, Partner.id == RateCard.partner_id)
        .where(or_(and_(Partner.active, RateCard.current), RateCard.id.in_(also)))
        .order_by(Partner.kind, Partner.name, RateCard.service, RateCard.valid_from)
    )
    return [Rate(*row) for row in await session.execute(statement)]


async def tours_to_start_from(session: AsyncSession) -> list[Tour]:
    """Published tours that have days, by title."""
    statement = select(Tour).where(Tour.published, Tour.days != []).order_by(Tour.title)
    return list(await session.scalars(statement))


async def find_tour(session: AsyncSession, tour_id: str) -> Tour:
    """A tour by id.

    Raises:
        NotFoundError: there is none.
    """
    tour = await session.get(Tour, tour_id)
    if tour is None:
        raise NotFoundError("There is no such tour.")
    return tour
