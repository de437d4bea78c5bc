"""The pricing rules: the book in force, those before it, and the next one."""

from datetime import datetime
from functools import lru_cache

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import PricingRulesChangedError
from models.domain.pricing.rounding import Charm
from models.domain.rule_book import KeptRule, RuleBook
from models.tables.pricing import PricingRuleBook


@lru_cache(maxsize=1)
def _rules() -> TypeAdapter[tuple[KeptRule, ...]]:
    return TypeAdapter(tuple[KeptRule, ...])


@lru_cache(maxsize=1)
def _charms() -> TypeAdapter[dict[str, Charm]]:
    return TypeAdapter(dict[str, Charm])


async def rule_book(session: AsyncSession, at: datetime | None = None) -> RuleBook:
    """The pricing rules that were in force at a moment; None is now. One query."""
    statement = select(PricingRuleBook).order_by(PricingRuleBook.version.desc()).limit(1)
    if at is not None:
        statement = statement.where(PricingRuleBook.created_at <= at)
    stored = await session.scalar(statement)
    return _book(stored) if stored else RuleBook()


async def book_of_command(session: AsyncSession, command_id: str) -> RuleBook | None:
    """The book that a command has made already; None before it did."""
    statement = select(PricingRuleBook).where(PricingRuleBook.command_id == command_id)
    stored = await session.scalar(statement)
    return _book(stored) if stored else None


async def keep_rule_book(
    session: AsyncSession, book: RuleBook, *, by: str, command_id: str
) -> None:
    """Puts the next version of the book in force.

    Raises:
        PricingRulesChangedError: somebody else has made a book of this version meanwhile.
    """
    kept = await session.scalar(
        insert(PricingRuleBook)
        .values(
            version=book.version,
            rules=_rules().dump_python(book.rules, mode="json"),
            charms=_charms().dump_python(dict(book.charms), mode="json"),
            created_by=by,
            command_id=command_id,
        )
        .on_conflict_do_nothing(index_elements=["version"])
        .returning(PricingRuleBook.version)
    )
    if kept is None:
        raise PricingRulesChangedError


def _book(stored: PricingRuleBook) -> RuleBook:
    rules, charms = _rules(), _charms()
    return RuleBook(
        stored.version,
        rules.validate_python(stored.rules),
        charms.validate_python(stored.charms),
    )
