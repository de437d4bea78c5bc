"""Compares customers with those who may be the same, and keeps what is worth suggesting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.matching import Match, Person, match, name_words
from models.messages.ids import new_id
from models.store.likeness import likely_ids, people_of
from models.tables.crm import Customer
from models.tables.customers import CustomerSuggestion, MatchSweep

MOST_OF_ONE: Final = 5
"""A customer who resembles more others than this has a common name; the likeliest are kept."""
SETTLED: Final = timedelta(seconds=30)
"""So long after its beginning an enquiry is stored for all to see, or it never will be."""
SWEEP: Final = "new customers"
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Newcomer:
    """A customer who was not compared yet."""

    id: str
    created_at: datetime


async def refresh_suggestions(session: AsyncSession, customer_id: str) -> int:
    """Compares a customer with those who may be the same; returns how many suggestions stand.

    What somebody dismissed stays dismissed.
    """
    waiting = await _waiting_with(session, customer_id)
    likely = await likely_ids(session, customer_id)
    people = await people_of(session, [customer_id, *{*waiting, *likely}])
    mine = people.pop(customer_id, None)
    found = {} if mine is None else _best(mine, people)
    gone = [other_id for other_id in waiting if other_id not in found]
    if gone:
        await _forget(session, customer_id, gone)
    for other_id in sorted(found):
        await _keep(session, customer_id, other_id, found[other_id])
    return len(found)


async def next_newcomer(session: AsyncSession) -> Newcomer | None:
    """The next customer to compare, whose turn the transaction keeps.

    None when nobody is left, or while another transaction has the turn.
    """
    sweep = await _sweep(session)
    if sweep is None:
        return None
    statement = (
        select(Customer.id, Customer.created_at)
        .where(
            tuple_(Customer.created_at, Customer.id) > (sweep.created_at, sweep.customer_id),
            Customer.created_at < func.now() - SETTLED,
        )
        .order_by(Customer.created_at, Customer.id)
        .limit(1)
    )
    found = (await session.execute(statement)).one_or_none()
    return Newcomer(*found) if found else None


async def compare_newcomer(session: AsyncSession, newcomer: Newcomer) -> None:
    """Compares a customer whose turn the transaction has."""
    await refresh_suggestions(session, newcomer.id)
    await pass_over(session, newcomer)


async def pass_over(session: AsyncSession, newcomer: Newcomer) -> None:
    """Goes on behind a customer, unless others went on already or are just about to."""
    sweep = await _sweep(session)
    mark = (newcomer.created_at, newcomer.id)
    if sweep is not None and (sweep.created_at, sweep.customer_id) < mark:
        sweep.created_at, sweep.customer_id = mark
        await session.flush()


async def _sweep(session: AsyncSession) -> MatchSweep | None:
    """How far others came; None while somebody else is at it."""
    turn = select(func.pg_try_advisory_xact_lock(func.hashtextextended(SWEEP, 0)))
    if not await session.scalar(turn):
        return None
    found = await session.get(MatchSweep, SWEEP, populate_existing=True)
    if found is None:
        found = MatchSweep(name=SWEEP, created_at=BEGINNING, customer_id="")
        session.add(found)
    return found


def _best(mine: Person, others: dict[str, Person]) -> dict[str, Match]:
    words = name_words(mine.name)
    namesakes = sum(name_words(one.name) == words for one in others.values()) - 1
    matches = {key: match(mine, one, namesakes=namesakes) for key, one in others.items()}
    found = {key: one for key, one in matches.items() if one is not None}
    likeliest = sorted(found, key=lambda key: (-found[key].score, key))[:MOST_OF_ONE]
    return {key: found[key] for key in likeliest}


async def _waiting_with(session: AsyncSession, customer_id: str) -> list[str]:
    rows = await session.execute(
        select(CustomerSuggestion.one_id, CustomerSuggestion.other_id).where(
            CustomerSuggestion.state == "OPEN", _names(customer_id)
        )
    )
    return [one if other == customer_id else other for one, other in rows]


async def _forget(session: AsyncSession, customer_id: str, others: Sequence[str]) -> None:
    waits = CustomerSuggestion.state == "OPEN"
    named = or_(CustomerSuggestion.one_id.in_(others), CustomerSuggestion.other_id.in_(others))
    await session.execute(delete(CustomerSuggestion).where(waits, _names(customer_id), named))


async def _keep(session: AsyncSession, customer_id: str, other_id: str, found: Match) -> None:
    one, other = sorted((customer_id, other_id))
    facts = {
        "kind": found.kind.value,
        "score": found.score,
        "reasons": [reason.value for reason in found.reasons],
    }
    statement = insert(CustomerSuggestion).values(
        id=new_id("match"), one_id=one, other_id=other, **facts
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["one_id", "other_id"],
            set_=facts,
            where=CustomerSuggestion.state == "OPEN",
        )
    )


def _names(customer_id: str) -> ColumnElement[bool]:
    return or_(CustomerSuggestion.one_id == customer_id, CustomerSuggestion.other_id == customer_id)
