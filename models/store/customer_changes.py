"""The trace of what is known of customers: every change with what was there before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.customers import PASSPORT_CHANGES, ChangeKind
from models.messages.ids import new_id
from models.tables.crm import Staff
from models.tables.customers import CustomerChange

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class ChangeRow:
    """A change with the name of who made it."""

    change: CustomerChange
    actor_name: str


@dataclass(frozen=True)
class ChangePage:
    """A page of changes and how many there are in all."""

    items: list[ChangeRow]
    total: int


async def trace(
    session: AsyncSession,
    customer_id: str,
    kind: ChangeKind,
    actor: str,
    *,
    before: Mapping[str, Any] = NOTHING,
    after: Mapping[str, Any] = NOTHING,
    command_key: str | None = None,
) -> None:
    """Keeps a change in the transaction that makes it.

    Args:
        session: the transaction.
        customer_id: whose.
        kind: what was done.
        actor: a staff id, or a login.
        before: the members that changed, as they were, ready for JSON.
        after: the same members as they are now; `id` is what the command made or changed.
        command_key: of the command, so that it is known to be done.
    """
    session.add(
        CustomerChange(
            id=new_id("change"),
            customer_id=customer_id,
            kind=kind.value,
            actor=actor,
            before=dict(before),
            after=dict(after),
            command_key=command_key,
        )
    )
    await session.flush()


async def find_done(session: AsyncSession, command_key: str) -> str | None:
    """The id that a command's trace names; None when it was not done before.

    Ask while every customer whom the command changes is locked, and before their revisions are
    compared: asked earlier, a repeat that overlaps the first request finds nothing yet, waits for
    the lock, and is refused because of the change that it made itself.
    """
    statement = select(CustomerChange.after["id"].astext)
    found: str | None = await session.scalar(
        statement.where(CustomerChange.command_key == command_key)
    )
    return found


async def list_changes(
    session: AsyncSession,
    customer_ids: Sequence[str],
    *,
    passports: bool,
    page: int,
    page_size: int,
) -> ChangePage:
    """Changes of a customer and of the records that went into them, the newest first.

    Args:
        session: a transaction.
        customer_ids: the customer's own id, then those of the other records.
        passports: whether the reader may know of passports; else changes of them are left out.
        page: counts from 1.
        page_size: changes on a page.
    """
    of_them = _told_of(customer_ids)
    if not passports:
        of_them = and_(of_them, CustomerChange.kind.not_in(sorted(PASSPORT_CHANGES)))
    total = await session.scalar(select(func.count()).select_from(CustomerChange).where(of_them))
    statement = (
        select(CustomerChange, func.coalesce(Staff.name, CustomerChange.actor))
        .outerjoin(Staff, Staff.id == CustomerChange.actor)
        .where(of_them)
        .order_by(CustomerChange.created_at.desc(), CustomerChange.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    rows = [ChangeRow(*row) for row in await session.execute(statement)]
    return ChangePage(rows, total or 0)


def _told_of(customer_ids: Sequence[str]) -> ColumnElement[bool]:
    """Of the records that went into a customer all but what stands with the customer, too."""
    own = CustomerChange.customer_id == customer_ids[0]
    told_by_who_stayed = CustomerChange.after["absorbed"].astext == CustomerChange.customer_id
    theirs = CustomerChange.customer_id.in_(customer_ids)
    return or_(own, and_(theirs, func.coalesce(~told_by_who_stayed, True)))
