"""Draws PDFs with one warm headless Chromium, which is started again when it dies."""

import asyncio
import os
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from playwright.async_api import (
    Browser,
    Error,
    Page,
    PdfMargins,
    Playwright,
    Route,
    async_playwright,
)

from activities.providers.ports import PageFrame, PermanentProviderError, RetryableProviderError

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
AT_ONCE = 2
TIMEOUT_MS = 30_000
END_SECONDS = 5.0
MARGIN: PdfMargins = {"top": "20mm", "bottom": "20mm", "left": "18mm", "right": "18mm"}
SMALL = "font:10px 'DejaVu Sans',sans-serif;color:#53605d;width:100%;padding:0 18mm;display:flex"
PAGE, PAGES = '<span class="pageNumber"></span>', '<span class="totalPages"></span>'
PDF_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")


def find_chromium(chosen: str, of_playwright: str) -> str:
    """The browser to start: the chosen one, Playwright's own, or one on PATH.

    Raises:
        PermanentProviderError: there is none.
    """
    candidates = [chosen] if chosen else [of_playwright, *map(shutil.which, NAMES)]
    for candidate in candidates:
        if candidate and Path(candidate).is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise PermanentProviderError("chromium", "not_found: install it or set ATP_CHROMIUM")


class Chromium:
    """A browser that is started when it is first needed. It never reaches the network."""

    def __init__(self, path: str = "", *, at_once: int = AT_ONCE) -> None:
        self._path = path
        self._free = asyncio.Semaphore(at_once)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def render(self, html: str, frame: PageFrame) -> bytes:
        """A PDF of an HTML page, A4, tagged, with its page numbers.

        Raises:
            RetryableProviderError: the browser died or did not answer, twice.
            PermanentProviderError: there is no browser on this machine.
        """
        async with self._free:
            try:
                drawn = await self._draw(html, frame)
            except Error:
                await self._discard()
                drawn = await self._draw_again(html, frame)
        return with_fixed_date(drawn, frame.drawn_at)

    async def close(self) -> None:
        """Ends the browser."""
        await self._discard()

    async def _draw_again(self, html: str, frame: PageFrame) -> bytes:
        try:
            return await self._draw(html, frame)
        except Error as error:
            raise RetryableProviderError("chromium", type(error).__name__) from error

    async def _draw(self, html: str, frame: PageFrame) -> bytes:
        browser = await self._running()
        context = await browser.new_context(offline=True, java_script_enabled=False)
        try:
            page = await context.new_page()
            page.set_default_timeout(TIMEOUT_MS)
            await page.route("**/*", _refuse)
            await page.set_content(html, wait_until="load")
            return await _print(page, frame)
        finally:
            with suppress(Error):
                await context.close()

    async def _running(self) -> Browser:
        async with self._starting:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            if self._browser is None or not self._browser.is_connected():
                engine = self._playwright.chromium
                path = find_chromium(self._path, engine.executable_path)
                self._browser = await engine.launch(executable_path=path, timeout=TIMEOUT_MS)
            return self._browser

    async def _discard(self) -> None:
        """Ends the browser and its driver, as far as they still live."""
        async with self._starting:
            browser, self._browser = self._browser, None
            driver, self._playwright = self._playwright, None
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    if browser is not None and browser.is_connected():
                        await browser.close()
                    if driver is not None:
                        await driver.stop()


async def _refuse(route: Route) -> None:
    await route.abort()


async def _print(page: Page, frame: PageFrame) -> bytes:
    return await page.pdf(
        format="A4",
        margin=MARGIN,
        print_background=True,
        tagged=True,
        outline=True,
        display_header_footer=True,
        header_template=_header(frame),
        footer_template=_footer(frame),
    )


def _header(frame: PageFrame) -> str:
    return (
        f'<div style="{SMALL};justify-content:space-between"><span>AsiaTravelPlan</span>'
        f"<span>{escape(frame.title)}</span></div>"
    )


def _footer(frame: PageFrame) -> str:
    numbering = escape(frame.numbering).replace("{page}", PAGE).replace("{pages}", PAGES)
    return (
        f'<div style="{SMALL};justify-content:space-between">'
        f"<span>{escape(frame.reference)}</span><span>{numbering}</span></div>"
    )


def with_fixed_date(pdf: bytes, at: datetime) -> bytes:
    """The same file, dated by its content instead of by the clock; no byte moves."""
    stamp = f"{at.astimezone(UTC):%Y%m%d%H%M%S}".encode()
    return PDF_DATE.sub(lambda match: b"/" + match[1] + b" (D:" + stamp, pdf)
