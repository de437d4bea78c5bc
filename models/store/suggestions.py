"""Suggestions to staff that two customers belong together: listed, dismissed, followed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.domain.errors import NotFoundError
from models.tables.crm import Customer
from models.tables.customers import CustomerSuggestion

OPEN, DISMISSED, FOLLOWED = "OPEN", "DISMISSED", "FOLLOWED"
ONE, OTHER = aliased(Customer), aliased(Customer)


@dataclass(frozen=True)
class SuggestionRow:
    """A suggestion with both customers."""

    suggestion: CustomerSuggestion
    one: Customer
    other: Customer


@dataclass(frozen=True)
class SuggestionPage:
    """A page of suggestions and how many wait in all."""

    items: list[SuggestionRow]
    total: int


async def list_suggestions(session: AsyncSession, *, page: int, page_size: int) -> SuggestionPage:
    """Suggestions that nobody decided about, the surest first. Pages count from 1."""
    total = await session.scalar(_waiting().with_only_columns(func.count()))
    statement = (
        _waiting()
        .order_by(CustomerSuggestion.score.desc(), CustomerSuggestion.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return SuggestionPage(
        [SuggestionRow(*row) for row in await session.execute(statement)], total or 0
    )


async def suggestions_for(session: AsyncSession, customer_id: str) -> list[SuggestionRow]:
    """Those that wait about one customer, who stands first; the surest first, at most 20."""
    statement = _waiting().where(_names(customer_id))
    statement = statement.order_by(CustomerSuggestion.score.desc()).limit(20)
    rows = [SuggestionRow(*row) for row in await session.execute(statement)]
    return [
        row if row.one.id == customer_id else SuggestionRow(row.suggestion, row.other, row.one)
        for row in rows
    ]


async def dismiss_suggestion(session: AsyncSession, suggestion_id: str, by: str) -> bool:
    """Says that two customers are not the same; whether that was news.

    Raises:
        NotFoundError: there is no such suggestion.
    """
    found: CustomerSuggestion | None = await session.scalar(
        select(CustomerSuggestion).where(CustomerSuggestion.id == suggestion_id).with_for_update()
    )
    if found is None:
        raise NotFoundError("There is no such suggestion.")
    if found.state != OPEN:
        return False
    found.state, found.decided_by, found.decided_at = DISMISSED, by, func.now()
    await session.flush()
    return True


async def settle_pair(
    session: AsyncSession, one_id: str, other_id: str, state: str, by: str
) -> None:
    """Remembers what became of the suggestion about two customers, if there was one."""
    one, other = sorted((one_id, other_id))
    await session.execute(
        update(CustomerSuggestion)
        .where(CustomerSuggestion.one_id == one, CustomerSuggestion.other_id == other)
        .values(state=state, decided_by=by, decided_at=func.now())
    )


def _waiting() -> Select[CustomerSuggestion, Customer, Customer]:
    return (
        select(CustomerSuggestion, ONE, OTHER)
        .join(ONE, ONE.id == CustomerSuggestion.one_id)
        .join(OTHER, OTHER.id == CustomerSuggestion.other_id)
        .where(
            CustomerSuggestion.state == OPEN,
            ONE.merged_into_id.is_(None),
            OTHER.merged_into_id.is_(None),
        )
    )


def _names(customer_id: str) -> ColumnElement[bool]:
    return or_(CustomerSuggestion.one_id == customer_id, CustomerSuggestion.other_id == customer_id)
