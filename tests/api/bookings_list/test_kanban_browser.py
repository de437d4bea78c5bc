"""The board in a real browser: by dragging and by keyboard, and when somebody else was faster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect
from sqlalchemy import update

from activities.providers.chromium import find_chromium
from api.identity.session import COOKIE
from models.tables.crm import Booking
from sandbox.stack.ports import find_free
from tests.support.desk import Office

pytestmark = pytest.mark.browser
SLOW_MS = 30_000


@asynccontextmanager
async def board(office: Office) -> AsyncIterator[Page]:
    """Marc's browser, with the board open; it must complain of nothing."""
    port = find_free()
    server = uvicorn.Server(uvicorn.Config(office.app, port=port, lifespan="off", log_config=None))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    address = f"http://127.0.0.1:{port}"
    async with async_playwright() as playwright:
        path = find_chromium("", playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path)
        context = await browser.new_context(
            base_url=address, viewport={"width": 2400, "height": 900}, reduced_motion="reduce"
        )
        await context.add_cookies([{"name": COOKIE, "value": "marc", "url": address}])
        context.set_default_timeout(SLOW_MS)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await context.route("**/backoffice/live*", lambda route: route.abort())  # nothing by itself
        await page.goto("/backoffice/kanban")
        yield page
        assert complaints == []
        await browser.close()
    server.should_exit = True
    await running


async def test_a_card_that_is_dropped_on_a_stage_asks_for_it(office: Office) -> None:
    await office.start(office.mine.id)
    async with board(office) as page:
        card = page.locator(f"#card-{office.mine.id}")
        await card.drag_to(page.locator("[data-stage=NEGOTIATION]"))
        said = page.locator("#board-said")
        await expect(said).to_contain_text(office.mine.reference, timeout=SLOW_MS)
    asked = await office.asked(office.mine.id)
    assert len(asked) == 1
    assert "NEGOTIATION" in asked[0]


async def test_a_card_is_moved_by_keyboard_alone(office: Office) -> None:
    await office.start(office.mine.id)
    async with board(office) as page:
        await page.locator(f"#card-{office.mine.id} summary").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Lost")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("#board-said")).not_to_be_empty(timeout=SLOW_MS)
        await expect(page.locator(f"#card-{office.mine.id} a").first).to_be_focused()
    assert '"LOST"' in (await office.asked(office.mine.id))[0]


async def test_who_comes_second_is_told_and_sees_the_card_where_it_stands(office: Office) -> None:
    await office.start(office.mine.id)
    async with board(office) as page:
        async with office.resources.sessions.begin() as session:
            await session.execute(
                update(Booking)
                .where(Booking.id == office.mine.id)
                .values(stage="INVOICE_SENT", revision=5)
            )
        await page.locator(f"#card-{office.mine.id}").drag_to(page.locator("[data-stage=WON]"))
        notice = page.get_by_role("alert")
        await expect(notice).to_contain_text("It was not moved to Won", timeout=SLOW_MS)
        place = page.locator(f"[data-stage=INVOICE_SENT] #card-{office.mine.id}")
        await expect(place).to_be_visible()
    assert await office.asked(office.mine.id) == []
