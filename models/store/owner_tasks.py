"""Tasks by which the owner of a booking is told what a customer did on its pages."""

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.access import Role
from models.messages.ids import new_id
from models.tables.crm import Booking, Task

SYSTEM = "system"


async def tell_owner(
    session: AsyncSession, booking: Booking, *, key: str, title: str, detail: str = ""
) -> None:
    """Opens a task for whoever owns the booking, once for a key; its reminder rings at once."""
    statement = insert(Task).values(
        id=new_id("task"),
        booking_id=booking.id,
        key=key,
        title=title,
        detail=detail,
        owner_id=booking.staff_id,
        owner_role=Role.STAFF.value,
        remind_at=func.now(),
        created_by=SYSTEM,
    )
    await session.execute(statement.on_conflict_do_nothing())
