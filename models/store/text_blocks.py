"""Text blocks: kept, found, changed, archived."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError, NotFoundError
from models.domain.text_blocks import LANGUAGES, merged
from models.store.adding import add_once
from models.store.timeline_pages import Cursor
from models.tables.text_blocks import TextBlock

MOST_TO_CHOOSE_FROM = 200


@dataclass(frozen=True)
class BlockPage:
    """Text blocks, the newest first; `next` is where the older ones begin."""

    items: list[TextBlock]
    next: Cursor | None


async def add_block(
    session: AsyncSession, block_id: str, name: str, texts: dict[str, str], *, by: str
) -> bool:
    """Keeps a text once; returns whether it is new. `texts` are by the code of the language."""
    return await add_once(
        session, TextBlock, id=block_id, name=name, texts=merged({}, texts), created_by=by
    )


async def find_block(session: AsyncSession, block_id: str, *, lock: bool = False) -> TextBlock:
    """A text block, also one that is archived.

    Raises:
        NotFoundError: there is none of this id.
    """
    found = await session.get(TextBlock, block_id, with_for_update=lock)
    if found is None:
        raise NotFoundError("There is no such text.")
    return found


async def block_to_use(session: AsyncSession, block_id: str) -> TextBlock:
    """A text block that can be put into a quote.

    Raises:
        InvalidInputError: there is none of this id, or it is archived.
    """
    found = await session.get(TextBlock, block_id)
    if found is None or found.archived_at is not None:
        raise InvalidInputError("Choose a text first: this one is not in the library any more.")
    return found


async def list_blocks(
    session: AsyncSession,
    search: str,
    *,
    archived: bool = False,
    after: Cursor | None = None,
    limit: int,
) -> BlockPage:
    """A page of the text blocks that have every word in their name or in one of their texts."""
    there = TextBlock.archived_at
    statement = select(TextBlock).where(there.is_not(None) if archived else there.is_(None))
    told = (TextBlock.name, *(TextBlock.texts[code].astext for code in LANGUAGES))
    for word in search.split()[:10]:
        statement = statement.where(or_(*(one.icontains(word, autoescape=True) for one in told)))
    if after is not None:
        before = tuple_(TextBlock.created_at, TextBlock.id) < (after.at, after.id)
        statement = statement.where(before)
    ordered = statement.order_by(TextBlock.created_at.desc(), TextBlock.id.desc())
    rows = list(await session.scalars(ordered.limit(limit + 1)))
    last = rows[limit - 1] if len(rows) > limit else None
    return BlockPage(rows[:limit], Cursor(last.created_at, last.id) if last else None)


async def blocks_to_choose(session: AsyncSession) -> list[tuple[str, str]]:
    """Ids and names of those in use by name, for a list to choose from."""
    statement = select(TextBlock.id, TextBlock.name).where(TextBlock.archived_at.is_(None))
    ordered = statement.order_by(TextBlock.name, TextBlock.id).limit(MOST_TO_CHOOSE_FROM)
    return [(row.id, row.name) for row in await session.execute(ordered)]


async def change_block(
    session: AsyncSession, block_id: str, changes: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changes `name`, languages of `texts`, or `archived`; returns what differed before and after.

    Raises:
        NotFoundError: there is none of this id.
        InvalidInputError: it would have no English text.
    """
    block = await find_block(session, block_id, lock=True)
    if "texts" in changes:
        changes = changes | {"texts": merged(block.texts, changes["texts"])}
    stood = {
        "name": block.name,
        "texts": block.texts,
        "archived": block.archived_at is not None,
    }
    after = {name: value for name, value in changes.items() if stood[name] != value}
    for name, value in after.items():
        if name == "archived":
            block.archived_at = func.now() if value else None
        else:
            setattr(block, name, value)
    if after:
        block.updated_at = func.clock_timestamp()
        await session.flush()
        await session.refresh(block)
    return {name: stood[name] for name in after}, after
