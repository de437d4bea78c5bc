"""Quote versions as staff build them: drafts that change, and the versions that no longer do."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError, NotFoundError, QuoteNotSendableError
from models.domain.money import Money
from models.domain.rate_calendar import rows_on
from models.domain.rates import RateCard
from models.domain.stages import QuoteStatus, ServiceKind
from models.messages.ids import new_id
from models.store.rate_cards import load_cards
from models.tables.crm import Booking
from models.tables.quote import QuoteDay, QuoteLine, QuoteVersion


@dataclass(frozen=True)
class DraftDay:
    """A day of the itinerary, in order from departure."""

    place: str
    title: str
    text: str


@dataclass(frozen=True)
class DraftLine:
    """A service of the quote, priced in the quote's currency; its cost comes from the rate card."""

    day: int
    nights: int
    kind: ServiceKind
    description: str
    partner_id: str | None
    rate_card_id: str | None
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True)
class QuoteDraft:
    """Everything that staff write into a version."""

    title: str
    intro: str
    currency: str
    departure_on: date
    return_on: date
    travelers: int
    change_summary: str
    days: tuple[DraftDay, ...]
    lines: tuple[DraftLine, ...]

    @property
    def total_minor(self) -> int:
        """The price: the sum of the lines, minor units."""
        return sum(line.quantity * line.unit_price_minor for line in self.lines)


WRITTEN = ("title", "intro", "currency", "departure_on", "return_on", "travelers")
WRITTEN_OF_DAYS = tuple(field.name for field in fields(DraftDay))
WRITTEN_OF_LINES = tuple(field.name for field in fields(DraftLine))


@dataclass(frozen=True)
class FullVersion:
    """A version with its days and lines."""

    version: QuoteVersion
    days: list[QuoteDay]
    lines: list[QuoteLine]

    def draft(self) -> dict[str, Any]:
        """What staff wrote into the version, under the names of `QuoteDraft`."""
        return {
            **_named(self.version, WRITTEN),
            "change_summary": self.version.change_summary or "",
            "days": tuple(_named(day, WRITTEN_OF_DAYS) for day in self.days),
            "lines": tuple(_named(line, WRITTEN_OF_LINES) for line in self.lines),
        }


