"""`/backoffice`: customers who may be one person, merging them with a preview, taking it back."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.pages.backoffice.customer_page import KINDS, REASONS
from api.pages.backoffice.customer_words import MOVING, filled_in, left_out
from api.pages.backoffice.frame import Refusal, done, page, typed
from api.staff import customer_merging as merging
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, LAST_PAGE, total_pages
from models.domain.access import Permission
from models.domain.errors import DomainError
from models.domain.merging import UNDO_WITHIN, can_undo
from models.store import merge_undo, suggestions
from models.store.customers import find_customer
from models.store.finding import FoundCustomer, few_customers
from models.store.merging import MergePreview, Pair, preview_merge
from models.tables.customers import CustomerMerge

router = APIRouter(
    prefix="/backoffice",
    include_in_schema=False,
    dependencies=[Allowed(Permission.MERGE_CUSTOMERS)],
)

MOST_FOUND: Final = 10
NO_REVISION: Final = 0
"""No customer ever has it."""
Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]
Search = Annotated[str, Query(max_length=200)]


@router.get("/customer-suggestions")
async def show_suggestions(request: Request, desk: PageReading, number: Number = 1) -> HTMLResponse:
    """Customers who may be one person or one household, the surest first."""
    return await _suggestions(request, desk, number)


@router.post("/customer-suggestions/{suggestion_id}/dismissal")
async def dismiss(suggestion_id: str, desk: PageAsking) -> Response:
    """Says that two customers are not the same."""
    await merging.dismiss(desk, suggestion_id)
    return done("/backoffice/customer-suggestions", "dismissed_match")


@router.get("/customers/{customer_id}/merge")
async def show_merge(
    customer_id: str,
    request: Request,
    desk: PageReading,
    other: Annotated[str, Query(alias="with", max_length=100)] = "",
    search: Search = "",
) -> HTMLResponse:
    """The preview of a merge, or a search for the other record."""
    return await _merge_page(request, desk, customer_id, other, search=search)


@router.post("/customers/{customer_id}/merge")
async def merge(customer_id: str, request: Request, desk: PageAsking) -> Response:
    """Lets another record go into this customer, both as the preview showed them."""
    entered = await typed(request)
    pair = Pair(
        customer_id,
        _number(entered["revision"]),
        entered["other_id"],
        _number(entered["other_revision"]),
    )
    try:
        merged = await merging.merge(desk, pair)
    except DomainError as error:
        refusal = Refusal.of(error)
        return await _merge_page(request, desk, customer_id, pair.absorbed_id, refusal)
    return done(f"/backoffice/customers/{merged.kept_id}", "merged", of=(merged.id,))


@router.get("/customer-merges")
async def show_merges(request: Request, desk: PageReading, number: Number = 1) -> HTMLResponse:
    """Merges, the newest first, each with its way back."""
    return await _merges(request, desk, number)


@router.post("/customer-merges/{merge_id}/undo")
async def undo(merge_id: str, request: Request, desk: PageAsking) -> Response:
    """Gives both customers back what was theirs."""
    try:
        await merging.take_back(desk, merge_id)
    except DomainError as error:
        return await _merges(request, desk, 1, Refusal.of(error))
    return done("/backoffice/customer-merges", "parted")


async def _suggestions(request: Request, desk: Desk, number: int) -> HTMLResponse:
    async with desk.sessions() as session:
        found = await suggestions.list_suggestions(
            session, page=number, page_size=DEFAULT_PAGE_SIZE
        )
    return page(
        request,
        desk,
        "customer_suggestions.html",
        section="customer-suggestions",
        found=found,
        reasons=REASONS,
        kinds=KINDS,
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=lambda one: f"/backoffice/customer-suggestions?page={one}",
    )


async def _merge_page(
    request: Request,
    desk: Desk,
    customer_id: str,
    other_id: str,
    refusal: Refusal | None = None,
    *,
    search: str = "",
) -> HTMLResponse:
    async with desk.sessions() as session:
        preview, refused = await _preview(session, customer_id, other_id)
        customer = preview.kept if preview else await find_customer(session, customer_id)
        found = await _others(session, customer.id, search)
    return page(
        request,
        desk,
        "customer_merge.html",
        section="customers",
        refusal=refusal or refused,
        customer=customer,
        preview=preview,
        filled=filled_in(preview.plan.filled) if preview else [],
        differing=left_out(preview.plan.differing) if preview else [],
        moving=MOVING,
        search=search,
        found=found,
        days=UNDO_WITHIN.days,
    )


async def _preview(
    session: AsyncSession, customer_id: str, other_id: str
) -> tuple[MergePreview | None, Refusal | None]:
    """What a merge would do, or why it can't be done; neither before the other is chosen."""
    if not other_id:
        return None, None
    try:
        return await preview_merge(session, customer_id, other_id), None
    except DomainError as error:
        return None, Refusal.of(error)


async def _others(session: AsyncSession, customer_id: str, search: str) -> list[FoundCustomer]:
    if not search.strip():
        return []
    found = await few_customers(session, search, only_owner=None, most=MOST_FOUND + 1)
    return [one for one in found if one.id != customer_id][:MOST_FOUND]


async def _merges(
    request: Request, desk: Desk, number: int, refusal: Refusal | None = None
) -> HTMLResponse:
    async with desk.sessions() as session:
        found = await merge_undo.list_merges(session, page=number, page_size=DEFAULT_PAGE_SIZE)
    return page(
        request,
        desk,
        "customer_merges.html",
        section="customer-suggestions",
        refusal=refusal,
        found=found,
        undoable=_undoable,
        days=UNDO_WITHIN.days,
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=lambda one: f"/backoffice/customer-merges?page={one}",
    )


def _undoable(merged: CustomerMerge) -> bool:
    return merged.undone_at is None and can_undo(merged.merged_at, datetime.now(UTC))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_REVISION  # noqa: PLR2004 - more digits are no revision of ours
