"""The tax in a price as customers read it: the VAT, or that it is due on our margin."""

from typing import Any

import pytest

from models.domain.links import LinkPurpose
from models.messages.ids import new_id
from models.tables.quote import QuoteLine
from tests.support.trip import Trip, a_quote
from tests.support.visitors import Visitors, read


async def sent(visitors: Visitors, *, vat_minor: int = 0, **facts: Any) -> Trip:
    """A quote with a fee, and so much VAT in its first line."""
    async with visitors.resources.sessions.begin() as session:
        trip = await a_quote(session, status="DRAFT")
        trip.lines[0].vat_minor = vat_minor
        for name, value in facts.items():
            setattr(trip.quote, name, value)
        fee = QuoteLine(
            id=new_id("line"), quote_version_id=trip.quote.id, position=90, day=1, nights=0,
            kind="FEE", description="Service fee", quantity=1, unit_price_minor=0, total_minor=0,
            wanted={"automatic": "Service fee"},
        )  # fmt: skip
        session.add(fee)
        await session.flush()
        trip.quote.status = "SENT"
    return trip


async def shown(visitors: Visitors, trip: Trip, language: str) -> str:
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    async with visitors.browser() as browser:
        return read(await browser.get(f"{path}?lang={language}"))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Including VAT of USD 12.34"), ("de", "Darin enthaltene MwSt.: 12,34")],
)
async def test_ordinary_vat_is_named(visitors: Visitors, language: str, words: str) -> None:
    page = await shown(visitors, await sent(visitors, vat_minor=1_234), language)
    assert words in page


async def test_the_margin_scheme_is_said_and_no_tax_is_shown(visitors: Visitors) -> None:
    trip = await sent(visitors, margin_scheme=True)
    page = await shown(visitors, trip, "en")
    assert "Margin scheme for travel agents" in page
    assert "Including VAT" not in page
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    async with visitors.program() as program:
        quote = (await program.get(f"/public/v1/quotes/{path.rpartition('/')[2]}")).json()
    assert (quote["vat_minor"], quote["margin_scheme"]) == (0, True)


async def test_our_fee_is_read_in_the_readers_language(visitors: Visitors) -> None:
    page = await shown(visitors, await sent(visitors), "fr")
    assert "Frais de service" in page
