"""`/api/v1/customers`."""

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.booking_schemas import BookingOut, CustomerOut, booking_out
from api.staff.opening import Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, Page, PageSize, Search, total_pages
from api.staff.wire import Outgoing
from models.domain.access import Permission
from models.store import bookings, customers
from models.store.customer_filters import CustomerFilter

router = APIRouter(
    prefix="/api/v1/customers",
    tags=["customers"],
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)


class CustomerList(Outgoing):
    """A page of customers."""

    items: list[CustomerOut]
    total: int
    page: int
    page_size: int
    total_pages: int


class CustomerDetail(Outgoing):
    """A customer with those of their bookings that the caller may see."""

    customer: CustomerOut
    bookings: list[BookingOut]


@router.get("")
async def list_customers(
    desk: Reading, page: Page = 1, page_size: PageSize = DEFAULT_PAGE_SIZE, search: Search = ""
) -> CustomerList:
    """A page of the customers that the caller may see, the newest first."""
    async with desk.sessions() as session:
        found = await customers.list_customers(
            session,
            CustomerFilter(search=search, only_owner=desk.member.only_owner),
            page=page,
            page_size=page_size,
        )
    return CustomerList(
        items=[CustomerOut.model_validate(customer) for customer in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
    )


@router.get("/{customer_id}")
async def show_customer(customer_id: str, desk: Reading) -> CustomerDetail:
    """One customer."""
    only_owner = desk.member.only_owner
    async with desk.sessions() as session:
        customer = await customers.find_customer(session, customer_id, only_owner)
        rows = await bookings.bookings_of_customer(session, customer.id, only_owner)
    return CustomerDetail(
        customer=CustomerOut.model_validate(customer), bookings=[booking_out(row) for row in rows]
    )
