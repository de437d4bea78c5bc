"""`/backoffice/customers/{id}/...`: the forms by which staff change what is known of a customer."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.carrying_out import checked
from api.pages.backoffice.customer_page import customer_page
from api.pages.backoffice.customer_words import FIELDS, countries, country_name, readable
from api.pages.backoffice.frame import Refusal, Typed, done, named, page, typed
from api.pages.formats import words
from api.pages.translation import gettext
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
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from models.domain.access import Permission
from models.domain.customers import PreferredChannel
from models.domain.errors import CustomerChangedError, DomainError
from models.store.customer_editing import as_edited
from models.store.customers import find_customer
from models.tables.crm import Customer

router = APIRouter(
    prefix="/backoffice/customers/{customer_id}",
    include_in_schema=False,
    dependencies=[Allowed(Permission.EDIT_CUSTOMERS)],
)

SECTION: Final = "customers"
PASSPORTS: Final = [Allowed(Permission.READ_PASSPORTS)]
EDITED: Final = tuple(CustomerIn.model_fields.keys() - {"revision"})
LISTS: Final = ("interests", "tags")
BREAK: Final = "\r\n"


def address(customer_id: str) -> str:
    """Where a customer's page is."""
    return f"/backoffice/customers/{customer_id}"


@router.get("/edit")
async def show_form(customer_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """The form of a customer's facts."""
    return await _form(request, desk, customer_id)


@router.post("/edit")
async def edit(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Changes facts; when somebody else did, shows what stands there beside what was typed."""
    entered = await typed(request)
    try:
        values = {name: entered[name].replace(BREAK, "\n") for name in EDITED if name in entered}
        change = checked(CustomerIn, FIELDS, revision=entered["revision"], **values)
        await editing.change_customer(desk, customer_id, change)
    except DomainError as error:
        return await _form(request, desk, customer_id, error, entered)
    return done(address(customer_id), "customer", "identity")


async def _form(
    request: Request,
    desk: Desk,
    customer_id: str,
    error: DomainError | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        customer = await find_customer(session, customer_id, desk.member.only_owner)
    clash = isinstance(error, CustomerChangedError)
    stored = _as_typed(customer)
    return page(
        request,
        desk,
        "customer_edit.html",
        section=SECTION,
        refusal=_refusal(error) if error else None,
        customer=customer,
        revision=customer.revision if clash or entered is None else entered["revision"],
        values=Typed(stored | (entered or {})),
        now_it_is=_differing(customer, entered) if clash and entered is not None else Typed(),
        country_options=countries(gettext("Not known")),
        channel_options=named({one.value: words(one) for one in PreferredChannel}, gettext("Any")),
    )


def _refusal(error: DomainError) -> Refusal:
    if not isinstance(error, CustomerChangedError):
        return Refusal.of(error)
    return Refusal(
        gettext("Somebody else changed this customer meanwhile"),
        gettext(
            "Nothing was saved yet. What you typed is still in its field; where it differs, the "
            "field says what stands there now. Save again to replace it."
        ),
        Refusal.of(error).status,
    )


def _as_typed(customer: Customer) -> dict[str, str]:
    """A customer's facts as the form's fields hold them."""
    facts = as_edited(customer)
    return {
        name: ", ".join(value) if name in LISTS else str(value or "")
        for name, value in facts.items()
    }


def _differing(customer: Customer, entered: Typed) -> Typed:
    """What stands there now, in the fields where something else was typed."""
    stored, facts = _as_typed(customer), as_edited(customer)
    return Typed(
        {
            name: gettext("It is now: %(value)s", value=readable(name, facts[name]) or "-")
            for name in EDITED
            if entered[name].replace(BREAK, "\n").strip() != stored[name]
        }
    )


@router.post("/contacts")
async def add_contact(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds a further address or number."""
    entered = await typed(request)

    async def action() -> None:
        wanted = checked(CustomerContactIn, kind=entered["kind"], value=entered["value"])
        await editing.add_contact(desk, customer_id, wanted)

    return await _carry_out(request, desk, customer_id, action(), "contact", entered)


@router.post("/contacts/{contact_id}/removal")
async def remove_contact(
    customer_id: str, contact_id: str, request: Request, desk: PageAsking
) -> Response:
    """Takes a further address or number away."""
    action = editing.remove_contact(desk, customer_id, contact_id)
    return await _carry_out(request, desk, customer_id, action, "contact")


@router.post("/companions")
async def add_companion(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds somebody who travels with the customer."""
    entered = await typed(request)

    async def action() -> None:
        names = ("name", "relation", "born_on", "diet")
        wanted = checked(CompanionIn, FIELDS, **{name: entered[name] for name in names})
        await editing.add_companion(desk, customer_id, wanted)

    return await _carry_out(request, desk, customer_id, action(), "companion", entered)


@router.post("/companions/{companion_id}/removal")
async def remove_companion(
    customer_id: str, companion_id: str, request: Request, desk: PageAsking
) -> Response:
    """Takes a companion away."""
    action = editing.remove_companion(desk, customer_id, companion_id)
    return await _carry_out(request, desk, customer_id, action, "companion")


@router.post("/household")
async def join_household(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Puts the customer into the household of another."""
    entered = await typed(request)

    async def action() -> None:
        wanted = checked(HouseholdIn, customer_id=entered["with"])
        await editing.join_household(desk, customer_id, wanted)

    return await _carry_out(request, desk, customer_id, action(), "household", entered)


@router.post("/household/leaving")
async def leave_household(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Takes the customer out of the household."""
    action = editing.leave_household(desk, customer_id)
    return await _carry_out(request, desk, customer_id, action, "household")


@router.post("/consents")
async def record_consent(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Keeps what the customer said of a channel and a purpose."""
    entered = await typed(request)

    async def action() -> None:
        names = ("channel", "purpose", "granted", "source")
        said = checked(ConsentIn, FIELDS, **{name: entered[name] for name in names})
        await editing.record_consent(desk, customer_id, said)

    return await _carry_out(request, desk, customer_id, action(), "consent", entered)


@router.get("/passports", dependencies=PASSPORTS)
async def show_passports(customer_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """The passports with their numbers; each reading is kept in the audit log."""
    return await _passports(request, desk, customer_id)


@router.post("/passports", dependencies=PASSPORTS)
async def add_passport(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Adds a passport; those before it stay until they are ended."""
    entered = await typed(request)
    try:
        names = ("holder", "country", "number", "expires_on", "companion_id")
        wanted = checked(PassportIn, FIELDS, **{name: entered[name] for name in names})
        await passports.add_passport(desk, customer_id, wanted)
    except DomainError as error:
        return await _passports(request, desk, customer_id, Refusal.of(error), entered)
    return done(f"{address(customer_id)}/passports", "passport")


@router.post("/passports/{passport_id}/end", dependencies=PASSPORTS)
async def end_passport(
    customer_id: str, passport_id: str, request: Request, desk: PageAsking
) -> Response:
    """Says that a passport is not used any more."""
    try:
        await passports.end_passport(desk, customer_id, passport_id)
    except DomainError as error:
        return await _passports(request, desk, customer_id, Refusal.of(error))
    return done(f"{address(customer_id)}/passports", "passport_ended")


async def _passports(
    request: Request,
    desk: Desk,
    customer_id: str,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    read = await passports.read_passports(desk, customer_id)
    holders = {one.id: one.name for one in read.companions}
    return page(
        request,
        desk,
        "customer_passports.html",
        section=SECTION,
        refusal=refusal,
        typed=entered or Typed(),
        customer=read.customer,
        passports=read.passports,
        holders=holders,
        holder_options=named(holders, read.customer.name),
        country_options=countries(gettext("Please choose")),
        country_name=country_name,
        today=datetime.now(UTC).date(),
    )


async def _carry_out(
    request: Request,
    desk: Desk,
    customer_id: str,
    action: Awaitable[object],
    about: str,
    entered: Typed | None = None,
) -> Response:
    """Does it; a refusal shows the customer's page again with what was typed."""
    try:
        await action
    except DomainError as error:
        refusal = Refusal.of(error, about)
        return await customer_page(request, desk, customer_id, refusal=refusal, entered=entered)
    return done(address(customer_id), f"customer_{about}", about)
