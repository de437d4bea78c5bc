"""The back office by keyboard alone, and without scripts, in a real browser."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support import browsing
from tests.support.browsing import DESK, SLOW_MS, World, open_world
from tests.support.stack import WholeStack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

CUSTOMER = "Kirsten Tastatur"


@pytest_asyncio.fixture(scope="module")
async def world(stack: WholeStack) -> AsyncIterator[World]:
    async with open_world(stack) as opened:
        async with opened.somebody(DESK) as page:
            await browsing.enquire(page, CUSTOMER, "kirsten@travellers.example")
        yield opened


async def press(page: Page, *keys: str) -> None:
    """One key after the other."""
    for key in keys:
        await page.keyboard.press(key)


async def test_the_palette_leads_anywhere_by_keys_alone(world: World) -> None:
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await page.wait_for_load_state()
        await page.get_by_role("link", name="Find anything").focus()
        await press(page, "Enter")
        await expect(page.get_by_role("combobox", name="Booking, customer or page")).to_be_focused()
        await page.keyboard.type("Tastatur")
        options = page.get_by_role("option", name=re.compile(CUSTOMER))
        await expect(options).to_have_count(2)
        await expect(options.first).to_have_attribute("aria-selected", "true")
        await press(page, "ArrowDown")
        await expect(options.last).to_have_attribute("aria-selected", "true")
        await press(page, "ArrowUp", "Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text(CUSTOMER)
        await page.wait_for_load_state()
        await press(page, "Control+k")
        await page.keyboard.type("keyb")
        await expect(page.locator("#palette [role=option]")).to_have_count(1)
        await press(page, "Enter")
        await expect(page.get_by_role("heading", level=1, name="Keyboard")).to_be_visible()
        await page.wait_for_load_state()
        await press(page, "Control+k", "Escape")
        await expect(page.locator("#palette")).to_be_hidden()


async def test_single_keys_work_outside_of_fields_and_can_be_switched_off(world: World) -> None:
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await page.wait_for_load_state()
        await press(page, "g", "c")
        await expect(page.get_by_role("heading", level=1, name="Customers")).to_be_visible()
        await page.wait_for_load_state()
        await press(page, "/")
        await page.keyboard.type("g?b")
        await expect(page.locator("main input[type=search]").first).to_have_value("g?b")
        await page.goto("/backoffice/bookings")
        await press(page, "j")
        await expect(page.locator("main tr.row-link a").first).to_be_focused()
        await press(page, "?")
        await expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
        await press(page, "Escape")
        await page.goto("/backoffice/preferences")
        await page.get_by_role("radio", name="Off, but for Ctrl-K").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Your preferences were saved")).to_be_visible()
        await page.wait_for_load_state()
        await press(page, "g", "c", "?")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page).to_have_url(re.compile("/backoffice/preferences"))


async def test_the_zone_is_the_browsers_own(world: World) -> None:
    context = await world.browser.new_context(
        base_url=world.website, timezone_id="Asia/Kathmandu", locale="en-GB"
    )
    context.set_default_timeout(SLOW_MS)
    page = await context.new_page()
    await browsing.log_in(page, "marie")
    await page.wait_for_load_state()
    await page.goto("/backoffice/preferences")
    await expect(page.get_by_role("contentinfo")).to_contain_text("UTC+05:45")
    await context.close()


async def test_without_scripts_everything_can_be_read(world: World) -> None:
    context = await world.browser.new_context(
        base_url=world.website, java_script_enabled=False, locale="vi-VN"
    )
    context.set_default_timeout(SLOW_MS)
    page = await context.new_page()
    await page.goto("/backoffice/bookings")
    await page.get_by_label("User name").fill("marie")
    await page.get_by_label("Password").fill("marie-demo")
    await page.get_by_role("button", name="Log in", exact=True).click()
    await expect(page.get_by_role("heading", level=1, name="Đặt chỗ")).to_be_visible()
    for link in await page.locator(".places a[href^='/backoffice/']").all():
        address = str(await link.get_attribute("href"))
        other = await context.new_page()
        answer = await other.goto(address)
        assert answer
        assert answer.ok, address
        await expect(other.get_by_role("heading", level=1)).to_be_visible()
        await other.close()
    await page.get_by_role("link", name="Tìm mọi thứ").click()
    await page.get_by_role("searchbox").fill(CUSTOMER)
    await page.get_by_role("button", name="Tìm", exact=True).click()
    await page.get_by_role("link", name=re.compile(f"^ATP-.*{CUSTOMER}")).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(CUSTOMER)
    await context.close()
