"""Takes pictures of pages in a headless Chromium, small enough to keep beside the text."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from sandbox.stack import browser as chromium

VIEWPORTS: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
MOST_BYTES: Final = 150_000
WEBP_QUALITY: Final = 45
COLOURS: Final = (256, 128, 64, 32)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A headless Chromium, found as the stack finds it."""
    async with async_playwright() as playwright:
        path = chromium.require(os.environ)
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def open_window(
    browser: Browser, width: str, website: str, theme: Theme = "light"
) -> BrowserContext:
    """A window of a desk or a phone in Hanoi, without cookies."""
    return await browser.new_context(
        viewport=VIEWPORTS[width],
        reduced_motion="reduce",
        color_scheme=theme,
        base_url=website,
        locale="en-GB",
        timezone_id="Asia/Ho_Chi_Minh",
    )


async def log_in(context: BrowserContext, username: str, password: str) -> None:
    """Somebody of the demo staff logs in by the identity provider's page."""
    page = await context.new_page()
    await page.goto("/auth/login?return_to=/backoffice/bookings")
    await page.get_by_label("User name").fill(username)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in", exact=True).click()
    await page.wait_for_url("**/backoffice/bookings")
    await page.close()


async def take(page: Page, file: Path, *, whole: bool = False) -> None:
    """Saves what the window shows, or the whole page, as a PNG of few colours."""
    await page.wait_for_load_state("networkidle")
    picture = await page.screenshot(full_page=whole)
    await asyncio.to_thread(file.write_bytes, squeeze(picture))


async def take_small(page: Page, file: Path) -> None:
    """Saves what the window shows as a WebP, for galleries."""
    await page.wait_for_load_state("networkidle")
    picture = await page.screenshot()
    await asyncio.to_thread(_save_small, picture, file)


def _save_small(picture: bytes, file: Path) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.save(file, "WEBP", quality=WEBP_QUALITY, method=6)


def squeeze(picture: bytes) -> bytes:
    """The PNG with as many colours as `MOST_BYTES` allow."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        small = io.BytesIO()
        reduced = image.quantize(colours, dither=Image.Dither.NONE)
        reduced.save(small, "PNG", optimize=True)
        if small.tell() <= MOST_BYTES:
            break
    return small.getvalue()
