"""Two stored versions of a quote, compared."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.quote_diff import Offer, OfferedDay, OfferedLine, QuoteDiff, diff, for_customers
from models.domain.stages import QuoteStatus
from models.store.quote_drafts import FullVersion, find_version, list_versions
from models.tables.partners import Partner
from models.tables.quote import QuoteDay, QuoteLine, QuoteVersion


@dataclass(frozen=True)
class Comparison:
    """What changed from one version to another."""

    before: QuoteVersion
    after: QuoteVersion
    changes: QuoteDiff


def offer_of(full: FullVersion) -> Offer:
    """All that a stored version says, as plain data."""
    version = full.version
    return Offer(
        title=version.title,
        intro=version.intro,
        currency=version.currency,
        departure_on=version.departure_on,
        return_on=version.return_on,
        travelers=version.travelers,
        days=tuple(_day(one) for one in full.days),
        lines=tuple(_line(one) for one in full.lines),
        discount_minor=sum(one.discount_minor for one in full.lines if one.chosen),
        discount_label=version.discount_label,
        included="\n".join(version.included),
        excluded="\n".join(version.excluded),
        cover=(version.cover or {}).get("alt", ""),
    )


async def compare(
    session: AsyncSession, booking_id: str, before_id: str, after_id: str
) -> Comparison:
    """Any two versions of a booking, with costs and suppliers.

    Without ids it is the last version, and the one before it if there is one.

    Raises:
        NotFoundError: the booking has no such version.
    """
    ids = [one.id for one in await list_versions(session, booking_id)] or [""]
    before_id, after_id = before_id or ids[:2][-1], after_id or ids[0]
    before = await find_version(session, booking_id, before_id)
    after = await find_version(session, booking_id, after_id)
    return Comparison(before.version, after.version, diff(offer_of(before), offer_of(after)))


async def changes_for_customers(session: AsyncSession, version: QuoteVersion) -> Comparison | None:
    """What changed since the version that this one replaced; None where it replaced none."""
    before_id = version.replaces_id
    if before_id is None and version.option is None:
        before_id = await _sent_before(session, version)
    if before_id is None:
        return None
    found = await compare(session, version.booking_id, before_id, version.id)
    return Comparison(found.before, found.after, for_customers(found.changes))


async def _sent_before(session: AsyncSession, version: QuoteVersion) -> str | None:
    """The version before one that was sent when none was told which it replaced."""
    found: str | None = await session.scalar(
        select(QuoteVersion.id)
        .where(
            QuoteVersion.booking_id == version.booking_id,
            QuoteVersion.status != QuoteStatus.DRAFT,
            QuoteVersion.version < version.version,
        )
        .order_by(QuoteVersion.version.desc())
        .limit(1)
    )
    return found


def _day(day: QuoteDay) -> OfferedDay:
    return OfferedDay(day.place, day.title, day.text, (day.photo or {}).get("alt", ""))


def _line(line: QuoteLine) -> OfferedLine:
    return OfferedLine(
        day=line.day,
        kind=line.kind,
        description=line.description,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        nights=line.nights,
        partner_id=line.partner_id,
        rate_card_id=line.rate_card_id,
        cost_minor=line.cost_minor,
        cost_currency=line.cost_currency,
        starts_at=line.starts_at,
        optional=line.optional,
        alternative=line.alternative,
        chosen=line.chosen,
    )


async def suppliers_in(session: AsyncSession, changes: QuoteDiff) -> dict[str, str]:
    """The names of the suppliers that a comparison speaks of, by their ids."""
    told = {
        value
        for kept in changes.lines.changed
        for change in kept.changes
        if change.name == "partner_id"
        for value in (change.before, change.after)
    }
    rows = await session.execute(select(Partner.id, Partner.name).where(Partner.id.in_(told)))
    return {row.id: row.name for row in rows}
