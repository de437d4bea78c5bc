"""A quote's life in real browsers: built by keys, sent, asked about, changed, signed on a phone."""

import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests.support import browsing as people
from tests.support import quoting
from tests.support.browsing import DESK, PHONE, World, open_world
from tests.support.quoting import CardLine
from tests.support.stack import WholeStack
from tests.support.working_day import until_it_says

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

NAME = "Ingrid Åström"
TITLE = "Hanoi, the bay and the terraces"
QUESTION = "Is there a cooking class for beginners?"
WHY = "A morning in a kitchen, as you wished."
SERVICES = (
    CardLine("Deluxe room, breakfast", "Hotel", "Lotus House, deluxe room", "1", "2"),
    CardLine("Cabin, full board", "Cruise", "A cabin on the bay", "3", "1"),
    CardLine("Seven-seater with driver", "Transport", "A car to the harbour", "3"),
)
KITCHEN = CardLine("Market and cooking class", "Activity", "A morning in Mrs Van's kitchen", "6")
SCANNER = {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks/1.0)"}


@pytest_asyncio.fixture(scope="module")
async def world(stack: WholeStack) -> AsyncIterator[World]:
    async with open_world(stack) as opened:
        yield opened


async def test_a_quote_is_built_by_keys_and_signed_on_a_phone(
    world: World, stack: WholeStack
) -> None:
    email = f"ingrid-{uuid4().hex[:8]}@travellers.example"
    async with world.somebody(PHONE) as ingrid, world.somebody(DESK) as linh:
        # Monday: Ingrid asks about a tour. Linh prices it from the rate cards without a mouse.
        await people.enquire(ingrid, NAME, email)
        await the_office_gives_it_to_linh(world, email)
        await people.log_in(linh, "linh")
        reference = await people.find_booking(linh, email)
        booking = linh.url
        await quoting.write_first(linh, TITLE, SERVICES)
        before = await quoting.send(linh)

        # Her mail server looks at the link before she does, which is no view. She is the first.
        link = await her_link(world, ingrid, "Your quote", reference)
        await a_scanner_fetches(link)
        assert [one["first_viewed_at"] for one in versions(stack, reference)] == [None]
        async with ingrid.expect_response(lambda answer: answer.url.endswith("/seen")):
            await ingrid.goto(link)
            await ingrid.get_by_role("heading", level=1, name=TITLE).tap()
        await linh.goto(booking)
        await until_it_says(linh, "Quote visit")

        # Tuesday: she asks, and Linh finds the question with the booking.
        await ingrid.get_by_label("What would you like to know?").fill(QUESTION)
        await ingrid.get_by_role("button", name="Ask", exact=True).tap()
        await expect(ingrid.locator("#questions")).to_contain_text(QUESTION)
        await until_it_says(linh, QUESTION)

        # Wednesday: version 2 has the class. Her first link leads on to it.
        await linh.locator("#quotes").get_by_role("link", name=TITLE).first.click()
        await quoting.write_next(linh, (KITCHEN,), after=len(SERVICES), why=WHY)
        after = await quoting.send(linh)
        second = await her_link(world, ingrid, "Your updated quote", reference)
        await ingrid.goto(link)
        await ingrid.get_by_role("link", name="Open the newest version").tap()
        await expect(ingrid).to_have_url(second)
        await what_changed_is_told(ingrid, before, after)

        # Thursday: she signs with her name, and gets a copy with its certificate.
        await quoting.sign(ingrid, NAME)
        await expect(ingrid.get_by_role("heading", name="you have accepted")).to_be_visible()
        await until_it_says(ingrid, "Download the signed copy")
        await the_certificate_stands_behind_what_was_sent(ingrid, second)
        await linh.goto(booking)
        await until_it_says(linh, "Accepted")
        assert [one["status"] for one in versions(stack, reference)] == ["SUPERSEDED", "ACCEPTED"]


async def her_link(world: World, page: Page, subject: str, reference: str) -> str:
    """The address of the quote in a letter to her."""
    await world.open_letter(page, subject, reference)
    link = page.locator("section[aria-labelledby=links] a[href*='/quote/']").first
    return str(await link.get_attribute("href"))


async def a_scanner_fetches(link: str) -> None:
    """What mail servers and previews of chats do with an address."""
    async with httpx2.AsyncClient(headers=SCANNER, follow_redirects=True) as scanner:
        for address in (link, link, f"{link}/pdf"):
            assert (await scanner.get(address)).status_code == 200
        assert (await scanner.post(f"{link}/accept")).status_code == 403


async def what_changed_is_told(page: Page, before: str, after: str) -> None:
    """The newest version says what is different from the one before, in words and money."""
    await expect(page.locator("main")).to_contain_text(WHY)
    changed = page.locator("#changed")
    await expect(changed).to_contain_text("What changed since version 1")
    await changed.locator("summary").tap()
    services = changed.locator("#services-changed li")
    await expect(services).to_have_count(1)
    await expect(services).to_contain_text(KITCHEN.description)
    for total in (before, after):
        await expect(changed.locator("#price-changed")).to_contain_text(total)
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["width"], "a phone does not scroll sideways"


async def the_certificate_stands_behind_what_was_sent(page: Page, link: str) -> None:
    """The signed copy is the PDF that was sent, and a page that says who accepted it."""
    sent, signed = [
        await (await page.request.get(f"{link}/{name}")).body() for name in ("pdf", "signed")
    ]
    pages, all_pages = PdfReader(BytesIO(sent)).pages, PdfReader(BytesIO(signed)).pages
    assert len(all_pages) > len(pages)
    for one, kept in zip(pages, all_pages, strict=False):
        assert kept.extract_text() == one.extract_text()
    certificate = " ".join(one.extract_text() for one in all_pages[len(pages) :])
    assert NAME in " ".join(certificate.split())
    assert hashlib.sha256(sent).hexdigest() in "".join(certificate.split())


async def the_office_gives_it_to_linh(world: World, email: str) -> None:
    async with world.somebody(DESK) as manager:
        await people.log_in(manager, "marie")
        await people.find_booking(manager, email)
        await people.assign(manager, "Nguyễn Thùy Linh")


def versions(stack: WholeStack, reference: str) -> list[dict[str, Any]]:
    """The versions of a booking's quote, the first one first."""
    return stack.rows(
        "SELECT q.* FROM quote_versions q JOIN bookings b ON b.id = q.booking_id"
        " WHERE b.reference = %s ORDER BY q.version", reference,
    )  # fmt: skip
