"""The people of a working day at their desks, and what they do with any page of the back office."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from tests.support import browsing as people
from tests.support.browsing import DESK, SLOW_MS, World, open_world
from tests.support.stack import WholeStack

USERNAMES: Final = ("sophea", "marie", "hanna", "duc")


@dataclass
class Day:
    """The people at their desks, each logged in, and what today's letters share."""

    world: World
    stack: WholeStack
    sophea: Page
    """atp_staff: sees her own bookings."""
    marie: Page
    """atp_manager."""
    hanna: Page
    """atp_accountant."""
    duc: Page
    """atp_admin."""
    domain: str
    """Of every address that writes today: by it their three bookings are found together."""

    def search(self, place: str = "bookings") -> str:
        """The address of a list of today's bookings or customers."""
        return f"/backoffice/{place}?search=%40{self.domain}"


@asynccontextmanager
async def open_day(stack: WholeStack) -> AsyncIterator[Day]:
    """Everybody comes to the office and logs in."""
    async with AsyncExitStack() as closing:
        world = await closing.enter_async_context(open_world(stack))

        async def at_desk(username: str) -> Page:
            page = await closing.enter_async_context(world.somebody(DESK))
            await people.log_in(page, username)
            return page

        sophea, marie, hanna, duc = [await at_desk(one) for one in USERNAMES]
        yield Day(world, stack, sophea, marie, hanna, duc, f"angkor-{uuid4().hex[:6]}.example")


def row_of(page: Page, name: str) -> Locator:
    """The row of a list that names somebody."""
    return page.get_by_role("row").filter(has_text=re.compile(re.escape(name)))


async def open_booking(day: Day, page: Page, name: str) -> None:
    """Opens somebody's booking of today."""
    await page.goto(day.search())
    await row_of(page, name).get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(name)


async def until_it_says(page: Page, text: str) -> None:
    """Opens a page that nothing keeps up to date again, once it would say something new."""
    async with asyncio.timeout(SLOW_MS / 1_000):
        while text not in await (await page.request.get(page.url)).text():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.3)
    await page.reload()


async def download(page: Page, link: Locator) -> str:
    """What a link saves, as text."""
    async with page.expect_download() as saving:
        await link.click()
    path = await (await saving.value).path()
    return path.read_text(encoding="utf-8-sig")
