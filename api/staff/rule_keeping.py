"""What managers do with the pricing rules: add, change, move, retire and put back."""

from collections.abc import Callable
from typing import Any

from pydantic_core import to_jsonable_python

from api.staff.desk import Desk
from models.domain.auditing import AuditAction
from models.domain.errors import PricingRulesChangedError
from models.domain.pricing.rounding import Charm
from models.domain.rule_book import KeptRule, RuleBook, RuleTerms
from models.messages.ids import id_of_command
from models.store import rule_books

Change = Callable[[RuleBook], RuleBook]


async def add_rule(desk: Desk, based_on: int, terms: RuleTerms) -> str:
    """Adds a rule, asked after all others, once for the command; returns its id.

    Raises:
        PricingRulesChangedError: another book than the one that was seen is in force.
    """
    rule_id = id_of_command("prule", desk.command_id)
    await _change(desk, based_on, rule_id, lambda book: book.added(rule_id, terms))
    return rule_id


async def change_rule(desk: Desk, based_on: int, rule_id: str, terms: RuleTerms) -> None:
    """Lets a rule say something else; quotes that named it keep the version they named.

    Raises:
        NotFoundError: there is no such rule.
        PricingRulesChangedError: another book than the one that was seen is in force.
    """
    await _change(desk, based_on, rule_id, lambda book: book.changed(rule_id, terms))


async def move_rule(desk: Desk, based_on: int, rule_id: str, steps: int) -> None:
    """Lets a rule be asked earlier (negative steps) or later.

    Raises:
        NotFoundError: there is no such rule.
        PricingRulesChangedError: another book than the one that was seen is in force.
    """
    await _change(desk, based_on, rule_id, lambda book: book.moved(rule_id, steps))


async def switch_rule(desk: Desk, based_on: int, rule_id: str, *, active: bool) -> None:
    """Retires a rule, or puts it back.

    Raises:
        NotFoundError: there is no such rule.
        PricingRulesChangedError: another book than the one that was seen is in force.
    """
    await _change(desk, based_on, rule_id, lambda book: book.switched(rule_id, active=active))


async def set_charm(desk: Desk, based_on: int, currency: str, charm: Charm | None) -> None:
    """Makes prices in a currency look good from now on, or (None) leaves them as they come.

    Raises:
        PricingRulesChangedError: another book than the one that was seen is in force.
    """
    await _change(desk, based_on, currency, lambda book: book.charmed(currency, charm))


async def _change(desk: Desk, based_on: int, rule_id: str, change: Change) -> None:
    async with desk.sessions.begin() as session:
        if await rule_books.book_of_command(session, desk.command_id) is not None:
            return
        before = await rule_books.rule_book(session)
        after = change(before)
        if before.version != based_on:
            raise PricingRulesChangedError
        await rule_books.keep_rule_book(session, after, by=desk.actor, command_id=desk.command_id)
        await desk.audit.record(
            session,
            AuditAction.PRICING_RULES_CHANGED,
            rule_id,
            before=_facts(before, rule_id),
            after=_facts(after, rule_id),
        )


def _facts(book: RuleBook, subject: str) -> dict[str, Any] | None:
    """How a rule, or the charm prices of a currency, stand in a book; None when not at all."""
    if subject in book.charms:
        charm: dict[str, Any] = to_jsonable_python(book.charms[subject])
        return charm
    return _rule_facts(book, subject)


def _rule_facts(book: RuleBook, rule_id: str) -> dict[str, Any] | None:
    kept: KeptRule | None = next((one for one in book.rules if one.id == rule_id), None)
    if kept is None:
        return None
    terms = to_jsonable_python(kept.terms)
    place = {"place": book.rules.index(kept) + 1, "book": book.version}
    return {"version": kept.version, "active": kept.active, **place, **terms}
