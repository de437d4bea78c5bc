"""What is included, on the page of a quote and in its JSON."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from bs4 import BeautifulSoup
from httpx2 import AsyncClient

from models.domain.links import LinkPurpose
from models.store.quote_copies import copy_of
from models.store.quote_drafts import create_draft, find_version
from tests.support.trip import Trip
from tests.support.visitors import Visitors


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    """Somebody with the link."""
    async with visitors.browser() as opened:
        yield opened


async def shown(visitors: Visitors, browser: AsyncClient, trip: Trip, card: str) -> list[str]:
    """The texts of a list on the page."""
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    page = BeautifulSoup((await browser.get(path)).text, "html.parser")
    return [one.get_text(strip=True) for one in page.select(f"#{card} li")]


async def read(visitors: Visitors, browser: AsyncClient, trip: Trip, query: str) -> list[str]:
    """What the JSON says is included."""
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    token = path.rpartition("/")[2]
    answer = await browser.get(f"/public/v1/quotes/{token}{query}")
    found: list[str] = answer.json()["included"]
    return found


async def test_the_page_draws_both_lists(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    included = await shown(visitors, browser, quoted, "included")
    assert any(text.startswith("Accommodation, ") for text in included), included
    assert "Visa fees and travel insurance" in await shown(visitors, browser, quoted, "excluded")


async def test_the_page_shows_what_staff_wrote(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    async with visitors.resources.sessions.begin() as session:
        full = await find_version(session, quoted.booking.id, quoted.quote.id)
        draft = replace(copy_of(full), included=("Tea <at> dawn",), excluded=("Rain",))
        later = await create_draft(session, quoted.booking.id, draft, "staff")
        later.status, later.replaces_id = "SENT", quoted.quote.id
    quoted.quote = later
    assert await shown(visitors, browser, quoted, "included") == ["Tea <at> dawn"]
    assert await shown(visitors, browser, quoted, "excluded") == ["Rain"]
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    page = BeautifulSoup((await browser.get(path)).text, "html.parser")
    told = page.select("#changed")[0].get_text(" ", strip=True)
    assert "What is included" in told
    assert "as the services say" in told
    assert "Tea <at> dawn" in told


@pytest.mark.parametrize(
    ("query", "words"), [("?lang=de", "Unterkunft, "), ("?lang=xx", "Accommodation, ")]
)
async def test_the_json_speaks_the_language_it_is_asked_for(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, query: str, words: str
) -> None:
    found = await read(visitors, browser, quoted, query)
    assert any(text.startswith(words) for text in found), found
