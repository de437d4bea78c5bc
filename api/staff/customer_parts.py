"""What staff change of a customer: facts, contacts, companions, passports, household, consents."""

from http import HTTPStatus

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff import customer_editing as editing
from api.staff import customer_passports as passports
from api.staff.customer_input import (
    CompanionIn,
    ConsentIn,
    CustomerContactIn,
    CustomerIn,
    HouseholdIn,
    PassportIn,
)
from api.staff.customer_schemas import CustomerDetail
from api.staff.customers import customer_detail
from api.staff.opening import Asking
from api.staff.wire import Outgoing
from models.domain.access import Permission

router = APIRouter(
    prefix="/api/v1/customers/{customer_id}",
    tags=["customers"],
    dependencies=[Allowed(Permission.EDIT_CUSTOMERS)],
)
PASSPORTS = [Allowed(Permission.READ_PASSPORTS)]


class Added(Outgoing):
    """The id of what was added."""

    id: str


@router.patch("")
async def change(customer_id: str, wanted: CustomerIn, desk: Asking) -> CustomerDetail:
    """Changes facts of the customer as they were seen."""
    await editing.change_customer(desk, customer_id, wanted)
    return await customer_detail(desk, customer_id)


@router.post("/contacts", status_code=HTTPStatus.CREATED)
async def add_contact(customer_id: str, wanted: CustomerContactIn, desk: Asking) -> Added:
    """Adds a further address or number; enquiries by it find this customer."""
    return Added(id=await editing.add_contact(desk, customer_id, wanted))


@router.post("/contacts/{contact_id}/removal")
async def remove_contact(customer_id: str, contact_id: str, desk: Asking) -> CustomerDetail:
    """Takes a further address or number away."""
    await editing.remove_contact(desk, customer_id, contact_id)
    return await customer_detail(desk, customer_id)


@router.post("/companions", status_code=HTTPStatus.CREATED)
async def add_companion(customer_id: str, wanted: CompanionIn, desk: Asking) -> Added:
    """Adds somebody who travels with the customer."""
    return Added(id=await editing.add_companion(desk, customer_id, wanted))


@router.post("/companions/{companion_id}/removal")
async def remove_companion(customer_id: str, companion_id: str, desk: Asking) -> CustomerDetail:
    """Takes a companion away."""
    await editing.remove_companion(desk, customer_id, companion_id)
    return await customer_detail(desk, customer_id)


@router.post("/passports", status_code=HTTPStatus.CREATED, dependencies=PASSPORTS)
async def add_passport(customer_id: str, wanted: PassportIn, desk: Asking) -> Added:
    """Adds a passport; those before it stay until they are ended."""
    return Added(id=await passports.add_passport(desk, customer_id, wanted))


@router.post("/passports/{passport_id}/end", dependencies=PASSPORTS)
async def end_passport(customer_id: str, passport_id: str, desk: Asking) -> CustomerDetail:
    """Says that a passport is not used any more."""
    await passports.end_passport(desk, customer_id, passport_id)
    return await customer_detail(desk, customer_id)


@router.post("/household")
async def join_household(customer_id: str, wanted: HouseholdIn, desk: Asking) -> CustomerDetail:
    """Puts the customer into the household of another."""
    await editing.join_household(desk, customer_id, wanted)
    return await customer_detail(desk, customer_id)


@router.post("/household/leaving")
async def leave_household(customer_id: str, desk: Asking) -> CustomerDetail:
    """Takes the customer out of the household."""
    await editing.leave_household(desk, customer_id)
    return await customer_detail(desk, customer_id)


@router.post("/consents", status_code=HTTPStatus.CREATED)
async def record_consent(customer_id: str, said: ConsentIn, desk: Asking) -> Added:
    """Keeps what the customer said of a channel and a purpose; the last word counts."""
    return Added(id=await editing.record_consent(desk, customer_id, said))
