"""How something that workflows decide about stands in the tables, for the audit log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.crm import Booking
from models.tables.operations import ServiceOrder


@dataclass(frozen=True)
class State:
    """What a decision can change, and the booking that it belongs to."""

    booking_id: str
    members: dict[str, Any]


async def state_of(session: AsyncSession, workflow_id: str) -> State | None:
    """The state of a booking or service order; None for anything else."""
    booking = select(
        Booking.id.label("booking_id"), Booking.stage, Booking.trip_status, Booking.staff_id
    ).where(Booking.id == workflow_id)
    order = select(
        ServiceOrder.booking_id, ServiceOrder.status, ServiceOrder.partner_id, ServiceOrder.attempt
    ).where(ServiceOrder.id == workflow_id)
    statement = booking if workflow_id.startswith("booking_") else order
    row = (await session.execute(statement)).mappings().first()
    if row is None:
        return None
    members = dict(row)
    return State(members.pop("booking_id"), members)
