"""Rate cards by version: loaded as data of the domain, listed, and followed by the next version."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError, NotNewestVersionError
from models.domain.rates import Basis, RateCard
from models.messages.ids import new_id
from models.store.adding import add_once
from models.store.partner_contracts import find_contract, newest_of
from models.store.rate_card_entries import card_of, columns_of, entries_of
from models.tables import partners as tables
from models.tables.partners import Partner, PartnerContract, RateCardRow

UNITS: Final = {
    Basis.PERSON: "person",
    Basis.ROOM: "room",
    Basis.UNIT: "unit",
    Basis.GROUP: "group",
    Basis.VEHICLE: "vehicle",
}


@dataclass(frozen=True)
class CardRow:
    """A version of a rate card as lists show it."""

    card: tables.RateCard
    partner: Partner
    contract: PartnerContract | None


@dataclass(frozen=True)
class CardPage:
    """A page of rate cards and how many there are in all."""

    items: list[CardRow]
    total: int


@dataclass(frozen=True, kw_only=True)
class CardFilter:
    """Which rate cards: those in use that fit everything that is named here."""

    search: str = ""
    """A part of the service's or the partner's name, whatever its case and accents."""
    partner_id: str | None = None
    kind: str | None = None
    currency: str | None = None


async def load_cards(session: AsyncSession, ids: Collection[str]) -> dict[str, RateCard]:
    """Versions of rate cards by id, in two queries however many; unknown ids are left out."""
    wanted = sorted(set(ids))
    statement = (
        select(tables.RateCard, PartnerContract.version)
        .outerjoin(PartnerContract, PartnerContract.id == tables.RateCard.contract_id)
        .where(tables.RateCard.id.in_(wanted))
    )
    found = list(await session.execute(statement))
    rows: defaultdict[str, list[RateCardRow]] = defaultdict(list)
    listed = select(RateCardRow).where(RateCardRow.rate_card_id.in_(wanted))
    for row in await session.scalars(listed.order_by(RateCardRow.number)):
        rows[row.rate_card_id].append(row)
    return {card.id: card_of(card, rows[card.id], version or 0) for card, version in found}


async def load_card(session: AsyncSession, card_id: str) -> RateCard:
    """A version of a rate card.

    Raises:
        NotFoundError: there is none of this id.
    """
    found = (await load_cards(session, [card_id])).get(card_id)
    if found is None:
        raise NotFoundError("There is no such rate card.")
    return found


async def newest_versions(session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    """The ids of the versions in use, by ids of any versions of the same cards."""
    newest = tables.RateCard.__table__.alias("newest")
    statement = (
        select(tables.RateCard.id, newest.c.id)
        .join(newest, newest.c.series_id == tables.RateCard.series_id)
        .where(tables.RateCard.id.in_(sorted(set(ids))), newest.c.current)
    )
    pairs = await session.execute(statement)
    return {asked: found for asked, found in pairs}  # noqa: C416 - rows are tuples, not yet to mypy


async def list_cards(
    session: AsyncSession, wanted: CardFilter, *, page: int, page_size: int
) -> CardPage:
    """One page of the rate cards in use, by partner and service. Pages count from 1."""
    conditions = _conditions(wanted)
    joined = select(tables.RateCard, Partner, PartnerContract).join(
        Partner, Partner.id == tables.RateCard.partner_id
    )
    total = await session.scalar(
        select(func.count())
        .select_from(tables.RateCard)
        .join(Partner, Partner.id == tables.RateCard.partner_id)
        .where(*conditions)
    )
    statement = (
        joined.outerjoin(PartnerContract, PartnerContract.id == tables.RateCard.contract_id)
        .where(*conditions)
        .order_by(func.search_fold(Partner.name), tables.RateCard.service, tables.RateCard.id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return CardPage([CardRow(*row) for row in await session.execute(statement)], total or 0)


def _conditions(wanted: CardFilter) -> list[ColumnElement[bool]]:
    card = tables.RateCard
    conditions: list[ColumnElement[bool]] = [card.current.is_(True)]
    if wanted.search.strip():
        text = " ".join(wanted.search.split())
        escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        pattern = func.search_fold(f"%{escaped}%")
        names = (card.service, Partner.name)
        conditions.append(or_(*(func.search_fold(name).like(pattern) for name in names)))
    named = ("partner_id", "kind", "currency")
    chosen = {name: getattr(wanted, name) for name in named if getattr(wanted, name)}
    return [*conditions, *(getattr(card, name) == value for name, value in chosen.items())]


async def find_card(session: AsyncSession, card_id: str) -> CardRow:
    """A version of a rate card as lists show it.

    Raises:
        NotFoundError: there is none of this id.
    """
    statement = (
        select(tables.RateCard, Partner, PartnerContract)
        .join(Partner, Partner.id == tables.RateCard.partner_id)
        .outerjoin(PartnerContract, PartnerContract.id == tables.RateCard.contract_id)
        .where(tables.RateCard.id == card_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such rate card.")
    return CardRow(*row)


async def versions_of(session: AsyncSession, series_id: str) -> list[tables.RateCard]:
    """Every version of a rate card, the newest first."""
    statement = select(tables.RateCard).where(tables.RateCard.series_id == series_id)
    return list(await session.scalars(statement.order_by(tables.RateCard.version.desc())))


async def add_card(session: AsyncSession, card: RateCard, *, by: str) -> bool:
    """The first version of a card, under its `id`; returns False if that is there already.

    It is agreed under the newest version of the contract that it names.

    Raises:
        NotFoundError: the partner has no such contract.
    """
    if await session.get(tables.RateCard, card.id) is not None:
        return False
    contract = await find_contract(session, card.contract_id, of=card.partner_id)
    told = {
        "series_id": card.id,
        "version": 1,
        "contract_id": (await newest_of(session, contract.series_id)).id,
        "created_by": by,
    }
    return await _write(session, card, told)


async def add_version(
    session: AsyncSession, card: RateCard, *, based_on: str, change_note: str, by: str
) -> bool:
    """The next version of a card, under the `id` of what is handed over.

    It is agreed under the newest version of the same contract. Returns False if the id is there.

    Raises:
        NotFoundError: there is no card of the id `based_on`.
        NotNewestVersionError: `based_on` is not its newest version.
    """
    if await session.get(tables.RateCard, card.id) is not None:
        return False
    last = await session.get(
        tables.RateCard, based_on, with_for_update={"key_share": True}, populate_existing=True
    )
    if last is None:
        raise NotFoundError("There is no such rate card.")
    if not last.current:
        raise NotNewestVersionError
    await session.execute(
        update(tables.RateCard).where(tables.RateCard.id == last.id).values(current=False)
    )
    told = {
        "series_id": last.series_id,
        "version": last.version + 1,
        "partner_id": last.partner_id,
        "contract_id": await _contract_after(session, last.contract_id),
        "change_note": change_note,
        "created_by": by,
    }
    return await _write(session, card, told)


async def _contract_after(session: AsyncSession, contract_id: str | None) -> str | None:
    contract = await session.get(PartnerContract, contract_id) if contract_id else None
    return (await newest_of(session, contract.series_id)).id if contract else None


async def _write(session: AsyncSession, card: RateCard, told: dict[str, Any]) -> bool:
    values = {
        "partner_id": card.partner_id,
        "contract_id": card.contract_id,
        "service": card.service,
        "unit": f"{UNITS[card.basis]} night" if card.nightly else UNITS[card.basis],
        "cost_minor": min((row.price_minor for row in card.rows), default=0),
        "currency": card.currency,
        "valid_from": card.validity.first_on,
        "valid_to": card.validity.last_on,
        "kind": card.kind.value,
        "basis": card.basis.value,
        "nightly": card.nightly,
        "capacity": card.capacity,
        "commission_percent": card.commission_percent,
        "tax_percent": card.tax.percent,
        "tax_included": card.tax.included,
        **entries_of(card),
        **told,
    }
    if not await add_once(session, tables.RateCard, id=card.id, **values):
        return False
    if card.rows:
        rows = [
            {"id": new_id("raterow"), "rate_card_id": card.id, **columns_of(row)}
            for row in card.rows
        ]
        await session.execute(insert(RateCardRow), rows)
    return True
