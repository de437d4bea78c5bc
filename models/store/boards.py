"""The boards of a quote's services: as staff chose them, else the only one of their rate card."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.partners import RateCardRow
from models.tables.quote import QuoteLine


async def boards_of(session: AsyncSession, lines: Sequence[QuoteLine]) -> dict[str, str]:
    """The board of each line by its id; a line whose board nobody knows is left out."""
    only = await only_boards(session, [line.rate_card_id or "" for line in lines])
    found = {line.id: line.meals or only.get(line.rate_card_id or "") for line in lines}
    return {line_id: board for line_id, board in found.items() if board}


async def only_boards(session: AsyncSession, cards: Sequence[str]) -> dict[str, str]:
    """The board of each card whose rows all have the same one, by the card's id."""
    named = sorted(set(filter(None, cards)))
    if not named:
        return {}
    board = func.coalesce(RateCardRow.meals, "")
    statement = (
        select(RateCardRow.rate_card_id, func.min(board))
        .where(RateCardRow.rate_card_id.in_(named))
        .group_by(RateCardRow.rate_card_id)
        .having(func.count(func.distinct(board)) == 1)
    )
    return {card: meals for card, meals in await session.execute(statement) if meals}
