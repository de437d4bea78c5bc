"""`/backoffice`: bookings, customers, tasks and the policy."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import named, page
from api.pages.formats import words
from api.staff.desk import Desk
from api.staff.opening import PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, LAST_PAGE, total_pages
from models.domain.access import Permission, Role
from models.domain.stages import Stage
from models.store import bookings, customers, policies, staff, timeline
from models.store.bookings import BookingFilter, BookingSort

router = APIRouter(prefix="/backoffice", include_in_schema=False)

SORTS = {
    BookingSort.CREATED_AT_DESC: "Newest first",
    BookingSort.CREATED_AT_ASC: "Oldest first",
    BookingSort.UPDATED_AT_DESC: "Changed last",
    BookingSort.SLA_DUE_AT_ASC: "SLA, most urgent first",
    BookingSort.SLA_DUE_AT_DESC: "SLA, least urgent first",
}
Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]
Search = Annotated[str, Query(max_length=200)]


def _addresses(path: str, filters: dict[str, str | None]) -> Callable[[int], str]:
    kept = {name: value for name, value in filters.items() if value}
    return lambda number: f"{path}?{urlencode({**kept, 'page': number})}"


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def home() -> RedirectResponse:
    """The bookings are where work begins."""
    return RedirectResponse("/backoffice/bookings", status_code=HTTPStatus.SEE_OTHER)


@router.get("/bookings", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_bookings(
    request: Request,
    desk: PageReading,
    number: Number = 1,
    stage: str = "",
    owner_id: str = "",
    search: Search = "",
    sort: BookingSort = BookingSort.CREATED_AT_DESC,
) -> HTMLResponse:
    """The list with filters, search, order and pages."""
    chosen = Stage(stage) if stage in set(Stage) else None
    wanted = BookingFilter(chosen, owner_id or None, search, desk.member.only_owner)
    async with desk.sessions() as session:
        found = await bookings.list_bookings(
            session, wanted, sort=sort, page=number, page_size=DEFAULT_PAGE_SIZE
        )
        owners = {one.id: one.name for one in await staff.list_staff(session)}
    filters = {"search": search, "stage": chosen, "owner_id": owner_id}
    return page(
        request,
        desk,
        "bookings.html",
        section="bookings",
        found=found,
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=_addresses("/backoffice/bookings", {**filters, "sort": sort}),
        filters=filters,
        filtered=any(filters.values()),
        sort=sort.value,
        sort_options=[(key.value, text) for key, text in SORTS.items()],
        stage_options=named({one.value: words(one) for one in Stage}, "All stages"),
        owner_options=named(owners, "All owners"),
    )


@router.get("/customers", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_customers(
    request: Request, desk: PageReading, number: Number = 1, search: Search = ""
) -> HTMLResponse:
    """Customers of the bookings that the person may see."""
    async with desk.sessions() as session:
        found = await customers.list_customers(
            session,
            search=search,
            page=number,
            page_size=DEFAULT_PAGE_SIZE,
            only_owner=desk.member.only_owner,
        )
    return page(
        request,
        desk,
        "customers.html",
        section="customers",
        found=found,
        search=search,
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=_addresses("/backoffice/customers", {"search": search}),
    )


@router.get("/customers/{customer_id}", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_customer(customer_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """A customer with their bookings and consents."""
    only_owner = desk.member.only_owner
    async with desk.sessions() as session:
        customer = await customers.find_customer(session, customer_id, only_owner)
        rows = await bookings.bookings_of_customer(session, customer_id, only_owner)
        consents = await customers.consents_of(session, customer_id)
    return page(
        request,
        desk,
        "customer.html",
        section="customers",
        customer=customer,
        bookings=rows,
        consents=consents,
    )


def _task_roles(desk: Desk) -> frozenset[str]:
    """Roles whose unowned tasks somebody sees: their own, and the staff's for who sees all."""
    leads = desk.member.may(Permission.ASSIGN_BOOKINGS)
    return frozenset(desk.member.roles) | ({Role.STAFF} if leads else set())


@router.get("/tasks", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_tasks(request: Request, desk: PageReading) -> HTMLResponse:
    """Open tasks of the person and of their roles."""
    async with desk.sessions() as session:
        tasks = await timeline.open_tasks_for(
            session,
            staff_id=desk.member.staff_id,
            roles=_task_roles(desk),
            only_owner=desk.member.only_owner,
        )
    return page(request, desk, "tasks.html", section="tasks", tasks=tasks)


@router.get("/policy", dependencies=[Allowed(Permission.READ_POLICY)])
async def show_policy(request: Request, desk: PageReading) -> HTMLResponse:
    """The numbers in force."""
    async with desk.sessions() as session:
        in_force = await policies.policies_in_force(session)
    return page(request, desk, "policy.html", section="policy", policies=in_force)
