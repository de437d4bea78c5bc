"""`/backoffice/partners/{id}/...`: the forms by which staff change what hangs on a partner."""

from collections.abc import Awaitable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.carrying_out import checked
from api.pages.backoffice.frame import Refusal, Typed, done, page, typed
from api.pages.backoffice.partner_page import partner_page
from api.pages.backoffice.partner_words import FIELDS
from api.staff import partner_editing as editing
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.partner_bank import Sealing, change_bank_data, read_bank_data
from api.staff.partner_schemas import (
    BankDataIn,
    ContractIn,
    LicenceIn,
    PartnerContactIn,
    RiskIn,
)
from models.domain.access import Permission
from models.domain.errors import DomainError
from models.sealing import Sealer
from models.store import partner_contracts, partners

router = APIRouter(prefix="/backoffice/partners/{partner_id}", include_in_schema=False)
SECTION: Final = "partners"
EDITING: Final = [Allowed(Permission.EDIT_PRODUCTS)]
BANKING: Final = [Allowed(Permission.READ_BANK_DATA)]
BREAK: Final = "\r\n"


def address(partner_id: str) -> str:
    """Where a partner's page is."""
    return f"/backoffice/partners/{partner_id}"


def _of(entered: Typed, *names: str) -> dict[str, str]:
    return {name: entered[name].replace(BREAK, "\n") for name in names}


async def _carry_out(
    request: Request,
    desk: Desk,
    partner_id: str,
    action: Awaitable[object],
    part: str,
    entered: Typed | None = None,
) -> Response:
    """Does it; a refusal shows the partner's page again with what was typed."""
    try:
        await action
    except DomainError as error:
        refusal = Refusal.of(error, part)
        return await partner_page(request, desk, partner_id, refusal=refusal, entered=entered)
    return done(address(partner_id), f"partner_{part}", part)


@router.post("/contacts", dependencies=EDITING)
async def add_contact(partner_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds somebody at a partner."""
    entered = await typed(request)

    async def action() -> None:
        values = _of(entered, "name", "role", "email", "phone")
        await editing.add_contact(desk, partner_id, checked(PartnerContactIn, FIELDS, **values))

    return await _carry_out(request, desk, partner_id, action(), "contacts", entered)


@router.post("/contacts/{partner_contact_id}/removal", dependencies=EDITING)
async def remove_contact(
    partner_id: str, partner_contact_id: str, request: Request, desk: PageAsking
) -> Response:
    """Takes somebody at a partner away."""
    action = editing.remove_contact(desk, partner_id, partner_contact_id)
    return await _carry_out(request, desk, partner_id, action, "contacts")


@router.post("/licences", dependencies=EDITING)
async def add_licence(partner_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds a permit."""
    entered = await typed(request)

    async def action() -> None:
        values = _of(entered, "name", "number", "expires_on")
        await editing.add_licence(desk, partner_id, checked(LicenceIn, FIELDS, **values))

    return await _carry_out(request, desk, partner_id, action(), "licences", entered)


@router.post("/licences/{licence_id}/removal", dependencies=EDITING)
async def remove_licence(
    partner_id: str, licence_id: str, request: Request, desk: PageAsking
) -> Response:
    """Takes a permit away."""
    action = editing.remove_licence(desk, partner_id, licence_id)
    return await _carry_out(request, desk, partner_id, action, "licences")


@router.post("/risks", dependencies=EDITING)
async def raise_risk(partner_id: str, request: Request, desk: PageAsking) -> Response:
    """Says why a partner is a risk."""
    entered = await typed(request)

    async def action() -> None:
        values = _of(entered, "kind", "reason")
        await editing.raise_risk(desk, partner_id, checked(RiskIn, FIELDS, **values))

    return await _carry_out(request, desk, partner_id, action(), "risks", entered)


@router.post("/risks/{flag_id}/clearance", dependencies=EDITING)
async def clear_risk(partner_id: str, flag_id: str, request: Request, desk: PageAsking) -> Response:
    """Says that a risk is over."""
    action = editing.clear_risk(desk, partner_id, flag_id)
    return await _carry_out(request, desk, partner_id, action, "risks")


@router.post("/contracts", dependencies=EDITING)
async def agree_contract(partner_id: str, request: Request, desk: PageAsking) -> Response:
    """Begins a contract."""
    entered = await typed(request)

    async def action() -> None:
        wanted = checked(ContractIn, FIELDS, **_of(entered, *ContractIn.model_fields))
        await editing.agree_contract(desk, partner_id, wanted)

    return await _carry_out(request, desk, partner_id, action(), "contracts", entered)


@router.get("/contracts/{contract_id}", dependencies=EDITING)
async def show_contract(
    partner_id: str, contract_id: str, request: Request, desk: PageReading
) -> HTMLResponse:
    """The form of a contract's next version."""
    return await _contract(request, desk, partner_id, contract_id)


@router.post("/contracts/{contract_id}/versions", dependencies=EDITING)
async def agree_next_contract(
    partner_id: str, contract_id: str, request: Request, desk: PageAsking
) -> Response:
    """Follows a contract by its next version."""
    entered = await typed(request)
    try:
        wanted = checked(ContractIn, FIELDS, **_of(entered, *ContractIn.model_fields))
        await editing.agree_next_contract(desk, partner_id, contract_id, wanted)
    except DomainError as error:
        return await _contract(request, desk, partner_id, contract_id, Refusal.of(error), entered)
    return done(address(partner_id), "partner_contracts", "contracts")


async def _contract(
    request: Request,
    desk: Desk,
    partner_id: str,
    contract_id: str,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        partner = await partners.find_partner(session, partner_id)
        contract = await partner_contracts.find_contract(session, contract_id, of=partner_id)
    stored = {name: str(getattr(contract, name)) for name in ContractIn.model_fields}
    return page(
        request,
        desk,
        "partner_contract.html",
        section=SECTION,
        refusal=refusal,
        partner=partner,
        contract=contract,
        typed=entered or Typed(stored),
    )


@router.get("/bank-data", dependencies=BANKING)
async def show_bank_data(
    partner_id: str, request: Request, desk: PageReading, seals: Sealing
) -> HTMLResponse:
    """Where a partner is paid; each reading is kept in the audit log."""
    return await _bank_data(request, desk, partner_id, seals)


@router.post("/bank-data", dependencies=BANKING)
async def write_bank_data(
    partner_id: str, request: Request, desk: PageAsking, seals: Sealing
) -> Response:
    """Writes down where a partner is paid."""
    entered = await typed(request)
    try:
        wanted = checked(BankDataIn, FIELDS, **_of(entered, *BankDataIn.model_fields))
        await change_bank_data(desk, partner_id, wanted, seals)
    except DomainError as error:
        return await _bank_data(request, desk, partner_id, seals, Refusal.of(error), entered)
    return done(f"{address(partner_id)}/bank-data", "partner_bank")


async def _bank_data(
    request: Request,
    desk: Desk,
    partner_id: str,
    seals: Sealer,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    partner, facts = await read_bank_data(desk, partner_id, seals)
    return page(
        request,
        desk,
        "partner_bank.html",
        section=SECTION,
        refusal=refusal,
        partner=partner,
        known=facts is not None,
        typed=entered or Typed(facts or {}),
    )
