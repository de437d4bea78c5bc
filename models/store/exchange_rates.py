"""Exchange rates: facts added and never changed, and which of them hold at a moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, FromClause, Select, Text, cast, func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from models.domain.exchange import ExchangeRate, RatesInForce, RatesOfDay, RateSource
from models.messages.ids import new_id
from models.tables.crm import Staff
from models.tables.exchange import ExchangeRateFact as Fact


def order_of(fact: type[Fact]) -> tuple[ColumnElement[Any], ...]:
    """The newest day comes first; of one day what a person set, and of that what was said last."""
    return (
        fact.quoted_on.desc(),
        (fact.source == RateSource.BY_HAND.value).desc(),
        fact.recorded_at.desc(),
        fact.id.desc(),
    )


async def rates_in_force(
    session: AsyncSession, currencies: Collection[str] | None = None, at: datetime | None = None
) -> RatesInForce:
    """The rates that held at a moment, in one query.

    Args:
        session: a transaction.
        currencies: which; None is all that there are. The euro needs none.
        at: the moment; None is now. What was recorded later is not known yet.
    """
    fact, newest = _newest(currencies, 1, at)
    found = await session.scalars(select(fact).select_from(newest))
    return RatesInForce({row.currency: _rate(row) for row in found})


def _newest(
    currencies: Collection[str] | None, per_currency: int, at: datetime | None
) -> tuple[type[Fact], FromClause]:
    """The first facts of each currency in their order, read off the end of the index one by one."""
    known: Select[Any] = select(Fact.currency).distinct()
    if currencies is not None:
        named = cast(sorted(set(currencies)), ARRAY(Text))
        known = select(func.unnest(named).label("currency"))
    wanted = known.subquery()
    newest = (
        select(Fact)
        .where(Fact.currency == wanted.c.currency, Fact.recorded_at <= (at or func.now()))
        .order_by(*order_of(Fact))
        .limit(per_currency)
        .lateral()
    )
    return aliased(Fact, newest), wanted.join(newest, true())


@dataclass(frozen=True)
class KnownRate:
    """A fact with the name of whoever set it; None for what was fetched."""

    rate: ExchangeRate
    set_by: str | None


async def last_rates(session: AsyncSession, per_currency: int) -> dict[str, list[KnownRate]]:
    """The last facts of every currency in one query: first the one in force, then those before."""
    fact, newest = _newest(None, per_currency, None)
    statement = (
        select(fact, Staff.name)
        .select_from(newest)
        .outerjoin(Staff, Staff.id == fact.recorded_by)
        .order_by(fact.currency, *order_of(fact))
    )
    found: dict[str, list[KnownRate]] = {}
    for row, name in await session.execute(statement):
        found.setdefault(row.currency, []).append(_known(row, name))
    return found


async def store_fetched(
    session: AsyncSession, source: RateSource, rates: RatesOfDay, accepted: Collection[str]
) -> int:
    """Adds what a source said of a day; what it said before is not added again.

    Args:
        session: the transaction.
        source: who says it.
        rates: the day, and units for one euro by currency.
        accepted: the currencies to add.

    Returns:
        How many facts are new.
    """
    rows = [
        {
            "id": new_id("fx"),
            "currency": currency,
            "per_euro": rate,
            "quoted_on": rates.quoted_on,
            "source": source.value,
        }
        for currency, rate in rates.per_euro.items()
        if currency in accepted
    ]
    if not rows:
        return 0
    added = await session.scalars(
        insert(Fact).values(rows).on_conflict_do_nothing().returning(Fact.id)
    )
    return len(added.all())


async def set_by_hand(
    session: AsyncSession,
    rate_id: str,
    *,
    currency: str,
    per_euro: Decimal,
    quoted_on: date,
    by: str,
    reason: str,
) -> tuple[ExchangeRate, bool]:
    """Adds a rate that a person sets; the same id is the same fact.

    Returns:
        The fact, and whether this call added it.
    """
    added = await session.scalar(
        insert(Fact)
        .values(
            id=rate_id,
            currency=currency,
            per_euro=per_euro,
            quoted_on=quoted_on,
            source=RateSource.BY_HAND.value,
            recorded_by=by,
            reason=reason,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Fact.id)
    )
    return _rate(await session.get_one(Fact, rate_id)), added is not None


async def known_rate(session: AsyncSession, rate_id: str) -> KnownRate:
    """One fact with the name of whoever set it; it must be there."""
    statement = (
        select(Fact, Staff.name)
        .outerjoin(Staff, Staff.id == Fact.recorded_by)
        .where(Fact.id == rate_id)
    )
    row, name = (await session.execute(statement)).one()
    return _known(row, name)


def per_euro_of(rates: Mapping[str, list[KnownRate]]) -> RatesInForce:
    """The rates in force of what `last_rates` found."""
    return RatesInForce({currency: found[0].rate for currency, found in rates.items()})


def _known(row: Fact, name: str | None) -> KnownRate:
    by_hand = row.source == RateSource.BY_HAND.value
    return KnownRate(_rate(row), (name or row.recorded_by) if by_hand else None)


def _rate(row: Fact) -> ExchangeRate:
    return ExchangeRate(
        id=row.id,
        currency=row.currency,
        per_euro=row.per_euro,
        quoted_on=row.quoted_on,
        source=RateSource(row.source),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        reason=row.reason,
    )
