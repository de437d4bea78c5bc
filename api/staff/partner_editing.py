"""What staff change of a partner, for the JSON API and the pages: once, with its trace."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk import Desk
from api.staff.partner_schemas import (
    ContractIn,
    LicenceIn,
    PartnerChange,
    PartnerContactIn,
    PartnerIn,
    RiskIn,
)
from models.domain.auditing import AuditAction
from models.messages.ids import id_of_command
from models.store import partner_contracts as contracts
from models.store import partner_parts as parts
from models.store import partners
from models.tables.partners import Partner

Facts = Mapping[str, Any]


async def create_partner(desk: Desk, wanted: PartnerIn) -> str:
    """Adds a partner, once for the command; returns its id.

    Raises:
        InvalidInputError: its address or number can't be read.
    """
    partner_id = id_of_command("partner", desk.command_id)
    facts = _readable(wanted.model_dump(mode="json"), wanted.country)
    async with desk.sessions.begin() as session:
        if await partners.create_partner(session, partner_id, facts):
            await desk.audit.record(session, AuditAction.PARTNER_CREATED, partner_id, after=facts)
    return partner_id


async def change_partner(desk: Desk, partner_id: str, wanted: PartnerChange) -> None:
    """Changes facts of a partner as they were seen.

    Raises:
        NotFoundError: there is no such partner.
        PartnerChangedError: somebody else changed it.
        InvalidInputError: its address or number can't be read.
    """
    async with desk.sessions.begin() as session:
        partner = await partners.find_partner(session, partner_id)
        changes = wanted.changes()
        changes = _readable(changes, changes.get("country", partner.country))
        before, after = await partners.edit_partner(
            session, partner_id, changes, revision=wanted.revision
        )
        if after:
            await desk.audit.record(
                session, AuditAction.PARTNER_CHANGED, partner_id, before=before, after=after
            )


def _readable(facts: dict[str, Any], country: str | None) -> dict[str, Any]:
    if "email" in facts:
        facts["email"] = parts.readable_email(facts["email"])
    if "phone" in facts:
        facts["phone"] = parts.readable_phone(facts["phone"], country)
    return facts


async def add_contact(desk: Desk, partner_id: str, wanted: PartnerContactIn) -> str:
    """Adds somebody at a partner; returns the id.

    Raises:
        NotFoundError: there is no such partner.
        InvalidInputError: the address or number can't be read, or both are missing.
    """
    contact_id = id_of_command("pcontact", desk.command_id)
    async with desk.sessions.begin() as session:
        partner = await partners.find_partner(session, partner_id, lock=True)
        facts = _readable(wanted.model_dump(), partner.country)
        if await parts.add_contact(session, contact_id, partner_id, by=desk.actor, **facts):
            await _changed(desk, session, partner, after={"contact": facts})
    return contact_id


async def remove_contact(desk: Desk, partner_id: str, contact_id: str) -> None:
    """Takes somebody away.

    Raises:
        NotFoundError: the partner has nobody of this id.
    """
    async with desk.sessions.begin() as session:
        partner = await partners.find_partner(session, partner_id, lock=True)
        gone = await parts.remove_contact(session, partner_id, contact_id)
        facts = {name: getattr(gone, name) for name in PartnerContactIn.model_fields}
        await _changed(desk, session, partner, before={"contact": facts})


async def add_licence(desk: Desk, partner_id: str, wanted: LicenceIn) -> str:
    """Adds a permit; returns its id.

    Raises:
        NotFoundError: there is no such partner.
    """
    licence_id = id_of_command("licence", desk.command_id)
    async with desk.sessions.begin() as session:
        partner = await partners.find_partner(session, partner_id, lock=True)
        added = await parts.add_licence(
            session, licence_id, partner_id, by=desk.actor, **wanted.model_dump()
        )
        if added:
            await _changed(desk, session, partner, after={"licence": wanted.model_dump()})
    return licence_id


async def remove_licence(desk: Desk, partner_id: str, licence_id: str) -> None:
    """Takes a permit away.

    Raises:
        NotFoundError: the partner has none of this id.
    """
    async with desk.sessions.begin() as session:
        partner = await partners.find_partner(session, partner_id, lock=True)
        gone = await parts.remove_licence(session, partner_id, licence_id)
        facts = {name: getattr(gone, name) for name in LicenceIn.model_fields}
        await _changed(desk, session, partner, before={"licence": facts})


async def raise_risk(desk: Desk, partner_id: str, wanted: RiskIn) -> str:
    """Says why a partner is a risk; returns the flag's id.

    Raises:
        NotFoundError: there is no such partner.
    """
    flag_id = id_of_command("riskflag", desk.command_id)
    facts = wanted.model_dump(mode="json")
    async with desk.sessions.begin() as session:
        partner = await partners.find_partner(session, partner_id, lock=True)
        if await parts.raise_risk(session, flag_id, partner_id, by=desk.actor, **facts):
            await _changed(desk, session, partner, after={"risk": facts})
    return flag_id


async def clear_risk(desk: Desk, partner_id: str, flag_id: str) -> None:
    """Says that a risk is over; it stays known.

    Raises:
        NotFoundError: the partner has no such risk, or it was cleared already.
    """
    async with desk.sessions.begin() as session:
        partner = await partners.find_partner(session, partner_id, lock=True)
        flag = await parts.clear_risk(session, partner_id, flag_id, desk.actor)
        facts = {"kind": flag.kind, "reason": flag.reason}
        await _changed(desk, session, partner, before={"risk": facts})


async def _changed(
    desk: Desk,
    session: AsyncSession,
    partner: Partner,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Keeps a change of what hangs on a partner."""
    await desk.audit.record(
        session, AuditAction.PARTNER_CHANGED, partner.id, before=before, after=after
    )


async def agree_contract(desk: Desk, partner_id: str, wanted: ContractIn) -> str:
    """Begins a contract with a partner; returns the id of its first version.

    Raises:
        NotFoundError: there is no such partner.
    """
    contract_id = id_of_command("contract", desk.command_id)
    async with desk.sessions.begin() as session:
        await partners.find_partner(session, partner_id)
        terms = wanted.terms()
        if await contracts.add_contract(session, contract_id, partner_id, terms, desk.actor):
            await desk.audit.record(
                session, AuditAction.CONTRACT_AGREED, contract_id, after=vars(terms)
            )
    return contract_id


async def agree_next_contract(
    desk: Desk, partner_id: str, contract_id: str, wanted: ContractIn
) -> str:
    """Follows a contract by its next version; returns its id.

    Raises:
        NotFoundError: the partner has no such contract.
        NotNewestVersionError: somebody else made a newer version meanwhile.
    """
    next_id = id_of_command("contract", desk.command_id)
    async with desk.sessions.begin() as session:
        before = await contracts.find_contract(session, contract_id, of=partner_id)
        terms = wanted.terms()
        if await contracts.add_version(session, next_id, contract_id, terms, desk.actor):
            was = {name: getattr(before, name) for name in vars(terms)}
            await desk.audit.record(
                session, AuditAction.CONTRACT_AGREED, next_id, before=was, after=vars(terms)
            )
    return next_id
