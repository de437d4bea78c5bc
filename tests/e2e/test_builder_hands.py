"""The builder in a browser: it saves itself, nobody overwrites another, rows move by hand."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.support import browsing
from tests.support.browsing import DESK, World, open_world
from tests.support.stack import WholeStack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

CUSTOMERS = ("Dora Drafts", "Paula Pastes")


@pytest_asyncio.fixture(scope="module")
async def world(stack: WholeStack) -> AsyncIterator[World]:
    async with open_world(stack) as opened:
        for name in CUSTOMERS:
            async with opened.somebody(DESK) as page:
                await browsing.enquire(page, name, f"{name.split()[0].lower()}@travellers.example")
        yield opened


async def start_draft(page: Page, customer: str) -> None:
    """Builds a quote of the tour with one service, and keeps it as a draft."""
    await browsing.find_booking(page, customer)
    await page.get_by_role("link", name="Build a quote").first.click()
    await page.get_by_role("button", name="Add a service").click()
    await service(page, 1).get_by_label("Description").fill("A boat at dawn")
    await service(page, 1).get_by_label("Price each").fill("80")
    await page.get_by_role("button", name="Save and preview").click()
    await page.get_by_role("link", name="Edit").first.click()
    await expect(status(page)).to_be_visible()


def service(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=f"Service {number}", exact=True)


def description(page: Page, number: int) -> Locator:
    return service(page, number).get_by_label("Description")


def status(page: Page) -> Locator:
    return page.locator("#draft-status")


async def add(page: Page, number: int, words: str, day: str) -> None:
    """Adds a service at the end."""
    await page.get_by_role("button", name="Add a service", exact=True).click()
    await description(page, number).fill(words)
    await service(page, number).get_by_label("Day").fill(day)


async def test_what_is_typed_is_there_after_a_reload_and_offline_is_said(world: World) -> None:
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await start_draft(page, CUSTOMERS[0])
        await description(page, 1).fill("A boat at dusk")
        await expect(status(page)).to_contain_text("Saved at")
        await page.reload()
        await expect(description(page, 1)).to_have_value("A boat at dusk")
        await page.context.set_offline(True)
        await description(page, 1).fill("A boat at noon")
        await expect(status(page)).to_contain_text("there is no connection")
        await page.context.set_offline(False)
        await expect(status(page)).to_contain_text("Saved at")
        await page.reload()
        await expect(description(page, 1)).to_have_value("A boat at noon")


async def test_of_two_tabs_neither_overwrites_the_other(world: World) -> None:
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await browsing.find_booking(page, CUSTOMERS[0])
        await page.get_by_role("link", name="Edit").first.click()
        other = await page.context.new_page()
        await other.goto(page.url)
        await description(page, 1).fill("A boat, first tab")
        await expect(status(page)).to_contain_text("Saved at")
        await service(other, 1).get_by_label("Price each").fill("95")
        await expect(status(other)).to_contain_text("changed this draft")
        await other.get_by_role("button", name="Merge both").click()
        await expect(other.get_by_role("heading", name="Two changes at once")).to_be_visible()
        await expect(other.locator("ins")).to_contain_text("A boat, first tab")
        await other.get_by_role("button", name="Merge both").click()
        await expect(description(other, 1)).to_have_value("A boat, first tab")
        await expect(service(other, 1).get_by_label("Price each")).to_have_value("95")
        await expect(status(other)).to_contain_text("Saved at")


async def test_rows_move_by_keys_and_by_the_mouse(world: World) -> None:
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await browsing.find_booking(page, CUSTOMERS[0])
        await page.get_by_role("link", name="Edit").first.click()
        await add(page, 2, "A village walk", "2")
        await description(page, 2).press("Alt+ArrowUp")
        await expect(description(page, 1)).to_have_value("A village walk")
        await expect(service(page, 1)).to_contain_text("Service 1")
        await page.keyboard.press("Alt+Shift+KeyC")
        await expect(page.locator("[data-told]")).to_be_visible()
        await description(page, 2).press("Alt+Shift+KeyV")
        await expect(service(page, 3)).to_be_visible()
        await expect(description(page, 3)).to_have_value("A village walk")
        await page.keyboard.press("Alt+Shift+Delete")
        await expect(service(page, 3)).to_be_hidden()
        handle = service(page, 2).locator("[data-drag]")
        await handle.scroll_into_view_if_needed()
        await handle.hover()
        await page.mouse.down()
        head = page.locator("[data-drop-day='4']")
        await head.hover()
        await page.mouse.up()
        await expect(service(page, 2).get_by_label("Day")).to_have_value("4")
        await page.keyboard.press("Alt+Shift+KeyJ")
        await page.keyboard.type("village")
        await page.keyboard.press("Enter")
        await expect(page.locator("#jump")).to_be_hidden()


async def test_a_service_is_pasted_into_the_draft_of_another_booking(world: World) -> None:
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await browsing.find_booking(page, CUSTOMERS[0])
        await page.get_by_role("link", name="Edit").first.click()
        await description(page, 1).press("Alt+Shift+KeyC")
        await expect(page.locator("[data-told]")).to_be_visible()
        await start_draft(page, CUSTOMERS[1])
        await page.get_by_role("button", name="at the end").click()
        await expect(description(page, 2)).not_to_be_empty()
        await expect(status(page)).to_contain_text("Saved at")
