"""Where partners are paid: read and changed by few, and each time kept in the audit log."""

from typing import Annotated

from fastapi import Depends

from api.resources import ApiResources
from api.staff.desk import Desk
from api.staff.partner_schemas import BankDataIn
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.sealing import Sealer, sealer_of
from models.store import partner_parts as parts
from models.store.partners import find_partner
from models.tables.partners import Partner

SHOWN_AT_THE_END = 4


def sealer(resources: ApiResources) -> Sealer:
    """Dependency: what opens and closes the seals of this process."""
    return sealer_of(resources.settings)


Sealing = Annotated[Sealer, Depends(sealer)]


async def read_bank_data(
    desk: Desk, partner_id: str, seals: Sealer
) -> tuple[Partner, dict[str, str] | None]:
    """A partner and where it is paid; the reading is kept in the audit log.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: there is no such partner.
    """
    desk.member.require(Permission.READ_BANK_DATA)
    async with desk.sessions.begin() as session:
        partner = await find_partner(session, partner_id)
        facts = await parts.read_bank_data(session, partner_id, seals)
        await desk.audit.record(session, AuditAction.BANK_DATA_READ, partner_id)
    return partner, facts


async def change_bank_data(desk: Desk, partner_id: str, wanted: BankDataIn, seals: Sealer) -> None:
    """Writes down where a partner is paid. Only the end of the account stands in the trace.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: there is no such partner.
    """
    desk.member.require(Permission.READ_BANK_DATA)
    facts = wanted.model_dump()
    async with desk.sessions.begin() as session:
        await find_partner(session, partner_id, lock=True)
        before = await parts.read_bank_data(session, partner_id, seals)
        await parts.keep_bank_data(session, partner_id, facts, seals, desk.actor)
        await desk.audit.record(
            session,
            AuditAction.BANK_DATA_CHANGED,
            partner_id,
            before=_outline(before) if before else None,
            after=_outline(facts),
        )


def _outline(facts: dict[str, str]) -> dict[str, str]:
    return {"account": f"…{facts['account'][-SHOWN_AT_THE_END:]}"}
