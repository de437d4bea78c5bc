"""Loads catalogs by key: what is there already is brought up to date, never doubled."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.base import Base


def keyed_id(prefix: str, key: str) -> str:
    """The id of a record that is known by a key: always the same."""
    return f"{prefix}_{uuid5(NAMESPACE_URL, f'{prefix}:{key}')}"


async def load_rows(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]], key: str = "id"
) -> None:
    """Inserts rows or updates those that have the same key; all rows name the same columns."""
    if not rows:
        return
    statement = insert(table).values([dict(row) for row in rows])
    changes = {name: statement.excluded[name] for name in rows[0] if name != key}
    await session.execute(statement.on_conflict_do_update(index_elements=[key], set_=changes))
