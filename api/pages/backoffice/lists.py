"""`/backoffice`: customers and the policy."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import page
from api.staff.opening import PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, LAST_PAGE, total_pages
from models.domain.access import Permission
from models.store import bookings, customers, policies
from models.store.customer_filters import CustomerFilter

router = APIRouter(prefix="/backoffice", include_in_schema=False)

Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]
Search = Annotated[str, Query(max_length=200)]


def _addresses(path: str, filters: dict[str, str | None]) -> Callable[[int], str]:
    kept = {name: value for name, value in filters.items() if value}
    return lambda number: f"{path}?{urlencode({**kept, 'page': number})}"


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def home() -> RedirectResponse:
    """The bookings are where work begins."""
    return RedirectResponse("/backoffice/bookings", status_code=HTTPStatus.SEE_OTHER)


@router.get("/customers", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_customers(
    request: Request, desk: PageReading, number: Number = 1, search: Search = ""
) -> HTMLResponse:
    """Customers of the bookings that the person may see."""
    async with desk.sessions() as session:
        found = await customers.list_customers(
            session,
            CustomerFilter(search=search, only_owner=desk.member.only_owner),
            page=number,
            page_size=DEFAULT_PAGE_SIZE,
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
        rows = await bookings.bookings_of_customer(session, customer.id, only_owner)
        consents = await customers.consents_of(session, [customer.id])
    return page(
        request,
        desk,
        "customer.html",
        section="customers",
        customer=customer,
        bookings=rows,
        consents=consents,
    )


@router.get("/policy", dependencies=[Allowed(Permission.READ_POLICY)])
async def show_policy(request: Request, desk: PageReading) -> HTMLResponse:
    """The numbers in force."""
    async with desk.sessions() as session:
        in_force = await policies.policies_in_force(session)
    return page(request, desk, "policy.html", section="policy", policies=in_force)
