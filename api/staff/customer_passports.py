"""Passports of customers and of those who travel with them, for the JSON API and the pages."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.customer_changing import Done, Facts, change_once
from api.staff.customer_input import PassportIn
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.customers import ChangeKind, masked
from models.store import customer_facts
from models.store.customers import find_customer
from models.tables.crm import Customer
from models.tables.customers import Companion, CustomerPassport


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


async def add_passport(desk: Desk, customer_id: str, wanted: PassportIn) -> str:
    """Adds a passport; returns its id. Only the end of its number stands in the trace.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: the customer or the companion is not there for the caller.
        InvalidInputError: this is no passport's number, or there are too many.
    """

    async def action(session: AsyncSession, customer: Customer) -> Done:
        passport = await customer_facts.add_passport(session, customer, wanted.wanted(), desk.actor)
        own = passport.companion_id is None
        return Done(id=passport.id, after=_outline(passport), resembles=own)

    desk.member.require(Permission.READ_PASSPORTS)
    return await change_once(desk, customer_id, ChangeKind.PASSPORT_ADDED, action)


async def end_passport(desk: Desk, customer_id: str, passport_id: str) -> str:
    """Says that a passport is not used any more; customers are still known by it.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: the customer is not there for the caller, or has no such passport in use.
    """

    async def action(session: AsyncSession, customer: Customer) -> Done:
        passport = await customer_facts.end_passport(session, customer, passport_id, desk.actor)
        return Done(id=passport_id, before=_outline(passport))

    desk.member.require(Permission.READ_PASSPORTS)
    return await change_once(desk, customer_id, ChangeKind.PASSPORT_ENDED, action)


def _outline(passport: CustomerPassport) -> Facts:
    return {
        "holder": passport.holder,
        "country": passport.country,
        "number": masked(passport.number),
        "expires_on": passport.expires_on.isoformat(),
    }
