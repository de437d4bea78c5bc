"""What somebody has to look at about the exchange rates: open once, done by people or facts."""

from collections.abc import Collection

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.messages.ids import new_id
from models.tables.exchange import ExchangeTask

OPEN, DONE = "OPEN", "DONE"
AWAY, REFUSED, STALE = "away", "refused", "stale"
"""Keys of which one task is open at a time."""
SYSTEM = "system"


async def open_exchange_task(
    session: AsyncSession, key: str, title: str, detail: str = "", *, ever: bool = False
) -> None:
    """Opens a task, unless one of its key is open.

    Args:
        session: the transaction.
        key: what it is for.
        title: what is to be done.
        detail: what is known.
        ever: not even when one of this key was done already.
    """
    if ever and await session.scalar(select(exists().where(ExchangeTask.key == key))):
        return
    await session.execute(
        insert(ExchangeTask)
        .values(id=new_id("fxtask"), key=key, title=title, detail=detail)
        .on_conflict_do_nothing(index_elements=["key"], index_where=text("status = 'OPEN'"))
    )


async def open_exchange_tasks(session: AsyncSession) -> list[ExchangeTask]:
    """What is to be done, the oldest first; a handful, since each key is open once."""
    statement = select(ExchangeTask).where(ExchangeTask.status == OPEN)
    return list(await session.scalars(statement.order_by(ExchangeTask.created_at, ExchangeTask.id)))


async def end_exchange_tasks(session: AsyncSession, keys: Collection[str]) -> None:
    """Ends open tasks because nothing is left to do about them."""
    await session.execute(
        update(ExchangeTask)
        .where(ExchangeTask.status == OPEN, ExchangeTask.key.in_(list(keys)))
        .values(status=DONE, done_at=func.now(), done_by=SYSTEM)
    )


async def end_jump_tasks(session: AsyncSession, currency: str, by: str) -> None:
    """Ends the open tasks about jumps of a currency: somebody has set its rate."""
    await session.execute(
        update(ExchangeTask)
        .where(ExchangeTask.status == OPEN, ExchangeTask.key.like(f"jump:%:{currency}"))
        .values(status=DONE, done_at=func.now(), done_by=by)
    )


async def finish_exchange_task(
    session: AsyncSession, task_id: str, by: str
) -> tuple[ExchangeTask, bool]:
    """Marks a task as done; one that is done stays so.

    Returns:
        The task, and whether this call ended it.

    Raises:
        NotFoundError: there is no such task.
    """
    task = await session.scalar(
        select(ExchangeTask).where(ExchangeTask.id == task_id).with_for_update()
    )
    if task is None:
        raise NotFoundError("There is no such task about exchange rates.")
    if task.status != OPEN:
        return task, False
    task.status, task.done_by = DONE, by
    task.done_at = (await session.execute(select(func.now()))).scalar_one()
    await session.flush()
    return task, True
