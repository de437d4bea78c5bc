"""What the builder offers to choose from: beginnings, partners and their rates."""

from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.quote_templates import template_starts
from api.pages.translation import gettext
from models.store import offers, quote_drafts
from models.tables.catalog import Tour
from models.tables.partners import Partner, RateCard
from models.tables.quote import QuoteVersion


async def starts_of(session: AsyncSession, booking_id: str) -> list[tuple[str, str]]:
    """What a new version can begin with."""
    versions = await quote_drafts.list_versions(session, booking_id)
    tours = await offers.tours_to_start_from(session)
    return [
        ("blank", gettext("A blank form")),
        *((f"version:{one.id}", version_in_words(one)) for one in versions),
        *await template_starts(session),
        *((f"tour:{one.id}", _tour_in_words(one)) for one in tours),
    ]


def version_in_words(one: QuoteVersion) -> str:
    """A version in a list to choose from."""
    return gettext("Version %(version)s: %(title)s", version=one.version, title=one.title)


def _tour_in_words(one: Tour) -> str:
    return gettext("Tour: %(title)s, %(days)s days", title=one.title, days=one.duration_days)


def suppliers_of(rates: list[offers.Rate]) -> list[tuple[Partner, list[RateCard]]]:
    """Partners with the rate cards of each."""
    grouped = groupby(rates, key=lambda one: one.partner.id)
    gathered = [list(group) for _, group in grouped]
    return [(group[0].partner, [one.rate for one in group]) for group in gathered]
