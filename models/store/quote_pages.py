"""A quote version as a customer reads it, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.choices import choices_of, counted, is_choice, total_with
from models.domain.errors import NotFoundError
from models.domain.payment_plan import PlannedInstalment, draw_plan
from models.domain.stages import QuoteStatus
from models.messages.ids import AcceptanceId, new_id
from models.store.boards import boards_of
from models.store.message_facts import BookingAbout, about_booking
from models.tables.quote import QuoteAcceptance, QuoteDay, QuoteLine, QuoteVersion


@dataclass(frozen=True)
class QuoteView:
    """A version with everything that it says, and the booking that it belongs to."""

    about: BookingAbout
    version: QuoteVersion
    days: list[QuoteDay]
    lines: list[QuoteLine]
    newest: QuoteVersion
    """The version to look at instead, once this one is not the newest that was sent."""
    boards: Mapping[str, str]
    """The Meals of the lines where they are known, by the line's id."""
    picked: frozenset[str] | None = None
    """Ids of optional lines and alternatives that its reader is choosing; None as it stands."""

    @property
    def choices(self) -> frozenset[str]:
        """The ids of the optional lines and alternatives that count."""
        return choices_of(self.lines) if self.picked is None else self.picked

    @property
    def included(self) -> list[QuoteLine]:
        """The lines that count."""
        counting = counted(self.lines, self.choices)
        return [line for line in self.lines if line.id in counting]

    @property
    def optional(self) -> list[QuoteLine]:
        """The lines that can be added."""
        return [line for line in self.lines if line.optional]

    @property
    def alternatives(self) -> dict[str, list[QuoteLine]]:
        """The lines of each set of alternatives, by its name."""
        sets: dict[str, list[QuoteLine]] = {}
        for line in self.lines:
            if line.alternative:
                sets.setdefault(line.alternative, []).append(line)
        return sets

    @property
    def has_choices(self) -> bool:
        """Whether there is anything to choose."""
        return any(is_choice(line) for line in self.lines)

    @property
    def total_minor(self) -> int:
        """The price of the lines that count."""
        if self.picked is None:
            return self.version.total_minor
        return total_with(self.lines, self.picked)

    @property
    def group_prices(self) -> list[dict[str, int | None]]:
        """Prices of other group sizes, the smallest first; those that there are."""
        priced = [one for one in self.version.group_prices or () if one["total_minor"] is not None]
        return sorted(priced, key=lambda one: one["travelers"] or 0)

    @property
    def discount_minor(self) -> int:
        """What the discount takes off the lines that count."""
        return sum(line.discount_minor for line in self.included)

    @property
    def vat_minor(self) -> int:
        """The ordinary VAT in the lines that count."""
        return sum(line.vat_minor for line in self.included)

    def plan(self, accepted_at: datetime) -> tuple[PlannedInstalment, ...]:
        """What would be paid when, if it were accepted at this real instant."""
        return draw_plan(
            self.total_minor,
            self.version.departure_on,
            self.about.policy_time(accepted_at),
            self.about.policy,
        )


async def quote_view(session: AsyncSession, quote_version_id: str) -> QuoteView:
    """A version that was sent, as it is shown.

    Raises:
        NotFoundError: there is no such version.
    """
    version = await session.get(QuoteVersion, quote_version_id)
    if version is None:
        raise NotFoundError("There is no such version of the quote.")
    about = await about_booking(session, version.booking_id)
    newest = await session.scalar(
        select(QuoteVersion)
        .where(
            QuoteVersion.booking_id == version.booking_id,
            QuoteVersion.status != QuoteStatus.DRAFT,
        )
        .order_by(QuoteVersion.version.desc())
        .limit(1)
    )
    lines = await _lines(session, version.id)
    return QuoteView(
        about=about,
        version=version,
        days=await days_of(session, version.id),
        lines=lines,
        newest=newest or version,
        boards=await boards_of(session, lines),
    )


async def days_of(session: AsyncSession, quote_version_id: str) -> list[QuoteDay]:
    """The itinerary of a version, in order."""
    statement = select(QuoteDay).where(QuoteDay.quote_version_id == quote_version_id)
    return list(await session.scalars(statement.order_by(QuoteDay.day)))


async def _lines(session: AsyncSession, quote_version_id: str) -> list[QuoteLine]:
    statement = select(QuoteLine).where(QuoteLine.quote_version_id == quote_version_id)
    return list(await session.scalars(statement.order_by(QuoteLine.day, QuoteLine.position)))


async def record_first_view(session: AsyncSession, quote_version_id: str) -> bool:
    """Stores when a person first looked at a sent version; True the first time."""
    seen = await session.scalar(
        update(QuoteVersion)
        .where(
            QuoteVersion.id == quote_version_id,
            QuoteVersion.first_viewed_at.is_(None),
            QuoteVersion.status == QuoteStatus.SENT,
        )
        .values(first_viewed_at=func.now())
        .returning(QuoteVersion.id)
    )
    return seen is not None


async def add_acceptance(
    session: AsyncSession,
    version: QuoteVersion,
    *,
    name: str,
    terms_version: str,
    ip_address: str | None,
    user_agent: str | None,
    drawn_signature: str | None = None,
    companion_id: str | None = None,
    choices: Sequence[str] | None = None,
    total_minor: int | None = None,
) -> AcceptanceId:
    """Keeps the evidence of an acceptance before it is decided."""
    acceptance = QuoteAcceptance(
        id=new_id("accept"),
        quote_version_id=version.id,
        name=name,
        terms_version=terms_version,
        ip_address=ip_address,
        user_agent=user_agent,
        document_sha256=version.document_sha256,
        drawn_signature=drawn_signature,
        companion_id=companion_id,
        choices=None if choices is None else sorted(choices),
        total_minor=total_minor,
    )
    session.add(acceptance)
    await session.flush()
    return AcceptanceId(acceptance.id)


async def taken_acceptance(session: AsyncSession, quote_version_id: str) -> QuoteAcceptance | None:
    """The acceptance of a version that the booking took, if it took one."""
    found: QuoteAcceptance | None = await session.scalar(
        select(QuoteAcceptance).where(
            QuoteAcceptance.quote_version_id == quote_version_id, QuoteAcceptance.accepted
        )
    )
    return found
