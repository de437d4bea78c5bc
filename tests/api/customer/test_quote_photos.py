"""Photos of a quote, on its page and in its JSON."""

from dataclasses import replace

import pytest_asyncio
from bs4 import BeautifulSoup
from sqlalchemy import update

from models.domain.links import LinkPurpose
from models.domain.photos import Shown
from models.store.quote_copies import copy_of
from models.store.quote_drafts import create_draft, find_version
from models.tables.crm import Staff
from tests.support import library
from tests.support.trip import Trip
from tests.support.visitors import Visitors

LAKE = "/public/v1/photos/" + "ab" * 32


@pytest_asyncio.fixture
async def pictured(visitors: Visitors, quoted: Trip) -> str:
    """The address of a quote with a photo on its cover and beside its first day."""
    async with visitors.resources.sessions.begin() as session:
        lake = await library.photo(session, credit="Lan & <Co>")
        full = await find_version(session, quoted.booking.id, quoted.quote.id)
        draft = copy_of(full)
        first, *others = draft.days
        shown = replace(draft, cover_id=lake.id, days=(replace(first, photo_id=lake.id), *others))
        later = await create_draft(session, quoted.booking.id, shown, "staff")
        later.status, later.replaces_id = "SENT", quoted.quote.id
    quoted.quote = later
    return await visitors.link(quoted, LinkPurpose.QUOTE, later.id)


async def test_the_page_shows_the_cover_and_the_photo_of_the_day(
    visitors: Visitors, pictured: str
) -> None:
    async with visitors.browser() as browser:
        answer = await browser.get(pictured)
    page = BeautifulSoup(answer.text, "html.parser")
    (cover,) = page.select(".hero-cover img")
    assert (cover["src"], cover["alt"]) == (f"{LAKE}/960.webp", "The lake at dawn")
    assert [one.split()[1] for one in str(cover["srcset"]).split(", ")] == ["480w", "960w", "1600w"]
    first, *others = page.select(".itinerary > li")
    (shown,) = first.select("figure img")
    assert (shown["src"], shown["alt"], shown["loading"]) == (
        f"{LAKE}/960.webp",
        "The lake at dawn",
        "lazy",
    )
    assert (shown["width"], shown["height"]) == ("1600", "1067")
    assert [one.text for one in first.select("figcaption")] == ["Lan & <Co>"]
    assert not any(one.select("img") for one in others)
    told = page.select("#changed")[0].get_text(" ", strip=True)
    assert "Cover photo" in told
    assert "The lake at dawn" in told
    assert "Photo: Lan & <Co>" in page.get_text()
    (preloaded,) = page.select("link[rel=preload][as=image]")
    assert preloaded["imagesrcset"] == cover["srcset"]


async def test_programs_read_where_photos_are(visitors: Visitors, pictured: str) -> None:
    async with visitors.program() as program:
        quote = (await program.get(f"/public/v1/quotes/{pictured.rpartition('/')[2]}")).json()
    assert quote["cover"]["src"] == quote["days"][0]["photo"]["src"] == f"{LAKE}/960.webp"
    assert quote["days"][1]["photo"] is None


async def test_customers_see_the_face_of_who_plans_for_them(
    visitors: Visitors, quoted: Trip
) -> None:
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    async with visitors.browser() as browser:
        before = BeautifulSoup((await browser.get(path)).text, "html.parser")
        assert [one.name for one in before.select(".planner .face")] == ["span"]
        async with visitors.resources.sessions.begin() as session:
            face = Shown(id="", digest="cd" * 32, width=480, height=480, alt="Linh", credit="")
            await session.execute(update(Staff).values(portrait=face))
        after = BeautifulSoup((await browser.get(path)).text, "html.parser")
    (shown,) = after.select(".planner img.face")
    assert str(shown["src"]).startswith("/public/v1/photos/cdcd")
    assert shown["alt"] == ""
