"""A real browser on the page of a quote: only someone who looks at it has viewed it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from playwright.async_api import BrowserContext, Page, async_playwright

from activities.providers.chromium import find_chromium
from models.domain.links import LinkPurpose
from models.tables.quote import QuoteVersion
from sandbox.stack.ports import find_free
from tests.support.trip import Trip
from tests.support.visitors import Visitors

pytestmark = pytest.mark.browser


@asynccontextmanager
async def served(visitors: Visitors) -> AsyncIterator[str]:
    """The API's address on a free port."""
    port = find_free()
    config = uvicorn.Config(visitors.app, port=port, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


@asynccontextmanager
async def chromium(*, scripts: bool) -> AsyncIterator[BrowserContext]:
    """A browser, with scripts or, like many mail scanners, without."""
    async with async_playwright() as playwright:
        path = find_chromium("", playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path)
        yield await browser.new_context(java_script_enabled=scripts)
        await browser.close()


async def is_viewed(visitors: Visitors, trip: Trip) -> bool:
    async with visitors.resources.sessions.begin() as session:
        return (await session.get_one(QuoteVersion, trip.quote.id)).first_viewed_at is not None


def complaints_of(page: Page) -> list[str]:
    """Everything that the browser complains about, such as a broken content security policy."""
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


async def test_a_quote_that_is_looked_at_for_two_seconds_is_viewed(
    visitors: Visitors, quoted: Trip
) -> None:
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    async with served(visitors) as address, chromium(scripts=True) as context:
        page = await context.new_page()
        complaints = complaints_of(page)
        await page.goto(address + path)
        assert not await is_viewed(visitors, quoted)
        async with page.expect_response(lambda response: response.url.endswith("/seen")) as seen:
            pass
        assert (await seen.value).status == 204
        assert "your time" in await page.inner_text("#price")
        assert complaints == []
    assert await is_viewed(visitors, quoted)


async def test_a_touch_is_a_view_at_once(visitors: Visitors, quoted: Trip) -> None:
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    async with served(visitors) as address, chromium(scripts=True) as context:
        page = await context.new_page()
        await page.goto(address + path)
        async with page.expect_response(
            lambda response: response.url.endswith("/seen"), timeout=1_500
        ):
            await page.keyboard.press("Tab")
    assert await is_viewed(visitors, quoted)


async def test_a_scanner_that_renders_the_page_has_not_viewed_it(
    visitors: Visitors, quoted: Trip
) -> None:
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    async with served(visitors) as address, chromium(scripts=False) as context:
        page = await context.new_page()
        await page.goto(address + path)
        await page.wait_for_timeout(2_500)
    assert not await is_viewed(visitors, quoted)


async def test_accepting_works_with_the_keyboard_alone(visitors: Visitors, quoted: Trip) -> None:
    await visitors.start(quoted.booking.id)
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    async with served(visitors) as address, chromium(scripts=True) as context:
        page = await context.new_page()
        await page.goto(address + path)
        await page.focus("#name")
        await page.keyboard.type("Élise O'Connor")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
    assert len(await visitors.asked(quoted.booking.id)) == 1
