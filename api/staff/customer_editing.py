"""What staff change of a customer, for the JSON API and the pages: once, with trace and audit."""

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.customer_changing import Done, Facts, change_once, command_key, held, remember
from api.staff.customer_input import (
    CompanionIn,
    ConsentIn,
    CustomerContactIn,
    CustomerIn,
    HouseholdIn,
)
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.customers import ChangeKind, FurtherContactKind
from models.domain.errors import InvalidInputError
from models.store import customer_facts
from models.store.customer_changes import find_done
from models.store.customer_editing import compared_first, edit_customer, lock_customer, touch
from models.store.likeness import COMPARED
from models.tables.crm import Customer


async def change_customer(desk: Desk, customer_id: str, change: CustomerIn) -> None:
    """Changes facts of a customer, once for the command.

    Raises:
        NotFoundError: there is no such customer for the caller.
        CustomerChangedError: somebody else changed them.
        ContactTakenError: the e-mail address is another customer's.
        InvalidInputError: an address or number can't be read, or none would be left.
    """
    desk.member.require(Permission.EDIT_CUSTOMERS)
    wanted, key = change.changes(), command_key(desk, ChangeKind.EDITED)
    email = compared_first(wanted.get("email"))
    async with held(desk, customer_id, [email]) as (session, customer):
        if await find_done(session, key) is not None:
            return
        before, after = await edit_customer(session, customer, wanted, revision=change.revision)
        if after:
            resembles = not COMPARED.isdisjoint(after)
            done = Done(id=customer.id, before=before, after=after, resembles=resembles)
            await remember(desk, session, customer, ChangeKind.EDITED, done, key=key)


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
        return Done(id=contact.id, after={wanted.kind.value: wanted.value}, resembles=True)

    is_email = wanted.kind is FurtherContactKind.EMAIL
    emails = [customer_facts.compared_contact(wanted.kind, wanted.value, None)] if is_email else []
    return await change_once(desk, customer_id, ChangeKind.CONTACT_ADDED, action, emails=emails)


async def remove_contact(desk: Desk, customer_id: str, contact_id: str) -> str:
    """Takes a further address or number away."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        contact = await customer_facts.remove_contact(session, customer, contact_id)
        return Done(id=contact_id, before={contact.kind: contact.value}, resembles=True)

    return await change_once(desk, customer_id, ChangeKind.CONTACT_REMOVED, action)


async def add_companion(desk: Desk, customer_id: str, wanted: CompanionIn) -> str:
    """Adds somebody who travels with the customer; returns their id."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        companion = await customer_facts.add_companion(
            session, customer, **wanted.model_dump(), by=desk.actor
        )
        return Done(id=companion.id, after=_told(wanted), resembles=True)

    return await change_once(desk, customer_id, ChangeKind.COMPANION_ADDED, action)


async def remove_companion(desk: Desk, customer_id: str, companion_id: str) -> str:
    """Takes a companion away."""

    async def action(session: AsyncSession, customer: Customer) -> Done:
        gone, ended = await customer_facts.remove_companion(
            session, customer, companion_id, desk.actor
        )
        facts = {name: getattr(gone, name) for name in CompanionIn.model_fields}
        before = _told(CompanionIn.model_construct(**facts))
        if ended:
            before["passports"] = ended
        return Done(id=companion_id, before=before, resembles=True)

    return await change_once(desk, customer_id, ChangeKind.COMPANION_REMOVED, action)


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
        before, theirs = customer.household_id, other.household_id
        household = await customer_facts.join_household(session, customer, other, desk.actor)
        if theirs is None:
            touch(other)
            done = _joined(household, None, customer)
            await remember(desk, session, other, ChangeKind.HOUSEHOLD_JOINED, done, key=None)
        return _joined(household, before, other)

    return await change_once(
        desk, customer_id, ChangeKind.HOUSEHOLD_JOINED, action, also=[wanted.customer_id]
    )


async def leave_household(desk: Desk, customer_id: str) -> str:
    """Takes the customer out of the household.

    Raises:
        InvalidInputError: they are in none.
    """

    async def action(session: AsyncSession, customer: Customer) -> Done:
        left = await customer_facts.leave_household(session, customer)
        return Done(id=left, before={"household": left}, resembles=True)

    return await change_once(desk, customer_id, ChangeKind.HOUSEHOLD_LEFT, action)


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
        return Done(id=record.id, after={**facts, "policy_version": record.policy_version})

    kind = ChangeKind.CONSENT_GIVEN if said.granted else ChangeKind.CONSENT_WITHDRAWN
    return await change_once(desk, customer_id, kind, action)


def _told(companion: CompanionIn) -> Facts:
    """A companion as the trace tells of them."""
    return companion.model_dump(mode="json", exclude_defaults=True)


def _joined(household: str, before: str | None, other: Customer) -> Done:
    return Done(
        id=household,
        before={"household": before} if before else {},
        after={"household": household, "with": other.id},
        resembles=True,
    )
