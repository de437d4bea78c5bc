"""`/backoffice/customers`: the list with its filters, the segments that people keep, a profile."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.pages.backoffice.customer_page import customer_page
from api.pages.backoffice.customer_words import countries, country_name, told
from api.pages.backoffice.frame import Refusal, Typed, named, page, typed
from api.pages.formats import words
from api.pages.translation import gettext
from api.pages.website import BUDGETS, LANGUAGES, STYLES
from api.staff.customers import CustomerFilters, CustomerQuery, KeptCustomerFilters
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, LAST_PAGE, total_pages
from api.staff.segments import (
    SegmentChange,
    SegmentIn,
    change_segment,
    filters_of,
    keep_segment,
    may_change,
    remove_segment,
)
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.customers import ConsentChannel
from models.domain.errors import DomainError, InvalidInputError, NotFoundError
from models.domain.stages import DESTINATIONS
from models.store import customer_changes, customers, segments
from models.store.customers import CustomerPage
from models.tables.customers import Segment

router = APIRouter(
    prefix="/backoffice/customers",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)

ADDRESS: Final = "/backoffice/customers"
SECTION: Final = "customers"
Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]


class ListQuery(CustomerQuery):
    """What the address of the page says; a segment stands for all filters."""

    segment: Annotated[str, Query(max_length=60)] = ""


@router.get("")
async def show_list(
    request: Request, desk: PageReading, query: Annotated[ListQuery, Query()]
) -> HTMLResponse:
    """The list."""
    return await _list(request, desk, query)


@router.post("/segments")
async def keep(request: Request, desk: PageAsking) -> Response:
    """Keeps the list as it is filtered."""
    entered = await typed(request)
    try:
        wanted = SegmentIn(
            name=entered["name"],
            filters=KeptCustomerFilters(**CustomerFilters.model_validate(entered).chosen()),
            shared=bool(entered["shared"]),
        )
        segment = await keep_segment(desk, wanted)
    except (ValidationError, DomainError) as error:
        query = ListQuery.model_validate(_only_valid(entered))
        return await _list(request, desk, query, _refusal(error), entered)
    return _to_segment(segment.id, "segment_kept")


@router.post("/segments/{segment_id}/sharing")
async def share(segment_id: str, request: Request, desk: PageAsking) -> Response:
    """Shares a segment with everybody, or takes it back."""
    entered = await typed(request)
    await change_segment(desk, segment_id, SegmentChange(shared=entered["shared"] == "yes"))
    return _to_segment(segment_id, "segment_changed")


@router.post("/segments/{segment_id}/removal")
async def forget(segment_id: str, desk: PageAsking) -> Response:
    """Forgets a segment."""
    await remove_segment(desk, segment_id)
    return RedirectResponse(f"{ADDRESS}?said=segment_gone", status_code=HTTPStatus.SEE_OTHER)


@router.get("/{customer_id}")
async def show_customer(customer_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """All that is known of a customer."""
    return await customer_page(request, desk, customer_id)


@router.get("/{customer_id}/changes")
async def show_changes(
    customer_id: str, request: Request, desk: PageReading, number: Number = 1
) -> HTMLResponse:
    """Every change of what is known of a customer."""
    async with desk.sessions() as session:
        customer = await customers.find_customer(session, customer_id, desk.member.only_owner)
        records = await customers.records_of(session, customer.id)
        found = await customer_changes.list_changes(
            session,
            records,
            passports=desk.member.may(Permission.READ_PASSPORTS),
            page=number,
            page_size=DEFAULT_PAGE_SIZE,
        )
    return page(
        request,
        desk,
        "customer_changes.html",
        section=SECTION,
        customer=customer,
        changes=[(row, told(row)) for row in found.items],
        found=found,
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=lambda one: f"{ADDRESS}/{customer.id}/changes?page={one}",
    )


async def _list(
    request: Request,
    desk: Desk,
    query: ListQuery,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        kept = await segments.segments_for(session, desk.member.sub)
        segment = _opened(query, kept)
        filters = filters_of(segment) if segment else query
        found = await _found(session, desk, filters, query.page)
    unreadable = filters is None
    filters = filters or CustomerFilters()
    chosen = filters.chosen()
    return page(
        request,
        desk,
        "customers.html",
        section=SECTION,
        refusal=refusal,
        found=found,
        page=query.page,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=_addresses(segment, chosen),
        filters=filters,
        chosen=chosen,
        segments=kept,
        segment=segment,
        unreadable=unreadable,
        segment_is_mine=segment is not None and may_change(desk, segment),
        may_share=desk.member.may(Permission.SHARE_VIEWS),
        may_export=desk.member.may(Permission.EXPORT_DATA) and not unreadable,
        export_url=f"/api/v1/customers.csv?{urlencode(chosen)}".rstrip("?"),
        entered=entered or Typed(),
        country_name=country_name,
        **_options(filters),
    )


def _opened(query: ListQuery, kept: list[Segment]) -> Segment | None:
    """The segment that the address names.

    Raises:
        NotFoundError: there is none; the list of everybody would be taken for it.
    """
    found = next((one for one in kept if one.id == query.segment), None)
    if query.segment and found is None:
        raise NotFoundError("There is no such segment, or it is not shared any more.")
    return found


async def _found(
    session: AsyncSession, desk: Desk, filters: CustomerFilters | None, number: int
) -> CustomerPage:
    """A page of those who fit; nobody fits filters that can't be read."""
    if filters is None:
        return CustomerPage([], 0)
    wanted = filters.wanted(desk.member.only_owner)
    return await customers.list_customers(session, wanted, page=number, page_size=DEFAULT_PAGE_SIZE)


def _options(filters: CustomerFilters) -> dict[str, object]:
    """What the selects offer; a choice that is not among them is added to them."""
    return {
        "country_options": countries(gettext("All countries")),
        "destination_options": _among(DESTINATIONS, filters.destination, gettext("Anywhere")),
        "style_options": _among(STYLES, filters.style, gettext("All styles")),
        "budget_options": _among(BUDGETS, filters.budget, gettext("All budgets")),
        "language_options": _among(LANGUAGES, filters.language, gettext("All languages")),
        "news_options": named(
            {one.value: words(one) for one in ConsentChannel}, gettext("No matter")
        ),
    }


def _among(offered: tuple[str, ...], chosen: str | None, first: str) -> list[tuple[str, str]]:
    values = dict.fromkeys([*offered, *([chosen] if chosen else [])])
    return named({one: one for one in values}, first)


def _addresses(segment: Segment | None, chosen: dict[str, str]) -> Callable[[int], str]:
    said = {"segment": segment.id} if segment else chosen
    return lambda number: f"{ADDRESS}?{urlencode({**said, 'page': number})}"


def _to_segment(segment_id: str, said: str) -> RedirectResponse:
    target = f"{ADDRESS}?{urlencode({'segment': segment_id, 'said': said})}"
    return RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)


def _only_valid(entered: Typed) -> dict[str, str]:
    """The filters of a form, or none if they can't be read."""
    try:
        return CustomerFilters.model_validate(entered).chosen()
    except ValidationError:
        return {}


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, DomainError):
        return Refusal.of(error, "name")
    text = " ".join(sentences(error).values()) if isinstance(error, ValidationError) else ""
    return Refusal.of(InvalidInputError(text or str(error)), "name")
