"""What staff change of a customer, for the JSON API and the pages: once, with trace and audit."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.customer_input import (
    CompanionIn,
    ConsentIn,
    CustomerContactIn,
    CustomerIn,
    HouseholdIn,
    PassportIn,
)
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.customers import ChangeKind, FurtherContactKind, masked
from models.domain.errors import InvalidInputError
from models.store import customer_facts
from models.store.comparing import refresh_suggestions
from models.store.customer_changes import find_done, trace
from models.store.customer_editing import (
    edit_customer,
    hold_contacts,
    lock_customer,
    touch,
)
from models.store.customers import find_customer
from models.tables.crm import Customer
from models.tables.customers import Companion, CustomerPassport

Facts = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """What an action did: the id of its thing, and what is traced."""

    id: str
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)


Action = Callable[[AsyncSession, Customer], Awaitable[Done]]


async def change_customer(desk: Desk, customer_id: str, change: CustomerIn) -> None:
    """Changes facts of a customer, once for the command.

    Raises:
        NotFoundError: there is no such customer for the caller.
        CustomerChangedError: somebody else changed them.
        ContactTakenError: the e-mail address is another customer's.
        InvalidInputError: an address or number can't be read, or none would be left.
    """
    desk.member.require(Permission.EDIT_CUSTOMERS)
    key = _key(desk, ChangeKind.EDITED)
    async with desk.sessions.begin() as session:
        if await find_done(session, key) is not None:
            return
        customer, before, after = await edit_customer(
            session,
            customer_id,
            change.changes(),
            revision=change.revision,
            only_owner=desk.member.only_owner,
        )
        if after:
            done = Done(customer.id, before, after)
            await _remember(desk, session, customer, ChangeKind.EDITED, done)


async def add_contact(desk: Desk, customer_id: str, wanted: CustomerContactIn) -> str:
    """Adds a further address or number; returns its id.

    Raises:
        ContactTakenError: the address is another customer's.
        InvalidInputError: it can't be read, or the customer has it.
    """

    async def action(session: AsyncSession, customer: Customer) -> Done:
        contact = await customer_facts.add_contact(
            session, customer, wanted.kind, wanted.value, desk.actor
        )
        return Done(contact.id, after={wanted.kind.value: wanted.value})

    is_email = wanted.kind is FurtherContactKind.EMAIL
    emails = [customer_facts.compared_contact(wanted.kind, wanted.value, None)] if is_email else []
    return await _once(desk, customer_id, ChangeKind.CONTACT_ADDED, action, emails=emails)


async def remove_contact(desk: Desk, customer_id: str, contact_id: str) -> str:
    """Takes a further address or number away."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        contact = await customer_facts.remove_contact(session, customer, contact_id)
        return Done(contact_id, before={contact.kind: contact.value})

    return await _once(desk, customer_id, ChangeKind.CONTACT_REMOVED, action)


async def add_companion(desk: Desk, customer_id: str, wanted: CompanionIn) -> str:
    """Adds somebody who travels with the customer; returns their id."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        companion = await customer_facts.add_companion(
            session, customer, **wanted.model_dump(), by=desk.actor
        )
        return Done(companion.id, after=wanted.model_dump(mode="json", exclude_defaults=True))

    return await _once(desk, customer_id, ChangeKind.COMPANION_ADDED, action)


async def remove_companion(desk: Desk, customer_id: str, companion_id: str) -> str:
    """Takes a companion away."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        gone = await customer_facts.remove_companion(session, customer, companion_id, desk.actor)
        kept = {"name": gone.name, "relation": gone.relation, "diet": gone.diet}
        return Done(companion_id, before={name: text for name, text in kept.items() if text})

    return await _once(desk, customer_id, ChangeKind.COMPANION_REMOVED, action)


async def add_passport(desk: Desk, customer_id: str, wanted: PassportIn) -> str:
    """Adds a passport; returns its id. Only the end of its number stands in the trace."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        passport = await customer_facts.add_passport(session, customer, wanted.wanted(), desk.actor)
        return Done(passport.id, after=_outline(passport))

    desk.member.require(Permission.READ_PASSPORTS)
    return await _once(desk, customer_id, ChangeKind.PASSPORT_ADDED, action)


async def end_passport(desk: Desk, customer_id: str, passport_id: str) -> str:
    """Says that a passport is not used any more."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        passport = await customer_facts.end_passport(session, customer, passport_id, desk.actor)
        return Done(passport_id, before=_outline(passport))

    desk.member.require(Permission.READ_PASSPORTS)
    return await _once(desk, customer_id, ChangeKind.PASSPORT_ENDED, action)


