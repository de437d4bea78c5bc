"""`/api/v1/partners`: suppliers with contacts, licences, risks, contracts and bank data."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.identity.allowed import Allowed
from api.staff import partner_editing as editing
from api.staff.booking_list import Word
from api.staff.customer_parts import Added
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE, LAST_PAGE, total_pages
from api.staff.partner_bank import Sealing, change_bank_data, read_bank_data
from api.staff.partner_schemas import (
    BankDataIn,
    BankDataOut,
    ContractIn,
    ContractList,
    LicenceIn,
    PartnerChange,
    PartnerContactIn,
    PartnerDetail,
    PartnerIn,
    PartnerList,
    RiskIn,
    contracts_out,
    detail_out,
    partner_out,
)
from api.staff.wire import absent
from models.domain.access import Permission
from models.domain.stages import ServiceKind
from models.store import partner_contracts, partner_parts, partners
from models.store.partners import PartnerFilter

router = APIRouter(
    prefix="/api/v1/partners", tags=["partners"], dependencies=[Allowed(Permission.READ_PRODUCTS)]
)
EDITING = [Allowed(Permission.EDIT_PRODUCTS)]
BANKING = [Allowed(Permission.READ_BANK_DATA)]


class PartnerQuery(BaseModel):
    """A page of partners, and which."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    search: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="A part of the name, the city, an address or a number."
    )
    kind: Annotated[ServiceKind | None, BeforeValidator(absent)] = None
    destination: Word = None
    active: Annotated[bool | None, BeforeValidator(absent)] = None
    at_risk: Annotated[bool | None, BeforeValidator(absent)] = Field(
        None, description="Whether it has a risk that nobody cleared."
    )
    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    page_size: Annotated[int, Field(ge=1, le=LARGEST_PAGE_SIZE)] = DEFAULT_PAGE_SIZE

    def wanted(self) -> PartnerFilter:
        """The filter as the store takes it."""
        return PartnerFilter(**self.model_dump(mode="json", exclude={"page", "page_size"}))


@router.get("")
async def list_partners(desk: Reading, query: Annotated[PartnerQuery, Query()]) -> PartnerList:
    """A page of the partners that fit, by name."""
    async with desk.sessions() as session:
        found = await partners.list_partners(
            session, query.wanted(), page=query.page, page_size=query.page_size
        )
    return PartnerList(
        items=[partner_out(row) for row in found.items],
        total=found.total,
        page=query.page,
        page_size=query.page_size,
        total_pages=total_pages(found.total, query.page_size),
    )


@router.post("", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def create(wanted: PartnerIn, desk: Asking) -> PartnerDetail:
    """Adds a partner; the same Idempotency-Key adds it once."""
    return await partner_detail(desk, await editing.create_partner(desk, wanted))


@router.get("/{partner_id}")
async def show(partner_id: str, desk: Reading) -> PartnerDetail:
    """A partner with contacts, licences and risks."""
    return await partner_detail(desk, partner_id)


@router.patch("/{partner_id}", dependencies=EDITING)
async def change(partner_id: str, wanted: PartnerChange, desk: Asking) -> PartnerDetail:
    """Changes facts of a partner as they were seen."""
    await editing.change_partner(desk, partner_id, wanted)
    return await partner_detail(desk, partner_id)


@router.post("/{partner_id}/contacts", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def add_contact(partner_id: str, wanted: PartnerContactIn, desk: Asking) -> Added:
    """Adds somebody at a partner."""
    return Added(id=await editing.add_contact(desk, partner_id, wanted))


@router.post("/{partner_id}/contacts/{partner_contact_id}/removal", dependencies=EDITING)
async def remove_contact(partner_id: str, partner_contact_id: str, desk: Asking) -> PartnerDetail:
    """Takes somebody at a partner away."""
    await editing.remove_contact(desk, partner_id, partner_contact_id)
    return await partner_detail(desk, partner_id)


@router.post("/{partner_id}/licences", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def add_licence(partner_id: str, wanted: LicenceIn, desk: Asking) -> Added:
    """Adds a permit of a partner."""
    return Added(id=await editing.add_licence(desk, partner_id, wanted))


@router.post("/{partner_id}/licences/{licence_id}/removal", dependencies=EDITING)
async def remove_licence(partner_id: str, licence_id: str, desk: Asking) -> PartnerDetail:
    """Takes a permit of a partner away."""
    await editing.remove_licence(desk, partner_id, licence_id)
    return await partner_detail(desk, partner_id)


@router.post("/{partner_id}/risks", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def raise_risk(partner_id: str, wanted: RiskIn, desk: Asking) -> Added:
    """Says why a partner is a risk."""
    return Added(id=await editing.raise_risk(desk, partner_id, wanted))


@router.post("/{partner_id}/risks/{flag_id}/clearance", dependencies=EDITING)
async def clear_risk(partner_id: str, flag_id: str, desk: Asking) -> PartnerDetail:
    """Says that a risk is over; it stays known."""
    await editing.clear_risk(desk, partner_id, flag_id)
    return await partner_detail(desk, partner_id)


@router.get("/{partner_id}/bank-data", dependencies=BANKING)
async def show_bank_data(partner_id: str, desk: Asking, seals: Sealing) -> BankDataOut:
    """Where a partner is paid; each reading is kept in the audit log."""
    _, facts = await read_bank_data(desk, partner_id, seals)
    return BankDataOut(**{name: (facts or {}).get(name) for name in BankDataOut.model_fields})


@router.patch("/{partner_id}/bank-data", status_code=HTTPStatus.NO_CONTENT, dependencies=BANKING)
async def write_bank_data(
    partner_id: str, wanted: BankDataIn, desk: Asking, seals: Sealing
) -> None:
    """Writes down where a partner is paid, in the place of what was there."""
    await change_bank_data(desk, partner_id, wanted, seals)


@router.get("/{partner_id}/contracts")
async def list_contracts(partner_id: str, desk: Reading) -> ContractList:
    """Every version of a partner's contracts, those in use first."""
    return await _contracts(desk, partner_id)


@router.post("/{partner_id}/contracts", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def agree_contract(partner_id: str, wanted: ContractIn, desk: Asking) -> Added:
    """Begins a contract; its first version is in use at once."""
    return Added(id=await editing.agree_contract(desk, partner_id, wanted))


@router.post(
    "/{partner_id}/contracts/{contract_id}/versions",
    status_code=HTTPStatus.CREATED,
    dependencies=EDITING,
)
async def agree_next_contract(
    partner_id: str, contract_id: str, wanted: ContractIn, desk: Asking
) -> Added:
    """Follows the newest version of a contract by the next one; older ones stay as they were."""
    return Added(id=await editing.agree_next_contract(desk, partner_id, contract_id, wanted))


async def partner_detail(desk: Desk, partner_id: str) -> PartnerDetail:
    """A partner with what hangs on it.

    Raises:
        NotFoundError: there is none.
    """
    async with desk.sessions() as session:
        partner = await partners.find_partner(session, partner_id)
        parts = await partner_parts.parts_of(session, partner_id)
    return detail_out(partner, parts, datetime.now(UTC).date())


async def _contracts(desk: Desk, partner_id: str) -> ContractList:
    async with desk.sessions() as session:
        await partners.find_partner(session, partner_id)
        return contracts_out(await partner_contracts.contracts_of(session, partner_id))
