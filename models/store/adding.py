"""Adds a row once, however often the same request comes."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.base import Base


async def add_once(session: AsyncSession, table: type[Base], **values: Any) -> bool:
    """Adds a row unless one of its id is there; returns whether it was added."""
    target = table.__table__
    assert isinstance(target, Table)  # noqa: S101 - what a mapped class stands for
    statement = insert(target).values(**values).on_conflict_do_nothing(index_elements=["id"])
    added = await session.execute(statement.returning(target.c.id))
    return added.first() is not None
