"""The mailbox in a real browser: it keeps itself up to date, and mails can't run anything."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from sandbox.stack import browser as chromium
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.browser
HOSTILE = (
    "<p id='greeting'>Hello</p><a id='quote' href='{url}/health'>Your quote</a>"
    "<script>document.getElementById('greeting').textContent = 'hacked'</script>"
    "<img src='x' onerror='parent.document.title = 1'>"
)


@pytest_asyncio.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = chromium.require(os.environ)
        started = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        await started.close()


async def test_the_list_shows_a_new_mail_by_itself(browser: Browser, sandbox: Sandbox) -> None:
    page = await browser.new_page()
    await page.goto(f"{sandbox.url}/mailbox")
    sandbox.send_mail(Subject="This appears by itself")
    await page.get_by_role("link", name="This appears by itself").click(timeout=10_000)
    assert "/mailbox/mail/" in page.url
    await page.close()


async def test_a_mail_renders_runs_nothing_and_opens_links_in_a_new_tab(
    browser: Browser, sandbox: Sandbox
) -> None:
    sent = sandbox.send_mail(HtmlBody=HOSTILE.format(url=sandbox.url), Subject="Hostile")
    page = await browser.new_page()
    await page.goto(f"{sandbox.url}/mailbox/mail/{sent}")
    letter = page.frame_locator("iframe")
    assert await letter.locator("#greeting").inner_text() == "Hello"
    async with page.context.expect_page() as opened:
        await letter.locator("#quote").click()
    tab = await opened.value
    await tab.wait_for_load_state()
    assert tab.url == f"{sandbox.url}/health"
    assert "Hostile" in await page.title()
    await page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
async def test_no_page_is_wider_than_its_window(
    browser: Browser, sandbox: Sandbox, width: int
) -> None:
    sent = sandbox.send_mail(Subject="x" * 200, To=f"{'a' * 60}@home.example", TextBody="y" * 300)
    sandbox.send_text(to="+84901234567", body=f"http://127.0.0.1:8080/quote/{'z' * 200}")
    page = await browser.new_page(viewport={"width": width, "height": 800})
    for path in ("/", "/mailbox", f"/mailbox/mail/{sent}", "/mailbox/phone/+84901234567"):
        await page.goto(f"{sandbox.url}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.close()
