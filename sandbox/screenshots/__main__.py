"""`python -m sandbox.screenshots [folder]`: the documentation's pictures, or every page."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page

from models.settings import Settings
from sandbox.demo.__main__ import running_stack
from sandbox.screenshots.gallery import take_gallery
from sandbox.screenshots.pictures import VIEWPORTS, log_in, open_browser, open_window, take
from sandbox.screenshots.scenes import Scenes, prepare

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images"


async def _as_it_is(page: Page) -> None:
    """Nothing is touched."""
    del page


async def _open_form(page: Page) -> None:
    await page.get_by_role("link", name="Plan my trip").first.click()


async def _fill_builder(page: Page) -> None:
    await page.get_by_role("button", name="Add a service").click()
    row = page.get_by_role("group", name="Service 1", exact=True)
    await row.get_by_label("Price each").fill("138")
    await row.get_by_label("Description").fill("River room with breakfast")
    await page.locator("#lines").scroll_into_view_if_needed()


PICTURES: Final[dict[str, tuple[str, str, Callable[[Page], Awaitable[None]]]]] = {
    "website-desktop": ("website", "desktop", _as_it_is),
    "enquiry-phone": ("website", "phone", _open_form),
    "bookings-desktop": ("bookings", "desktop", _as_it_is),
    "booking-desktop": ("booking-won", "desktop", _as_it_is),
    "builder-desktop": ("builder", "desktop", _fill_builder),
    "quote-desktop": ("quote-quoted", "desktop", _as_it_is),
    "quote-phone": ("quote-quoted", "phone", _as_it_is),
    "pay-phone": ("pay-accepted", "phone", _as_it_is),
    "checkout-phone": ("checkout-accepted", "phone", _as_it_is),
    "supplier-phone": ("supplier-paid", "phone", _as_it_is),
    "guide-phone": ("guide-paid", "phone", _as_it_is),
    "trip-desktop": ("trip-won", "desktop", _as_it_is),
    "mailbox-desktop": ("mailbox", "desktop", _as_it_is),
}
"""The picture's name: which page, in which window, and what is done there first."""


async def take_pictures(stack: dict[str, Any], folder: Path) -> None:
    """The documentation's pictures into `docs/images`; into another folder, every page.

    In both cases every page of the back office, in both widths and themes, into `backoffice/`.
    """
    website, sandbox = stack["urls"]["website"], stack["urls"]["sandbox"]
    login = next(one for one in stack["logins"] if "atp_manager" in one["roles"])
    scenes = await prepare(website, sandbox, (login["username"], login["password"]))
    async with open_browser() as browser:
        for width in VIEWPORTS:
            await _in_width(browser, width, website, login, scenes, folder)
        who = (login["username"], login["password"])
        await take_gallery(browser, website, who, scenes.office, folder / "backoffice")


async def _in_width(
    browser: Browser,
    width: str,
    website: str,
    login: dict[str, Any],
    scenes: Scenes,
    folder: Path,
) -> None:
    public = await open_window(browser, width, website)
    office = await open_window(browser, width, website)
    await log_in(office, login["username"], login["password"])
    for context, pages in ((public, scenes.public), (office, scenes.office)):
        for scene, url in pages.items():
            for name, act, whole in _wanted(scene, width, folder):
                page = await context.new_page()
                await page.goto(url)
                await act(page)
                await take(page, folder / f"{name}.png", whole=whole)
                await page.close()
    await public.close()
    await office.close()


def _wanted(
    scene: str, width: str, folder: Path
) -> list[tuple[str, Callable[[Page], Awaitable[None]], bool]]:
    """Pictures of a page in a window: their names, what to do first, whether the whole page."""
    if folder != IMAGES:
        return [(f"{scene}-{width}", _as_it_is, True)]
    return [
        (name, act, False)
        for name, (wanted, window, act) in PICTURES.items()
        if (wanted, window) == (scene, width)
    ]


def main() -> None:
    """Takes them from the running stack."""
    folder = Path(sys.argv[1]).resolve() if sys.argv[1:] else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_pictures(running_stack(Settings().data_dir), folder))


if __name__ == "__main__":
    main()
