"""Every page of the back office in both widths and both themes, as small pictures on one page."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page

from sandbox.screenshots.pictures import THEMES, VIEWPORTS, log_in, open_window, take_small

LEFT_OUT: Final = frozenset(
    f"booking-{name}"
    for name in ("quoted", "change", "superseded", "declined", "accepted", "paid", "cancelled")
)
"""Bookings that look like the others: new, at risk and won stand for all."""


async def _open_palette(page: Page) -> None:
    await page.keyboard.press("Control+k")
    await page.keyboard.type("an")
    await page.locator("#palette [role=option]").first.wait_for()


async def _open_keys(page: Page) -> None:
    await page.keyboard.press("?")
    await page.locator("#keys[open]").wait_for()


async def _open_menu(page: Page) -> None:
    if await page.locator(".menu-button").is_visible():
        await page.locator(".menu-button").click()


ACTS: Final[dict[str, Callable[[Page], Awaitable[None]]]] = {
    "palette": _open_palette,
    "keys-dialog": _open_keys,
    "menu": _open_menu,
}
"""Pictures of the list of bookings after something was done there."""


async def take_gallery(
    browser: Browser, website: str, login: tuple[str, str], office: dict[str, str], folder: Path
) -> None:
    """Takes the pictures `<page>-<width>-<theme>.webp` and writes the page that shows them.

    Args:
        browser: what takes them.
        website: where the API listens.
        login: user name and password of a manager.
        office: addresses by name.
        folder: where the pictures go; old ones leave it.
    """
    await asyncio.to_thread(_empty, folder)
    pages = {name: url for name, url in office.items() if name not in LEFT_OUT}
    for width in VIEWPORTS:
        for theme in THEMES:
            context = await open_window(browser, width, website, theme)
            await log_in(context, *login)
            page = await context.new_page()
            for name, url in pages.items():
                await page.goto(url)
                await take_small(page, folder / f"{name}-{width}-{theme}.webp")
            for name, act in ACTS.items():
                await page.goto(pages["bookings"])
                await act(page)
                await take_small(page, folder / f"{name}-{width}-{theme}.webp")
            await context.close()
    await asyncio.to_thread(_write_index, folder, [*pages, *ACTS])


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.webp"):
        old.unlink()


def _write_index(folder: Path, names: list[str]) -> None:
    lines = ["# Every page of the back office", "", "Made by `make screenshots`.", ""]
    for name in sorted(names):
        lines += [f"## {name.replace('-', ' ').capitalize()}", ""]
        for width, pixels in (("desktop", 400), ("phone", 130)):
            lines += [
                f'<img src="{name}-{width}-{theme}.webp" width="{pixels}" '
                f'alt="{name}, {width}, {theme}">'
                for theme in THEMES
            ]
        lines.append("")
    (folder / "README.md").write_text("\n".join(lines))
