"""Partners as staff list, find and change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, any_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import ScalarSelect

from models.domain.errors import NotFoundError, PartnerChangedError
from models.store.adding import add_once
from models.tables.partners import (
    Partner,
    PartnerContact,
    PartnerLicence,
    PartnerRiskFlag,
    RateCard,
)

EDITED: Final = (
    "name",
    "kind",
    "email",
    "phone",
    "city",
    "country",
    "destinations",
    "active",
    "legal_name",
    "registration_number",
    "tax_number",
    "address",
    "website",
    "notes",
)
"""What staff write of a partner itself."""


@dataclass(frozen=True, kw_only=True)
class PartnerFilter:
    """Which partners: all that fit everything that is named here."""

    search: str = ""
    """A part of the name, the city, an address or a number, whatever its case and accents."""
    kind: str | None = None
    destination: str | None = None
    active: bool | None = None
    at_risk: bool | None = None


@dataclass(frozen=True)
class PartnerRow:
    """A partner with what a list shows of it."""

    partner: Partner
    risks: list[str]
    """Kinds of the risks that nobody cleared."""
    next_expiry: date | None
    """When the first of its licences runs out."""
    cards: int
    """Rate cards in use."""


@dataclass(frozen=True)
class PartnerPage:
    """A page of partners and how many there are in all."""

    items: list[PartnerRow]
    total: int


async def list_partners(
    session: AsyncSession, wanted: PartnerFilter, *, page: int, page_size: int
) -> PartnerPage:
    """One page of partners by name. Pages count from 1."""
    conditions = _conditions(wanted)
    total = await session.scalar(select(func.count()).select_from(Partner).where(*conditions))
    statement = (
        select(Partner, _risks(), _next_expiry(), _cards())
        .where(*conditions)
        .order_by(func.search_fold(Partner.name), Partner.id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    rows = [
        PartnerRow(partner, risks or [], expiry, cards)
        for partner, risks, expiry, cards in await session.execute(statement)
    ]
    return PartnerPage(rows, total or 0)


def _risks() -> ScalarSelect[Any]:
    flag = PartnerRiskFlag
    return (
        select(func.array_agg(aggregate_order_by(flag.kind, flag.kind)))
        .where(flag.partner_id == Partner.id, flag.cleared_at.is_(None))
        .correlate(Partner)
        .scalar_subquery()
    )


def _next_expiry() -> ScalarSelect[Any]:
    return (
        select(func.min(PartnerLicence.expires_on))
        .where(PartnerLicence.partner_id == Partner.id)
        .correlate(Partner)
        .scalar_subquery()
    )


def _cards() -> ScalarSelect[Any]:
    return (
        select(func.count())
        .select_from(RateCard)
        .where(RateCard.partner_id == Partner.id, RateCard.current)
        .correlate(Partner)
        .scalar_subquery()
    )


def _conditions(wanted: PartnerFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.search.strip():
        conditions.append(_matches(" ".join(wanted.search.split())))
    if wanted.kind:
        conditions.append(Partner.kind == wanted.kind)
    if wanted.destination:
        conditions.append(literal(wanted.destination) == any_(Partner.destinations))
    if wanted.active is not None:
        conditions.append(Partner.active.is_(wanted.active))
    if wanted.at_risk is not None:
        flagged = exists().where(
            PartnerRiskFlag.partner_id == Partner.id, PartnerRiskFlag.cleared_at.is_(None)
        )
        conditions.append(flagged if wanted.at_risk else ~flagged)
    return conditions


def _matches(text: str) -> ColumnElement[bool]:
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    pattern = func.search_fold(f"%{escaped}%")
    of_partner = (Partner.name, Partner.city, Partner.legal_name, Partner.email)
    of_contact = (PartnerContact.name, PartnerContact.email, PartnerContact.phone)
    reached = exists().where(
        PartnerContact.partner_id == Partner.id,
        or_(*(func.search_fold(column).like(pattern) for column in of_contact)),
    )
    return or_(*(func.search_fold(column).like(pattern) for column in of_partner), reached)


async def find_partner(session: AsyncSession, partner_id: str, *, lock: bool = False) -> Partner:
    """A partner by id; `lock` keeps others from changing it before the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    statement = select(Partner).where(Partner.id == partner_id)
    if lock:
        statement = statement.with_for_update(key_share=True).execution_options(
            populate_existing=True
        )
    found: Partner | None = await session.scalar(statement)
    if found is None:
        raise NotFoundError("There is no such partner.")
    return found


async def create_partner(session: AsyncSession, partner_id: str, facts: Mapping[str, Any]) -> bool:
    """Adds a partner under an id; returns False if it is there already."""
    return await add_once(session, Partner, id=partner_id, **facts)


def as_edited(partner: Partner) -> dict[str, Any]:
    """The facts that staff write, by name."""
    return {name: getattr(partner, name) for name in EDITED}


async def edit_partner(
    session: AsyncSession, partner_id: str, changes: Mapping[str, Any], *, revision: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changes facts of a partner; returns what differs, as it was and as it is.

    Raises:
        NotFoundError: there is no such partner.
        PartnerChangedError: somebody else changed it since this revision.
    """
    partner = await find_partner(session, partner_id, lock=True)
    if partner.revision != revision:
        raise PartnerChangedError
    before = as_edited(partner)
    for name in EDITED:
        if name in changes:
            setattr(partner, name, changes[name])
    after = as_edited(partner)
    differing = [name for name in EDITED if before[name] != after[name]]
    if differing:
        partner.revision += 1
        partner.updated_at = func.now()
        await session.flush()
        await session.refresh(partner)
    return {name: before[name] for name in differing}, {name: after[name] for name in differing}
