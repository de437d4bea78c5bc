"""Which rate cards the services of a template are priced by today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.quote_draft import DraftLine
from models.domain.template_use import NoteKind, Supplies, Supply
from models.domain.trip_templates import TemplateContent
from models.tables.partners import Partner, RateCard

MOST_CARDS = 5
"""Cards of contracts that follow each other during one stay."""


async def supplies_of(session: AsyncSession, content: TemplateContent, first_on: date) -> Supplies:
    """The cards of every line that has one, where the first day of the template is this day.

    It is the newest version of the same card while that holds, else the card of the same supplier
    and service that does. Two queries, whatever the number of lines.
    """
    lines = {number: line for number, line in enumerate(content.lines) if line.rate_card_id}
    asked = await _asked(session, [line.rate_card_id or "" for line in lines.values()])
    in_use = await _in_use(session, [card for card, _ in asked.values()])
    return {
        number: _supply(line, first_on + timedelta(days=line.day - 1), asked, in_use)
        for number, line in lines.items()
    }


async def _asked(
    session: AsyncSession, ids: Iterable[str]
) -> Mapping[str, tuple[RateCard, Partner]]:
    statement = (
        select(RateCard, Partner)
        .join(Partner, Partner.id == RateCard.partner_id)
        .where(RateCard.id.in_(sorted(set(ids))))
    )
    return {card.id: (card, partner) for card, partner in await session.execute(statement)}


async def _in_use(session: AsyncSession, cards: Sequence[RateCard]) -> list[RateCard]:
    same = [
        and_(
            RateCard.partner_id == card.partner_id,
            RateCard.kind == card.kind,
            RateCard.service == card.service,
        )
        for card in cards
    ]
    series = RateCard.series_id.in_(sorted({card.series_id for card in cards}))
    statement = select(RateCard).where(RateCard.current, or_(series, *same))
    return list(await session.scalars(statement.order_by(RateCard.valid_from, RateCard.id)))


def _supply(
    line: DraftLine,
    on: date,
    asked: Mapping[str, tuple[RateCard, Partner]],
    in_use: Sequence[RateCard],
) -> Supply:
    found = asked.get(line.rate_card_id or "")
    if found is None:
        return Supply(refusal=NoteKind.NO_RATE)
    card, partner = found
    if not partner.active:
        return Supply(refusal=NoteKind.SUPPLIER_INACTIVE)
    mine = sorted(
        (one for one in in_use if _replaces(one, card)),
        key=lambda one: one.series_id != card.series_id,
    )
    cards = _through(mine, on, on + timedelta(days=max(line.nights - 1, 0)))
    if not cards:
        return Supply(tuple(one.id for one in mine[:1]), NoteKind.NO_RATE)
    return Supply(tuple(one.id for one in cards))


def _replaces(one: RateCard, card: RateCard) -> bool:
    same = (one.partner_id, one.kind, one.service) == (card.partner_id, card.kind, card.service)
    return same or one.series_id == card.series_id


def _through(cards: Sequence[RateCard], first_on: date, last_on: date) -> list[RateCard]:
    """The cards that hold from day to day; it ends where none does."""
    found: list[RateCard] = []
    on = first_on
    while on <= last_on and len(found) < MOST_CARDS:
        held = next((one for one in cards if one.valid_from <= on <= one.valid_to), None)
        if held is None:
            break
        found.append(held)
        on = held.valid_to + timedelta(days=1)
    return found
