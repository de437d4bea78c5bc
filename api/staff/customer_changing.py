"""A change of a customer by staff: once for the command, nobody else holds them, with a trace."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.customers import ChangeKind
from models.store.comparing import refresh_suggestions
from models.store.customer_changes import find_done, trace
from models.store.customer_editing import hold_contacts, lock_customer, touch
from models.tables.crm import Customer

Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What an action did: the id of its thing, and what is traced."""

    id: str
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)
    resembles: bool = False
    """Whether anything changed by which customers are held against each other."""


Action = Callable[[AsyncSession, Customer], Awaitable[Done]]


async def change_once(
    desk: Desk,
    customer_id: str,
    kind: ChangeKind,
    action: Action,
    *,
    emails: Iterable[str] = (),
    also: Iterable[str] = (),
) -> str:
    """Does something to a customer nobody else holds, once for the command; returns its id.

    Args:
        desk: who does it.
        customer_id: to whom.
        kind: what.
        action: does it, and says what it did.
        emails: addresses that no enquiry may look for meanwhile.
        also: further customers whom the action changes.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: one of the customers is not there for the caller.
    """
    desk.member.require(Permission.EDIT_CUSTOMERS)
    async with held(desk, customer_id, emails, also) as (session, customer):
        key = command_key(desk, kind)
        done_id = await find_done(session, key)
        if done_id is not None:
            return done_id
        done = await action(session, customer)
        touch(customer)
        await remember(desk, session, customer, kind, done, key=key)
    return done.id


@asynccontextmanager
async def held(
    desk: Desk, customer_id: str, emails: Iterable[str | None] = (), also: Iterable[str] = ()
) -> AsyncIterator[tuple[AsyncSession, Customer]]:
    """A customer and, in the order of their ids, whoever else is changed."""
    async with desk.sessions.begin() as session:
        await hold_contacts(session, emails, [])
        customers = {
            one: await lock_customer(session, one, desk.member.only_owner)
            for one in sorted({customer_id, *also})
        }
        yield session, customers[customer_id]


async def remember(
    desk: Desk,
    session: AsyncSession,
    customer: Customer,
    kind: ChangeKind,
    done: Done,
    *,
    key: str | None,
) -> None:
    """The trace, the audit log, and whom the customer resembles now, if that can be others.

    The `key` of the command goes to one trace alone: to the customer's whom it is about.
    """
    await session.flush()
    await trace(
        session,
        customer.id,
        kind,
        desk.actor,
        before=done.before,
        after={**done.after, "id": done.id},
        command_key=key,
    )
    await desk.audit.record(
        session,
        AuditAction.CUSTOMER_CHANGED,
        customer.id,
        before=done.before,
        after={**done.after, "change": kind.value},
    )
    if done.resembles:
        await refresh_suggestions(session, customer.id)


def command_key(desk: Desk, kind: ChangeKind) -> str:
    """By which the trace of a command is found again."""
    return f"{kind}:{desk.command_id}"
