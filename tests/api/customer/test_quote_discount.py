"""A discount as customers read it: its name and what it takes off, never why there is one."""

import pytest_asyncio

from models.domain.links import LinkPurpose
from tests.support.trip import TOTAL, Trip, a_quote
from tests.support.visitors import Visitors, read

REASON = "They complained about last year's bus."


@pytest_asyncio.fixture
async def trip(visitors: Visitors) -> Trip:
    """A quote whose first line was 50.00 dearer without its discount."""
    async with visitors.resources.sessions.begin() as session:
        trip = await a_quote(session, status="DRAFT")
        trip.lines[0].discount_minor = 5_000
        trip.quote.discount_amount_minor = 5_000
        trip.quote.discount_label = "Returning guests"
        trip.quote.discount_reason = REASON
        await session.flush()
        trip.quote.status = "SENT"
    return trip


async def test_the_page_says_what_was_taken_off(visitors: Visitors, trip: Trip) -> None:
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    async with visitors.browser() as browser:
        page = read(await browser.get(path))
        german = read(await browser.get(f"{path}?lang=de"))
    assert "Returning guests : USD 50.00 less than" in page
    assert "Bereits abgezogen: Returning guests" in german
    assert REASON not in page


async def test_programs_read_the_discount_without_its_reason(
    visitors: Visitors, trip: Trip
) -> None:
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    async with visitors.program() as program:
        answer = await program.get(f"/public/v1/quotes/{path.rpartition('/')[2]}")
    quote = answer.json()
    assert (quote["total_minor"], quote["discount_minor"]) == (TOTAL, 5_000)
    assert quote["discount_label"] == "Returning guests"
    assert REASON not in answer.text