async def join_household(desk: Desk, customer_id: str, wanted: HouseholdIn) -> str:
    """Puts the customer into another's household.

    Raises:
        NotFoundError: one of the two is not there for the caller.
        InvalidInputError: both are the same.
    """
    if wanted.customer_id == customer_id:
        raise InvalidInputError("customer_id: choose somebody else.")

    async def action(session: AsyncSession, customer: Customer) -> Done:
        other = await lock_customer(session, wanted.customer_id, desk.member.only_owner)
        before = customer.household_id
        await customer_facts.join_household(session, customer, other, desk.actor)
        return Done(
            customer.household_id or "",
            before={"household": before} if before else {},
            after={"household": customer.household_id, "with": other.id},
        )

    return await _once(
        desk, customer_id, ChangeKind.HOUSEHOLD_JOINED, action, also=[wanted.customer_id]
    )


async def leave_household(desk: Desk, customer_id: str) -> str:
    """Takes the customer out of the household."""

    async def action(_session: AsyncSession, customer: Customer) -> Done:
        before, customer.household_id = customer.household_id, None
        if before is None:
            raise InvalidInputError("household: the customer is in none.")
        return Done(before, before={"household": before})

    return await _once(desk, customer_id, ChangeKind.HOUSEHOLD_LEFT, action)


async def record_consent(desk: Desk, customer_id: str, said: ConsentIn) -> str:
    """Keeps what the customer said of a channel and a purpose; returns the record's id."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        record = await customer_facts.record_consent(
            session,
            customer,
            channel=said.channel.value,
            purpose=said.purpose.value,
            granted=said.granted,
            source=said.source,
        )
        facts = said.model_dump(mode="json")
        return Done(record.id, after={**facts, "policy_version": record.policy_version})

    kind = ChangeKind.CONSENT_GIVEN if said.granted else ChangeKind.CONSENT_WITHDRAWN
    return await _once(desk, customer_id, kind, action)


@dataclass(frozen=True)
class PassportsRead:
    """The passports in use of a customer and of those who travel with them."""

    customer: Customer
    passports: list[CustomerPassport]
    companions: list[Companion]


async def read_passports(desk: Desk, customer_id: str) -> PassportsRead:
    """A customer with the passports in use; reading them is kept in the audit log.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: there is no such customer for the caller.
    """
    desk.member.require(Permission.READ_PASSPORTS)
    async with desk.sessions.begin() as session:
        customer = await find_customer(session, customer_id, desk.member.only_owner)
        passports = await customer_facts.passports_of(session, [customer.id])
        companions = await customer_facts.companions_of(session, customer.id)
        ids = {"passports": [one.id for one in passports]}
        await desk.audit.record(session, AuditAction.PASSPORTS_READ, customer.id, after=ids)
    return PassportsRead(customer, passports, companions)


async def _once(
    desk: Desk,
    customer_id: str,
    kind: ChangeKind,
    action: Action,
    *,
    emails: Iterable[str] = (),
    also: Iterable[str] = (),
) -> str:
    """Does something to a customer nobody else holds, once for the command; returns its id."""
    desk.member.require(Permission.EDIT_CUSTOMERS)
    async with _held(desk, customer_id, emails, also) as (session, customer):
        done_id = await find_done(session, _key(desk, kind))
        if done_id is not None:
            return done_id
        done = await action(session, customer)
        touch(customer)
        await _remember(desk, session, customer, kind, done)
    return done.id


@asynccontextmanager
async def _held(
    desk: Desk, customer_id: str, emails: Iterable[str], also: Iterable[str]
) -> AsyncIterator[tuple[AsyncSession, Customer]]:
    """A customer and, in the order of their ids, whoever else is changed."""
    async with desk.sessions.begin() as session:
        await hold_contacts(session, emails, [])
        held = {
            one: await lock_customer(session, one, desk.member.only_owner)
            for one in sorted({customer_id, *also})
        }
        yield session, held[customer_id]


async def _remember(
    desk: Desk, session: AsyncSession, customer: Customer, kind: ChangeKind, done: Done
) -> None:
    """The trace, the audit log, and whom the customer resembles now."""
    await session.flush()
    await trace(
        session,
        customer.id,
        kind,
        desk.actor,
        before=done.before,
        after={**done.after, "id": done.id},
        command_key=_key(desk, kind),
    )
    await desk.audit.record(
        session,
        AuditAction.CUSTOMER_CHANGED,
        customer.id,
        before=done.before,
        after={**done.after, "change": kind.value},
    )
    await refresh_suggestions(session, customer.id)


def _key(desk: Desk, kind: ChangeKind) -> str:
    return f"{kind}:{desk.command_id}"


def _outline(passport: CustomerPassport) -> Facts:
    return {
        "holder": passport.holder,
        "country": passport.country,
        "number": masked(passport.number),
        "expires_on": passport.expires_on.isoformat(),
    }
