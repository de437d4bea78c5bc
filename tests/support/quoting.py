"""What consultants and customers do with a quote in their browsers, step by step."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from playwright.async_api import Locator, Page, expect

MOST_TABS: Final = 250
"""More than any page of the builder has fields and buttons."""


@dataclass(frozen=True)
class CardLine:
    """A service of a quote by a rate card, whose name is typed into the list of suppliers."""

    card: str
    kind: str
    """Of service; it follows from who supplies it."""
    description: str
    day: str = "1"
    nights: str = "0"


async def reach(page: Page, target: Locator) -> None:
    """Goes to a control with the tab key alone.

    Raises:
        AssertionError: the key never leads there.
    """
    await expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if await target.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {target}")


async def type_into(page: Page, target: Locator, text: str) -> None:
    """Replaces what stands in a field, by keys."""
    await reach(page, target)
    await page.keyboard.press("Control+a")
    await page.keyboard.type(text)


async def press(page: Page, target: Locator) -> None:
    """Goes to a link or a button and presses it."""
    await reach(page, target)
    await page.keyboard.press("Enter")


async def add_lines(page: Page, lines: Sequence[CardLine], *, after: int = 0) -> None:
    """Adds services behind the first `after` ones of the opened builder, by keys."""
    for number, line in enumerate(lines, start=after + 1):
        await press(page, page.get_by_role("button", name="Add a service"))
        row = page.get_by_role("group", name=f"Service {number}", exact=True)
        await type_into(page, row.get_by_label("Description"), line.description)
        await reach(page, row.get_by_label("Supplier and rate"))
        async with page.expect_response(re.compile("/quotes")):
            await page.keyboard.type(line.card)
        await expect(row.locator("option:checked").first).to_contain_text(line.card)
        await expect(row.get_by_label("Vehicles or cabins")).to_be_visible()
        await expect(row.get_by_label("Kind").locator("option:checked")).to_have_text(line.kind)
        await type_into(page, row.get_by_label("From day"), line.day)
        await type_into(page, row.get_by_label("Nights"), line.nights)
        await expect(page.locator(f"#line-{number - 1}-priced")).to_contain_text("USD")


async def write_first(page: Page, title: str, lines: Sequence[CardLine]) -> None:
    """From the opened booking to the preview of a quote that is priced from rate cards, by keys."""
    await press(page, page.get_by_role("link", name="Build a quote").first)
    field = page.get_by_label("Title (required)")
    await expect(field).not_to_be_empty()
    await type_into(page, field, title)
    await add_lines(page, lines)
    await press(page, page.get_by_role("button", name="Save and preview"))


async def write_next(page: Page, lines: Sequence[CardLine], *, after: int, why: str) -> None:
    """From a version that was sent to the preview of the next one, which has more services."""
    await press(page, page.get_by_role("link", name="New version from this one"))
    await type_into(page, page.get_by_label("What changed since the last version"), why)
    await add_lines(page, lines, after=after)
    await press(page, page.get_by_role("button", name="Save and preview"))


async def send(page: Page) -> str:
    """Sends the previewed version; returns its total as it is shown."""
    total = await page.locator("#lines tfoot td").first.inner_text()
    await press(page, page.get_by_role("button", name="Send to"))
    await expect(page.get_by_text("The quote is on its way to the customer.")).to_be_visible()
    return total.strip()


async def sign(page: Page, name: str) -> None:
    """Accepts the opened quote on a phone, by the name alone."""
    await page.get_by_role("link", name="Accept or answer").tap()
    await page.get_by_label("Your full name").fill(name)
    await page.get_by_label("I have read the terms").tap()
    await page.get_by_role("button", name="Accept for").tap()
