"""The people of a booking's story, each with a browser of their own, doing what the pages offer."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from sandbox.stack import browser as chromium
from tests.support.stack import WholeStack

PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
TOUR: Final = "Northern Vietnam, slowly"
GOOD_CARD: Final = "4242 4242 4242 4242"
DECLINED_CARD: Final = "4000 0000 0000 0002"
ASKING_CARD: Final = "4000 0025 0000 3155"
SLOW_MS: Final = 30_000
"""The longest that a story waits for a message to be sent, on a busy machine."""


@dataclass(frozen=True)
class Service:
    """A line of a quote: `supplier` is the name of one, or empty."""

    kind: str
    description: str
    price: str
    quantity: str = "1"
    nights: str = "0"
    supplier: str = ""


SERVICES: Final = (
    Service("Hotel", "Lotus House, double room", "84.50", "2", "2", "Lotus House Hanoi, no rate"),
    Service("Cruise", "A junk in Bai Tu Long", "420", "2", "2", "Bai Tu Long Junks, no rate"),
    Service("Guide", "Your private guide", "65", "8"),
)


@dataclass(frozen=True)
class World:
    """A browser, and where the website and the stand-ins are."""

    browser: Browser
    website: str
    sandbox: str

    @asynccontextmanager
    async def somebody(self, viewport: ViewportSize = DESK) -> AsyncIterator[Page]:
        """A person's browser window; a phone is one that is touched."""
        context = await self.browser.new_context(
            viewport=viewport,
            is_mobile=viewport is PHONE,
            has_touch=viewport is PHONE,
            reduced_motion="reduce",
            base_url=self.website,
        )
        context.set_default_timeout(SLOW_MS)
        yield await context.new_page()
        await context.close()

    async def open_letter(self, page: Page, subject: str, reference: str) -> None:
        """Waits for a mail in the mailbox and opens it.

        Args:
            page: the window of whoever gets the mail.
            subject: how its subject begins.
            reference: of the booking, which stands at the subject's end.
        """
        await page.goto(f"{self.sandbox}/mailbox")
        name = re.compile(rf"^{re.escape(subject)}.*\[{re.escape(reference)}\]$")
        await page.get_by_role("link", name=name).first.click()
        await expect(page.get_by_role("heading", name=name)).to_be_visible()

    async def follow_letter(self, page: Page, subject: str, reference: str, path: str) -> None:
        """Opens a mail and its link whose path begins like `/quote/`."""
        await self.open_letter(page, subject, reference)
        link = page.locator(f"section[aria-labelledby=links] a[href*='{path}']").first
        await page.goto(str(await link.get_attribute("href")))


@asynccontextmanager
async def open_world(stack: WholeStack) -> AsyncIterator[World]:
    """A Chromium to look at a running system with."""
    expect.set_options(timeout=SLOW_MS)
    async with async_playwright() as playwright:
        path = chromium.require(os.environ)
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield World(browser, stack.website, stack.sandbox)
        await browser.close()


async def enquire(
    page: Page,
    name: str,
    email: str,
    *,
    tour: str = TOUR,
    language: str = "",
    wishes: str = "Quiet rooms, please.",
) -> None:
    """A visitor asks about a tour by the form in three steps."""
    await page.goto("/")
    await page.get_by_role("link", name=f"Ask about it {tour}").click()
    await page.get_by_label("Month of travel").select_option(index=5)
    await page.get_by_label("How long").select_option("6-8 days")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail (required)").fill(email)
    await page.get_by_label("Language").select_option(language)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Wishes, dates").fill(wishes)
    await page.get_by_role("button", name="Send enquiry").click()
    await expect(page.get_by_role("heading", name=f"Thank you, {name}")).to_be_visible()


async def log_in(page: Page, username: str) -> None:
    """A member of the demo staff comes to the back office by the identity provider."""
    await page.goto("/backoffice/bookings")
    await page.get_by_label("User name").fill(username)
    await page.get_by_label("Password").fill(f"{username}-demo")
    await page.get_by_role("button", name="Log in", exact=True).click()
    await expect(page.get_by_role("heading", name="Bookings")).to_be_visible()


async def find_booking(page: Page, customer: str) -> str:
    """Opens the booking of a customer from the list; returns its reference."""
    await page.goto(f"/backoffice/bookings?search={customer}")
    await page.get_by_role("link", name=re.compile("^ATP-")).first.click()
    heading = await page.get_by_role("heading", level=1).inner_text()
    return heading.split(" · ")[0]


async def assign(page: Page, person: str) -> None:
    """A manager gives the opened booking to somebody."""
    await page.get_by_label("Assigned to").select_option(label=person)
    await page.get_by_role("button", name="Assign").click()
    await expect(page.get_by_text("The booking has a new owner.")).to_be_visible()


async def quote(page: Page) -> None:
    """A consultant builds a quote from the tour that was asked about, and sends it."""
    await page.get_by_role("link", name="Build a quote").first.click()
    await expect(page.get_by_label("Title", exact=True).first).not_to_be_empty()
    for number, service in enumerate(SERVICES, start=1):
        await page.get_by_role("button", name="Add a service").click()
        await _fill_service(page, number, service)
    await expect(page.locator("#total")).to_have_text("USD 1,529.00")
    await page.get_by_role("button", name="Save and preview").click()
    await page.get_by_role("button", name="Send to").click()
    await expect(page.get_by_text("The quote is on its way to the customer.")).to_be_visible()


async def _fill_service(page: Page, number: int, service: Service) -> None:
    row = page.get_by_role("group", name=f"Service {number}", exact=True)
    await row.get_by_label("Kind").select_option(label=service.kind)
    await row.get_by_label("Nights").fill(service.nights)
    await row.get_by_label("Quantity").fill(service.quantity)
    await row.get_by_label("Price each").fill(service.price)
    await row.get_by_label("Description").fill(service.description)
    if service.supplier:
        await row.get_by_label("Supplier and rate").select_option(label=service.supplier)


async def accept(page: Page, name: str) -> None:
    """A customer accepts the opened quote and goes on to the payment."""
    await page.get_by_role("link", name="Accept or answer").click()
    await page.get_by_label("Your full name").fill(name)
    await page.get_by_label("I have read the terms").check()
    await page.get_by_role("button", name="Accept for").click()
    await page.get_by_role("link", name="Go to the payment").click()


async def show_card(page: Page, number: str) -> None:
    """Types a card on the provider's page and presses pay."""
    await page.get_by_label("Card number").fill(number)
    await page.get_by_label("Expiry").fill("12 / 40")
    await page.get_by_label("Security code").fill("123")
    await page.get_by_label("Name on card").fill("Anna Sommer")
    await page.get_by_role("button", name="Pay $").click()


async def confirm_service(page: Page, reference: str) -> None:
    """A supplier confirms the opened request."""
    await page.get_by_label("Your confirmation number").fill(reference)
    await page.get_by_role("button", name="Confirm the reservation").click()
    await expect(page.get_by_text("You have confirmed this service")).to_be_visible()


async def take_trip(page: Page) -> None:
    """A guide takes the opened trip."""
    await page.get_by_role("button", name="Yes, I take the trip").click()
    await expect(page.get_by_text("You have taken this trip")).to_be_visible()
