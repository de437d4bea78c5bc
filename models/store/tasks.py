"""Tasks that activities and webhooks open for people."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.tables.crm import Task


async def add_task(
    session: AsyncSession,
    *,
    booking_id: str,
    key: str,
    title: str,
    owner_role: str,
    due_at: datetime | None = None,
) -> None:
    """Opens a task, once per key in a booking."""
    statement = insert(Task).values(
        id=new_id("task"),
        booking_id=booking_id,
        key=key,
        title=title,
        owner_role=owner_role,
        due_at=due_at,
    )
    await session.execute(
        statement.on_conflict_do_nothing(index_elements=[Task.booking_id, Task.key])
    )
