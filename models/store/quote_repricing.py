"""What a version would cost by today's cards, rates and rules; nothing is changed by asking."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.pricing.findings import OF_COSTS
from models.domain.pricing.quote import GroupPrice
from models.store.quote_copies import copy_of
from models.store.quote_drafts import FullVersion
from models.store.quote_pricing import PricedDraft, price_draft
from models.tables.crm import Booking
from models.tables.quote import QuoteLine


@dataclass(frozen=True)
class RepricedLine:
    """A service then and now; minor units of the version's currency."""

    line: QuoteLine
    now_minor: int | None
    """None where today's cards have no price."""
    reasons: tuple[str, ...]
    """What is found today: why there is no price, or what is unsafe."""

    @property
    def difference_minor(self) -> int | None:
        """How much more it would cost."""
        return None if self.now_minor is None else self.now_minor - self.line.total_minor


@dataclass(frozen=True)
class Repriced:
    """A version beside what a copy of it would cost today."""

    full: FullVersion
    lines: tuple[RepricedLine, ...]
    now_minor: int | None
    """None while a service lacks a price today."""
    by_size: tuple[GroupPrice, ...]
    """The same for groups of other sizes."""

    @property
    def difference_minor(self) -> int | None:
        """How much more all that counts would cost."""
        return None if self.now_minor is None else self.now_minor - self.full.version.total_minor


async def reprice(
    session: AsyncSession,
    booking: Booking,
    full: FullVersion,
    today: date,
    sizes: tuple[int, ...] = (),
) -> Repriced:
    """Prices a version once more, in as many queries as a draft.

    Args:
        session: a transaction.
        booking: whose version it is.
        full: the version.
        today: the day for which booking in time is judged.
        sizes: of groups that are to be priced beside it; those of the version if there are none.
    """
    draft = copy_of(full)
    draft = replace(draft, group_sizes=sizes or draft.group_sizes)
    priced = await price_draft(session, booking, draft, today)
    lines = tuple(
        RepricedLine(line, priced.fee_minor, ())
        if line.automatic
        else RepricedLine(line, *_now(priced, number))
        for number, line in enumerate(full.lines, start=1)
    )
    return Repriced(full, lines, priced.total_minor, priced.by_size)


def _now(priced: PricedDraft, number: int) -> tuple[int | None, tuple[str, ...]]:
    trace = priced.trace_of(number)
    reasons = tuple(one["reason"] for one in trace["findings"] if one["kind"] not in OF_COSTS)
    return (trace["total_minor"] if trace["priced"] else None), reasons
