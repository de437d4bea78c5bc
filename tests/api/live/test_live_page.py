"""Open pages in a real browser: they change by themselves, and leave alone what somebody types."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from sqlalchemy import update

from api.identity.session import COOKIE
from models.tables.crm import Booking
from sandbox.stack import browser as chromium
from tests.api.live.conftest import Served, eventually
from tests.support import office as factories

pytestmark = pytest.mark.browser
PATIENCE_MS = 30_000


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        path = chromium.require(os.environ)
        started = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest_asyncio.fixture
async def marc(browser: Browser, served: Served) -> AsyncIterator[BrowserContext]:
    """Marc's browser."""
    context = await browser.new_context(base_url=served.url)
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies([{"name": COOKIE, "value": "marc", "url": served.url}])
    yield context
    await context.close()


async def open_page(served: Served, context: BrowserContext, path: str) -> Page:
    """A page whose stream is heard."""
    page = await context.new_page()
    await page.goto(path)
    await eventually(lambda: served.live.hears and served.live.hub.subscribers)
    return page


async def change(served: Served, booking: Booking, **columns: object) -> None:
    async with served.office.resources.sessions.begin() as session:
        await session.execute(update(Booking).where(Booking.id == booking.id).values(**columns))


async def test_a_row_changes_where_it_stands(served: Served, marc: BrowserContext) -> None:
    page = await open_page(served, marc, "/backoffice/bookings")
    row = page.locator(f"[data-booking='{served.office.mine.id}']")
    await expect(row).to_contain_text("Qualified")
    await change(served, served.office.mine, stage="NEGOTIATION", staff_id=served.office.marc.id)
    await expect(row).to_contain_text("Negotiation")
    await expect(row).to_contain_text("Marc Dubois")


async def test_a_new_booking_comes_to_the_open_list(served: Served, marc: BrowserContext) -> None:
    page = await open_page(served, marc, "/backoffice/bookings")
    async with served.office.resources.sessions.begin() as session:
        made = await factories.booking(session, served.office.customer, destination="Cambodia")
    await expect(page.locator(f"[data-booking='{made.id}']")).to_contain_text("Cambodia")


async def test_the_open_booking_follows_and_keeps_what_is_being_typed(
    served: Served, marc: BrowserContext
) -> None:
    booking = served.office.mine
    page = await open_page(served, marc, f"/backoffice/bookings/{booking.id}")
    notes = page.locator("textarea[name=notes]")
    await notes.fill("Half a sentence")
    await change(served, booking, stage="NEGOTIATION", notes="Somebody else's", revision=2)
    await expect(page.locator("#booking-head")).to_contain_text("Negotiation")
    assert await notes.input_value() == "Half a sentence"


async def test_the_tabs_of_a_browser_share_one_stream(served: Served, marc: BrowserContext) -> None:
    first = await open_page(served, marc, "/backoffice/bookings")
    second = await open_page(served, marc, "/backoffice/bookings")
    await change(served, served.office.mine, stage="NEGOTIATION")
    for page in (first, second):
        row = page.locator(f"[data-booking='{served.office.mine.id}']")
        await expect(row).to_contain_text("Negotiation")
    assert len(served.live.hub.subscribers) == 1
    await first.close()
    await eventually(lambda: served.live.hub.subscribers)
    await change(served, served.office.mine, stage="LOST")
    row = second.locator(f"[data-booking='{served.office.mine.id}']")
    await expect(row).to_contain_text("Lost")