def _named(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


async def list_versions(session: AsyncSession, booking_id: str) -> list[QuoteVersion]:
    """A booking's versions, the newest first."""
    statement = select(QuoteVersion).where(QuoteVersion.booking_id == booking_id)
    return list(await session.scalars(statement.order_by(QuoteVersion.version.desc())))


async def find_version(session: AsyncSession, booking_id: str, version_id: str) -> FullVersion:
    """A version of a booking with its days and lines.

    Raises:
        NotFoundError: the booking has no such version.
    """
    version = await _version(session, booking_id, version_id)
    days = select(QuoteDay).where(QuoteDay.quote_version_id == version_id).order_by(QuoteDay.day)
    lines = select(QuoteLine).where(QuoteLine.quote_version_id == version_id)
    return FullVersion(
        version,
        list(await session.scalars(days)),
        list(await session.scalars(lines.order_by(QuoteLine.position))),
    )


async def create_draft(
    session: AsyncSession, booking_id: str, draft: QuoteDraft, created_by: str
) -> QuoteVersion:
    """The booking's next version, as a draft.

    Raises:
        InvalidInputError: a line's rate card is unknown, another supplier's or out of season.
    """
    await session.execute(select(Booking.id).where(Booking.id == booking_id).with_for_update())
    last = await session.scalar(
        select(func.max(QuoteVersion.version)).where(QuoteVersion.booking_id == booking_id)
    )
    version = QuoteVersion(
        id=new_id("quote"),
        booking_id=booking_id,
        version=(last or 0) + 1,
        status=QuoteStatus.DRAFT,
        created_by=created_by,
        **_columns(draft),
    )
    session.add(version)
    await session.flush()
    await _write_content(session, version.id, draft)
    await session.refresh(version)
    return version


async def rewrite_draft(
    session: AsyncSession, booking_id: str, version_id: str, draft: QuoteDraft
) -> QuoteVersion:
    """Replaces all that a draft says.

    Raises:
        NotFoundError: the booking has no such version.
        QuoteNotSendableError: the version is no draft any more.
        InvalidInputError: a line's rate card is unknown, another supplier's or out of season.
    """
    version = await _version(session, booking_id, version_id, lock=True)
    if version.status != QuoteStatus.DRAFT:
        raise QuoteNotSendableError(
            f"Version {version.version} was sent and can't change any more. Start a new version."
        )
    for name, value in _columns(draft).items():
        setattr(version, name, value)
    await session.execute(delete(QuoteDay).where(QuoteDay.quote_version_id == version_id))
    await session.execute(delete(QuoteLine).where(QuoteLine.quote_version_id == version_id))
    await _write_content(session, version_id, draft)
    return version


async def _version(
    session: AsyncSession, booking_id: str, version_id: str, *, lock: bool = False
) -> QuoteVersion:
    statement = select(QuoteVersion).where(
        QuoteVersion.id == version_id, QuoteVersion.booking_id == booking_id
    )
    version = await session.scalar(statement.with_for_update() if lock else statement)
    if version is None:
        raise NotFoundError("This booking has no such quote version.")
    return version


def _columns(draft: QuoteDraft) -> dict[str, object]:
    return {
        "title": draft.title,
        "intro": draft.intro,
        "currency": draft.currency,
        "departure_on": draft.departure_on,
        "return_on": draft.return_on,
        "travelers": draft.travelers,
        "change_summary": draft.change_summary or None,
        "total_minor": draft.total_minor,
    }


async def _write_content(session: AsyncSession, version_id: str, draft: QuoteDraft) -> None:
    cards = await load_cards(session, {one.rate_card_id for one in draft.lines if one.rate_card_id})
    session.add_all(
        QuoteDay(
            quote_version_id=version_id, day=number, place=day.place, title=day.title, text=day.text
        )
        for number, day in enumerate(draft.days, start=1)
    )
    session.add_all(
        _line(version_id, position, line, _cost(position, line, cards, draft))
        for position, line in enumerate(draft.lines, start=1)
    )
    await session.flush()


def _cost(
    number: int, line: DraftLine, cards: Mapping[str, RateCard], draft: QuoteDraft
) -> Money | None:
    """What the quantity costs by the row that holds on the day of the service.

    None without a card, and where a card has several rooms or boards to choose from: a cost is
    never guessed.
    """
    if not line.rate_card_id:
        return None
    card = cards.get(line.rate_card_id)
    if card is None or card.partner_id != line.partner_id:
        raise InvalidInputError(f"Line {number}: the rate is not one of this supplier's.")
    on = draft.departure_on + timedelta(days=line.day - 1)
    if on not in card.validity:
        raise InvalidInputError(
            f"Line {number}: the rate is valid from {card.validity.first_on} to "
            f"{card.validity.last_on}, but the service is on {on}."
        )
    rows = rows_on(card, on, draft.travelers)
    if not rows:
        raise InvalidInputError(
            f"Line {number}: the rate has no price for {draft.travelers} people on {on}."
        )
    return Money(rows[0].price_minor * line.quantity, card.currency) if len(rows) == 1 else None


def _line(version_id: str, position: int, line: DraftLine, cost: Money | None) -> QuoteLine:
    """A stored line; its cost is in the rate's currency."""
    return QuoteLine(
        id=new_id("line"),
        quote_version_id=version_id,
        position=position,
        day=line.day,
        nights=line.nights,
        kind=line.kind,
        description=line.description,
        partner_id=line.partner_id,
        rate_card_id=line.rate_card_id,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        total_minor=line.quantity * line.unit_price_minor,
        cost_minor=cost.amount_minor if cost else None,
        cost_currency=cost.currency if cost else None,
    )
