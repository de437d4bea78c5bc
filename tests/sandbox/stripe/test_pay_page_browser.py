"""The pay page in a real browser that runs no JavaScript, on a desk and on a phone."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from sandbox.stack import browser as chromium
from tests.sandbox.stripe.shop import ASKING, DECLINED, GOOD, Shop, item

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = chromium.require(os.environ)
        started = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        await started.close()


def home(shop: Shop) -> str:
    """An address at another origin than the pay page's."""
    return shop.url.replace("127.0.0.1", "localhost").removesuffix("/stripe") + "/health"


async def fill(page: Page, number: str) -> None:
    await page.get_by_label("E-mail").fill("anna@home.example")
    await page.get_by_label("Card number").fill(number)
    await page.get_by_label("Expiry").fill("12 / 40")
    await page.get_by_label("Security code").fill("123")
    await page.get_by_label("Name on card").fill("Anna Home")
    await page.get_by_role("button", name="Pay $").click()


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_person_pays_after_a_refusal_and_the_banks_question(
    browser: Browser, shop: Shop, width: int
) -> None:
    back = home(shop)
    session = shop.session(success_url=f"{back}?paid={{CHECKOUT_SESSION_ID}}", cancel_url=back)
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto(shop.page(session.id))
    await fill(page, DECLINED)
    assert await page.get_by_role("alert").inner_text() == "Your card was declined."
    await fill(page, ASKING)
    await page.get_by_role("button", name="Refuse").click()
    assert "unable to authenticate" in await page.get_by_role("alert").inner_text()
    await fill(page, GOOD)
    assert page.url == f"{back}?paid={session.id}"
    assert shop.again(session).payment_status == "paid"
    await context.close()


async def test_a_person_goes_back_without_paying(browser: Browser, shop: Shop) -> None:
    session = shop.session(cancel_url=home(shop))
    page = await browser.new_page()
    await page.goto(shop.page(session.id))
    await page.get_by_role("link", name="Back without paying").click()
    assert page.url == home(shop)
    assert shop.again(session).status == "open"
    await page.close()


@pytest.mark.parametrize("width", [1280, 390])
async def test_no_page_is_wider_than_its_window(browser: Browser, shop: Shop, width: int) -> None:
    product = {"name": "x" * 200}
    session = shop.session(line_items=[item(999_999_999_00, 9, product_data=product)])
    page = await browser.new_page(viewport={"width": width, "height": 800})
    for number in ("", DECLINED, ASKING, GOOD):
        await page.goto(shop.page(session.id))
        if number:
            shop.pay(session.id, number)
            await page.reload()
        assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.close()
