"""`/api/v1/customers`: the list with its filters, as a file, and one customer."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.staff.booking_list import Word
from api.staff.booking_schemas import CustomerOut
from api.staff.csv_files import Rows, csv_file, require_room
from api.staff.customer_input import Country
from api.staff.customer_passports import read_passports
from api.staff.customer_schemas import (
    ChangeList,
    CustomerDetail,
    PassportList,
    change_out,
    detail_out,
    passports_read,
)
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.paging import (
    DEFAULT_PAGE_SIZE,
    LARGEST_PAGE_SIZE,
    LAST_PAGE,
    Page,
    PageSize,
    total_pages,
)
from api.staff.wire import Outgoing, absent
from models.domain.access import Permission
from models.domain.customers import ConsentChannel
from models.store import customer_changes, customers
from models.store.customer_export import export_columns, stream_customers
from models.store.customer_filters import CustomerFilter
from models.store.profiles import profile_of

router = APIRouter(
    prefix="/api/v1",
    tags=["customers"],
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)


class CustomerFilters(BaseModel):
    """Which customers, as a query or a segment says it."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    search: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="A part of the name, the address or the number."
    )
    country: Country = Field(
        None, description="ISO code: where they live, else where an enquiry came from."
    )
    budget: Word = None
    style: Word = None
    destination: Word = Field(
        None, description="Budget, style and destination are of one and the same booking."
    )
    language: Word = None
    tag: Word = None
    news_by: Annotated[ConsentChannel | None, BeforeValidator(absent)] = Field(
        None, description="A channel by which they allow news."
    )

    def chosen(self) -> dict[str, str]:
        """What narrows the list, by name."""
        said = self.model_dump(mode="json", include=set(CustomerFilters.model_fields))
        return {name: value for name, value in said.items() if value}

    def wanted(self, only_owner: str | None) -> CustomerFilter:
        """The filter, within what the person may see."""
        said = self.model_dump(mode="json", include=set(CustomerFilters.model_fields))
        return CustomerFilter(**said, only_owner=only_owner)


class KeptCustomerFilters(CustomerFilters):
    """Which customers, as somebody keeps it: nothing in it may be misread."""

    model_config = ConfigDict(extra="forbid")


class CustomerQuery(CustomerFilters):
    """A page of customers."""

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    page_size: Annotated[int, Field(ge=1, le=LARGEST_PAGE_SIZE)] = DEFAULT_PAGE_SIZE


class CustomerList(Outgoing):
    """A page of customers."""

    items: list[CustomerOut]
    total: int
    page: int
    page_size: int
    total_pages: int


@router.get("/customers")
async def list_customers(desk: Reading, query: Annotated[CustomerQuery, Query()]) -> CustomerList:
    """A page of the customers that the caller may see, the newest first."""
    wanted = query.wanted(desk.member.only_owner)
    async with desk.sessions() as session:
        found = await customers.list_customers(
            session, wanted, page=query.page, page_size=query.page_size
        )
    return CustomerList(
        items=[CustomerOut.model_validate(customer) for customer in found.items],
        total=found.total,
        page=query.page,
        page_size=query.page_size,
        total_pages=total_pages(found.total, query.page_size),
    )


@router.get(
    "/customers.csv",
    dependencies=[Allowed(Permission.EXPORT_DATA)],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}, "description": "One line for each customer."}},
)
async def export(desk: Reading, query: Annotated[CustomerFilters, Query()]) -> StreamingResponse:
    """The customers that the caller may see and that fit, as CSV; kept in the audit log."""
    require_room()
    await desk.audit.bulk_read("customers.csv", {"filters": query.chosen()})
    wanted = query.wanted(desk.member.only_owner)

    def reading(session: AsyncSession) -> AsyncGenerator[Rows]:
        return stream_customers(session, wanted)

    return await csv_file(desk.sessions, "customers", export_columns(), reading)


@router.get("/customers/{customer_id}")
async def show_customer(customer_id: str, desk: Reading) -> CustomerDetail:
    """One customer; the id of a record that was merged leads to the customer who stays."""
    return await customer_detail(desk, customer_id)


async def customer_detail(desk: Desk, customer_id: str) -> CustomerDetail:
    """A customer as the caller may see them.

    Raises:
        NotFoundError: there is none, or none of their bookings is the caller's.
    """
    async with desk.sessions() as session:
        profile = await profile_of(session, customer_id, desk.member.only_owner)
    return detail_out(profile, desk.member, datetime.now(UTC).date())


@router.get("/customers/{customer_id}/changes")
async def list_changes(
    customer_id: str, desk: Reading, page: Page = 1, page_size: PageSize = DEFAULT_PAGE_SIZE
) -> ChangeList:
    """What was changed of a customer, the newest first."""
    async with desk.sessions() as session:
        customer = await customers.find_customer(session, customer_id, desk.member.only_owner)
        records = await customers.records_of(session, customer.id)
        found = await customer_changes.list_changes(
            session,
            records,
            passports=desk.member.may(Permission.READ_PASSPORTS),
            page=page,
            page_size=page_size,
        )
    return ChangeList(
        items=[change_out(row) for row in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
    )


@router.get("/customers/{customer_id}/passports", dependencies=[Allowed(Permission.READ_PASSPORTS)])
async def show_passports(customer_id: str, desk: Asking) -> PassportList:
    """The passports in use, with their numbers; each reading is kept in the audit log."""
    read = await read_passports(desk, customer_id)
    return passports_read(read.passports)
