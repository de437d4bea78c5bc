"""What only a person of finance can settle becomes a task of theirs."""

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.access import Role
from models.messages.records import NewTask
from models.store.progress import open_task

FINANCE = Role.ACCOUNTANT.value


async def ask_finance(session: AsyncSession, booking_id: str, key: str, title: str) -> None:
    """Opens a task for finance, once for its key in a booking."""
    await open_task(session, booking_id, NewTask(key=key, title=title, owner_role=FINANCE))
