"""Files of rates that were held against a card, kept until somebody applies one."""

import hashlib

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.store.adding import add_once
from models.tables.partners import RateImport


def digest_of(content: bytes, card_id: str) -> str:
    """By which whoever applies a file says what they saw: of the file and the card's version."""
    return hashlib.sha256(card_id.encode() + b"\n" + content).hexdigest()


async def keep_import(
    session: AsyncSession, import_id: str, card_id: str, *, file_name: str, content: bytes, by: str
) -> bool:
    """Keeps a file under an id; returns False if it is there already."""
    return await add_once(
        session,
        RateImport,
        id=import_id,
        rate_card_id=card_id,
        file_name=file_name,
        content=content,
        sha256=digest_of(content, card_id),
        created_by=by,
    )


async def find_import(
    session: AsyncSession, card_id: str, import_id: str, *, lock: bool = False
) -> RateImport:
    """A file that was held against a version of a card.

    Raises:
        NotFoundError: there is none.
    """
    statement = select(RateImport).where(
        RateImport.id == import_id, RateImport.rate_card_id == card_id
    )
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFoundError("There is no such file of rates.")
    return found


async def is_kept(session: AsyncSession, import_id: str) -> bool:
    """Whether a file of this id was kept before."""
    return await session.get(RateImport, import_id) is not None
