"""Quote versions as staff build them: drafts that change, and the versions that no longer do."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.choice_sets import in_order_of_times
from models.domain.choices import as_written
from models.domain.clock import day_of
from models.domain.errors import DraftChangedError, NotFoundError, QuoteNotSendableError
from models.domain.locked_rates import LockedRate, locked_rates
from models.domain.money import Money
from models.domain.photos import Shown
from models.domain.pricing.markup import MarkupKind
from models.domain.pricing.priced import PricedLine
from models.domain.pricing.quote import GroupPrice
from models.domain.pricing.taxes import Scheme
from models.domain.pricing_trace import counts_in_words
from models.domain.quote_draft import (
    DraftDay,
    DraftLine,
    QuoteDraft,
    RoomGroup,
    check_cards,
    cost_of_quantity,
)
from models.domain.rates import Meals
from models.domain.stages import QuoteStatus, ServiceKind
from models.messages.ids import new_id
from models.store.photos import photos_shown
from models.store.quote_pricing import PricedDraft, price_draft
from models.tables.crm import Booking
from models.tables.quote import QuoteDay, QuoteLine, QuoteVersion

KEPT = ("quantity", "unit_price_minor", "description", "further_cards", "units")
KEPT_OF_MARKUP = ("markup_kind", "markup_percent", "price_minor")
"""What staff wrote of a line whose own columns say what came of it."""

Photos = Mapping[str, Shown]
"""What a draft shows, by the ids of the library."""
SERVICE_FEE = "Service fee"
"""How the line of our fee is described; readers read it in their language."""
OF_DISCOUNT = ("discount_percent", "discount_amount_minor", "discount_label", "discount_reason")


@dataclass(frozen=True)
class FullVersion:
    """A version with its days and lines."""

    version: QuoteVersion
    days: list[QuoteDay]
    lines: list[QuoteLine]

    def written(self) -> QuoteDraft:
        """What staff wrote into the version."""
        version = self.version
        return QuoteDraft(
            title=version.title,
            intro=version.intro,
            currency=version.currency,
            departure_on=version.departure_on,
            return_on=version.return_on,
            travelers=version.travelers,
            change_summary=version.change_summary or "",
            days=tuple(
                DraftDay(day.place, day.title, day.text, (day.photo or {}).get("id", ""))
                for day in self.days
            ),
            lines=tuple(_written(line) for line in self.lines if not line.automatic),
            groups=tuple(RoomGroup(**group) for group in version.groups or ()),  # type: ignore[typeddict-item]  # stored as one
            cover_id=(version.cover or {}).get("id", ""),
            group_sizes=tuple(version.group_sizes or ()),
            discount_percent=version.discount_percent,
            discount_amount_minor=version.discount_amount_minor,
            discount_label=version.discount_label,
            discount_reason=version.discount_reason,
            included=tuple(version.included),
            excluded=tuple(version.excluded),
        )

    @property
    def rates(self) -> tuple[LockedRate, ...]:
        """The exchange rates that it was priced by; once it is sent they stay."""
        return locked_rates(line.priced_from for line in self.lines)

    def draft(self) -> dict[str, Any]:
        """What staff wrote into the version, under the names of `QuoteDraft`."""
        return asdict(self.written())


def _written(line: QuoteLine) -> DraftLine:
    kept = line.wanted or {}
    percent = kept.get("markup_percent")
    return DraftLine(
        day=line.day,
        nights=line.nights,
        kind=ServiceKind(line.kind),
        description=kept.get("description", line.description),
        partner_id=line.partner_id,
        rate_card_id=line.rate_card_id,
        quantity=kept.get("quantity", line.quantity),
        unit_price_minor=kept.get("unit_price_minor", line.unit_price_minor),
        option=line.option,
        meals=Meals(line.meals) if line.meals else None,
        further_cards=tuple(kept.get("further_cards", ())),
        units=kept.get("units"),
        markup_kind=MarkupKind(kept["markup_kind"]) if kept.get("markup_kind") else None,
        markup_percent=None if percent is None else Decimal(percent),
        price_minor=kept.get("price_minor"),
        starts_at=line.starts_at,
        **as_written(line),
    )


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


async def find_head(session: AsyncSession, booking_id: str, version_id: str) -> QuoteVersion:
    """A version of a booking without its days and lines.

    Raises:
        NotFoundError: the booking has no such version.
    """
    return await _version(session, booking_id, version_id)


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
    priced = await _price(session, booking_id, draft)
    photos = await photos_shown(session, booking_id, draft.photo_ids)
    version = QuoteVersion(
        id=new_id("quote"),
        booking_id=booking_id,
        version=(last or 0) + 1,
        status=QuoteStatus.DRAFT,
        created_by=created_by,
        **_columns(priced, photos),
    )
    session.add(version)
    await session.flush()
    await _write_content(session, version.id, priced, photos)
    await session.refresh(version)
    return version


async def lock_draft(
    session: AsyncSession, booking_id: str, version_id: str, seen: str = ""
) -> QuoteVersion:
    """A draft that nobody else can save until the transaction ends.

    Args:
        session: a transaction.
        booking_id: whose draft.
        version_id: the draft.
        seen: the hash of the state that the caller saw; empty where they don't say.

    Raises:
        NotFoundError: the booking has no such version.
        QuoteNotSendableError: the version is no draft any more.
        DraftChangedError: it is in another state by now.
    """
    version = await _version(session, booking_id, version_id, lock=True)
    if version.status != QuoteStatus.DRAFT:
        raise QuoteNotSendableError(
            f"Version {version.version} was sent and can't change any more. Start a new version."
        )
    if seen and seen != version.draft_hash:
        raise DraftChangedError
    return version


def mark_changed(version: QuoteVersion, changed_by: str) -> None:
    """Counts a save of a draft, and remembers whose it was."""
    version.revision += 1
    version.changed_by, version.changed_at = changed_by, datetime.now(UTC)


async def rewrite_draft(
    session: AsyncSession, booking_id: str, version_id: str, draft: QuoteDraft, changed_by: str
) -> QuoteVersion:
    """Replaces all that a draft says.

    Raises:
        NotFoundError: the booking has no such version.
        QuoteNotSendableError: the version is no draft any more.
        InvalidInputError: a line's rate card is unknown, another supplier's or out of season.
    """
    version = await lock_draft(session, booking_id, version_id)
    priced = await _price(session, booking_id, draft)
    photos = await photos_shown(session, booking_id, draft.photo_ids)
    for name, value in _columns(priced, photos).items():
        setattr(version, name, value)
    mark_changed(version, changed_by)
    await session.execute(delete(QuoteDay).where(QuoteDay.quote_version_id == version_id))
    await session.execute(delete(QuoteLine).where(QuoteLine.quote_version_id == version_id))
    await _write_content(session, version_id, priced, photos)
    return version


async def _version(
    session: AsyncSession, booking_id: str, version_id: str, *, lock: bool = False
) -> QuoteVersion:
    statement = select(QuoteVersion).where(
        QuoteVersion.id == version_id, QuoteVersion.booking_id == booking_id
    )
    version = await session.scalar(
        statement.with_for_update().execution_options(populate_existing=True) if lock else statement
    )
    if version is None:
        raise NotFoundError("This booking has no such quote version.")
    return version


async def _price(session: AsyncSession, booking_id: str, draft: QuoteDraft) -> PricedDraft:
    booking = await session.get_one(Booking, booking_id)
    draft = replace(draft, lines=in_order_of_times(draft.lines))
    priced = await price_draft(session, booking, draft, day_of(datetime.now(UTC)))
    check_cards(draft, priced.cards)
    return priced


def _columns(priced: PricedDraft, photos: Photos) -> dict[str, object]:
    draft = priced.draft
    return {
        "title": draft.title,
        "intro": draft.intro,
        "currency": draft.currency,
        "departure_on": draft.departure_on,
        "return_on": draft.return_on,
        "travelers": draft.travelers,
        "change_summary": draft.change_summary or None,
        "groups": [dict(group) for group in draft.groups] or None,
        "cover": photos.get(draft.cover_id),
        "margin_scheme": priced.margin_scheme,
        "group_sizes": list(draft.group_sizes) or None,
        "group_prices": [_by_size(one) for one in priced.by_size] or None,
        **{name: getattr(draft, name) for name in OF_DISCOUNT},
        "included": list(draft.included),
        "excluded": list(draft.excluded),
        "pricing": priced.trace(),
        "total_minor": priced.total_minor or 0,
    }


def _by_size(group: GroupPrice) -> dict[str, int | None]:
    return {
        "travelers": group.party.size,
        "each_minor": group.each_minor,
        "total_minor": group.total_minor,
    }


async def _write_content(
    session: AsyncSession, version_id: str, priced: PricedDraft, photos: Photos
) -> None:
    session.add_all(
        QuoteDay(
            quote_version_id=version_id,
            day=number,
            place=day.place,
            title=day.title,
            text=day.text,
            photo=photos.get(day.photo_id),
        )
        for number, day in enumerate(priced.draft.days, start=1)
    )
    session.add_all(_lines(version_id, priced))
    await session.flush()


def _lines(version_id: str, priced: PricedDraft) -> Iterator[QuoteLine]:
    """Stored lines: a quantity at its typed price, or one thing at what the price list says."""
    for position, (line, found) in enumerate(
        zip(priced.draft.lines, priced.lines, strict=True), start=1
    ):
        cost, total_minor = _one_cost(line, found, priced), priced.offered[position - 1]
        typed = line.unit_price_minor is not None and (
            total_minor == line.quantity * line.unit_price_minor
        )
        card = priced.cards.get(line.rate_card_id or "")
        yield QuoteLine(
            id=new_id("line"),
            quote_version_id=version_id,
            position=position,
            day=line.day,
            nights=line.nights,
            kind=line.kind,
            description=line.description if typed else _told(line, found),
            partner_id=line.partner_id or (card.partner_id if card else None),
            rate_card_id=line.rate_card_id,
            quantity=line.quantity if typed else 1,
            unit_price_minor=line.unit_price_minor if typed else total_minor,
            total_minor=total_minor,
            discount_minor=max(priced.before_discount[position - 1] - total_minor, 0),
            cost_minor=cost.amount_minor if cost else None,
            cost_currency=cost.currency if cost else None,
            option=line.option,
            meals=line.meals,
            wanted=None if typed else _kept(line),
            priced_from=priced.trace_of(position),
            optional=line.optional,
            alternative=line.alternative,
            chosen=found.counted,
            starts_at=line.starts_at,
            vat_minor=found.tax_minor if found.tax.scheme is Scheme.VAT else 0,
        )
    if priced.fee_minor:
        yield _fee_line(version_id, priced)


def _fee_line(version_id: str, priced: PricedDraft) -> QuoteLine:
    """Our fee as the last line: nobody writes it, and a copy has its own."""
    return QuoteLine(
        id=new_id("line"),
        quote_version_id=version_id,
        position=len(priced.draft.lines) + 1,
        day=1,
        nights=0,
        kind=ServiceKind.FEE,
        description=SERVICE_FEE,
        quantity=1,
        unit_price_minor=priced.fee_minor,
        total_minor=priced.fee_minor,
        wanted={"automatic": SERVICE_FEE},
        chosen=True,
        vat_minor=priced.fee_vat_minor,
    )


def _one_cost(line: DraftLine, found: PricedLine, priced: PricedDraft) -> Money | None:
    """What the line costs in its own currency; of several currencies none is the line's."""
    if not line.listed:
        return cost_of_quantity(line, priced.cards, priced.draft)
    costs = found.sold.costing.costs
    if len({cost.currency for cost in costs}) != 1:
        return None
    return Money(sum(cost.net_minor for cost in costs), costs[0].currency)


def _told(line: DraftLine, found: PricedLine) -> str:
    """The description with what one thing is: its rooms and nights, or the quantity."""
    counts = counts_in_words(found) or (f"{line.quantity} x" if line.quantity > 1 else "")
    return f"{line.description} ({counts})" if counts else line.description


def _kept(line: DraftLine) -> dict[str, Any]:
    kept = {name: getattr(line, name) for name in (*KEPT, *KEPT_OF_MARKUP)}
    told: dict[str, Any] = to_jsonable_python(kept)
    return told
