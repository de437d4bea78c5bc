"""`/api/v1/bookings/{id}/service-orders` and `/checklist`."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, StringConstraints

from api.identity.allowed import Allowed
from api.staff.opening import Asking, Reading
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.domain.stages import ChecklistStatus, ServiceOrderStatus
from models.messages.booking import ChecklistItemCompleted
from models.messages.operations import ServiceOrderAnswered
from models.store import dossier
from models.store.dossier import ServiceOrderRow

router = APIRouter(prefix="/api/v1/bookings/{booking_id}", tags=["operations"])


class ServiceOrderOut(Outgoing):
    """A service order; the cost in minor units."""

    id: str
    status: ServiceOrderStatus
    description: str
    partner_id: str
    partner_name: str
    attempt: int
    starts_on: date
    ends_on: date
    cost_minor: int | None
    cost_currency: str | None
    answer_due_at: Moment | None
    supplier_reference: str | None


class ServiceOrderList(Outgoing):
    """A booking's service orders in the order of the trip."""

    items: list[ServiceOrderOut]
    total: int


class AlternativeIn(Incoming):
    """The supplier to ask instead."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"partner_id": "partner_1"}]})
    partner_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ChecklistItemOut(Outgoing):
    """A preparation."""

    key: str
    title: str
    owner_role: str
    due_at: Moment
    status: ChecklistStatus
    done_by: str | None
    done_at: Moment | None


class Checklist(Outgoing):
    """A booking's preparations by due time."""

    items: list[ChecklistItemOut]
    total: int


class CompletionIn(Incoming):
    """Done, or waived when it is not needed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"waived": False}]})
    waived: bool = False


def _order_out(row: ServiceOrderRow) -> ServiceOrderOut:
    order = row.order
    return ServiceOrderOut(
        id=order.id,
        status=ServiceOrderStatus(order.status),
        description=row.line.description,
        partner_id=row.partner.id,
        partner_name=row.partner.name,
        attempt=order.attempt,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        cost_minor=order.cost_minor,
        cost_currency=order.cost_currency,
        answer_due_at=order.answer_due_at,
        supplier_reference=order.supplier_reference,
    )


@router.get("/service-orders", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_service_orders(booking_id: str, desk: Reading) -> ServiceOrderList:
    """What was asked of suppliers and where their answers stand."""
    async with desk.booking(booking_id) as (session, _):
        rows = await dossier.service_orders_of(session, booking_id)
    return ServiceOrderList(items=[_order_out(row) for row in rows], total=len(rows))


@router.post(
    "/service-orders/{service_order_id}/alternative",
    dependencies=[Allowed(Permission.RUN_OPERATIONS)],
)
async def choose_alternative(
    booking_id: str, service_order_id: str, choice: AlternativeIn, desk: Asking
) -> ServiceOrderAnswered:
    """Asks another supplier; the service order's workflow decides."""
    return await desk.choose_alternative(booking_id, service_order_id, choice.partner_id)


@router.get("/checklist", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_checklist(booking_id: str, desk: Reading) -> Checklist:
    """The preparations and who finished them."""
    async with desk.booking(booking_id) as (session, _):
        items = await dossier.checklist_of(session, booking_id)
    return Checklist(
        items=[ChecklistItemOut.model_validate(item) for item in items], total=len(items)
    )


@router.post("/checklist/{key}", dependencies=[Allowed(Permission.RUN_OPERATIONS)])
async def complete_item(
    booking_id: str, key: str, completion: CompletionIn, desk: Asking
) -> ChecklistItemCompleted:
    """Finishes or waives a preparation; the booking's workflow decides."""
    return await desk.complete_item(booking_id, key, waived=completion.waived)
