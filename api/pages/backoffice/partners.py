"""`/backoffice/partners`: the list with its filters, one partner, and the form of its facts."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.carrying_out import checked
from api.pages.backoffice.customer_words import countries
from api.pages.backoffice.frame import Refusal, Typed, done, named, page, typed
from api.pages.backoffice.partner_page import partner_page
from api.pages.backoffice.partner_words import (
    FIELDS,
    destination_options,
    kind_in_words,
    kind_options,
)
from api.pages.translation import gettext
from api.staff import partner_editing as editing
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, total_pages
from api.staff.partner_schemas import PartnerChange, PartnerIn
from api.staff.partners import PartnerQuery
from models.domain.access import Permission
from models.domain.errors import DomainError, PartnerChangedError
from models.store import partners
from models.tables.partners import Partner

router = APIRouter(
    prefix="/backoffice/partners",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_PRODUCTS)],
)
ADDRESS: Final = "/backoffice/partners"
SECTION: Final = "partners"
EDITING: Final = [Allowed(Permission.EDIT_PRODUCTS)]
WRITTEN: Final = tuple(PartnerIn.model_fields)
BREAK: Final = "\r\n"


@router.get("")
async def show_list(
    request: Request, desk: PageReading, query: Annotated[PartnerQuery, Query()]
) -> HTMLResponse:
    """The list."""
    async with desk.sessions() as session:
        found = await partners.list_partners(
            session, query.wanted(), page=query.page, page_size=DEFAULT_PAGE_SIZE
        )
    chosen = _chosen(query)
    return page(
        request,
        desk,
        "partners.html",
        section=SECTION,
        found=found,
        page=query.page,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=lambda number: f"{ADDRESS}?{urlencode({**chosen, 'page': number})}",
        filters=query,
        chosen=chosen,
        kind_in_words=kind_in_words,
        kind_options=kind_options(gettext("All kinds")),
        destination_options=destination_options(gettext("Anywhere")),
        active_options=named(
            {"true": gettext("Active"), "false": gettext("Not any more")}, gettext("All")
        ),
        risk_options=named(
            {"true": gettext("With a risk"), "false": gettext("Without")}, gettext("No matter")
        ),
        may_edit=desk.member.may(Permission.EDIT_PRODUCTS),
    )


def _chosen(query: PartnerQuery) -> dict[str, str]:
    """What narrows the list, as addresses say it."""
    said = query.model_dump(mode="json", exclude={"page", "page_size"})
    kept = {name: value for name, value in said.items() if value not in {"", None}}
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in kept.items()
    }


@router.get("/new", dependencies=EDITING)
async def show_new(request: Request, desk: PageReading) -> HTMLResponse:
    """The form of a new partner."""
    return _form(request, desk, None, Typed(active="yes"))


@router.post("", dependencies=EDITING)
async def create(request: Request, desk: PageAsking) -> Response:
    """Adds a partner."""
    entered = await typed(request)
    try:
        wanted = checked(PartnerIn, FIELDS, **_values(entered))
        partner_id = await editing.create_partner(desk, wanted)
    except DomainError as error:
        return _form(request, desk, None, entered, Refusal.of(error))
    return done(f"{ADDRESS}/{partner_id}", "partner")


@router.get("/{partner_id}")
async def show(partner_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """A partner with its contracts and rate cards."""
    return await partner_page(request, desk, partner_id)


@router.get("/{partner_id}/edit", dependencies=EDITING)
async def show_form(partner_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """The form of a partner's facts."""
    partner = await _partner(desk, partner_id)
    return _form(request, desk, partner, _as_typed(partner))


@router.post("/{partner_id}/edit", dependencies=EDITING)
async def edit(partner_id: str, request: Request, desk: PageAsking) -> Response:
    """Changes facts of a partner; what was typed stays when somebody else was faster."""
    entered = await typed(request)
    try:
        values = {**_values(entered), "revision": entered["revision"]}
        await editing.change_partner(desk, partner_id, checked(PartnerChange, FIELDS, **values))
    except DomainError as error:
        partner = await _partner(desk, partner_id)
        if isinstance(error, PartnerChangedError):
            entered = Typed({**entered, "revision": str(partner.revision)})
        return _form(request, desk, partner, entered, Refusal.of(error))
    return done(f"{ADDRESS}/{partner_id}", "partner")


async def _partner(desk: Desk, partner_id: str) -> Partner:
    async with desk.sessions() as session:
        return await partners.find_partner(session, partner_id)


def _values(entered: Typed) -> dict[str, str]:
    """The fields of the form; a box that is not ticked is not sent."""
    values = {name: entered[name].replace(BREAK, "\n") for name in WRITTEN}
    return {**values, "active": "yes" if entered["active"] else "no"}


def _as_typed(partner: Partner) -> Typed:
    facts = partners.as_edited(partner)
    return Typed(
        {name: str(value or "") for name, value in facts.items()}
        | {
            "destinations": ", ".join(partner.destinations),
            "active": "yes" if partner.active else "",
            "revision": str(partner.revision),
        }
    )


def _form(
    request: Request,
    desk: Desk,
    partner: Partner | None,
    values: Typed,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    return page(
        request,
        desk,
        "partner_edit.html",
        section=SECTION,
        refusal=refusal,
        partner=partner,
        values=values,
        post_to=f"{ADDRESS}/{partner.id}/edit" if partner else ADDRESS,
        kind_options=kind_options(gettext("Choose a kind")),
        country_options=countries(gettext("Not known")),
    )
