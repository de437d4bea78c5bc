"""Diaries in a real browser: a trip from form to confirmation, and one that is cancelled."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support import browsing as people
from tests.support.browsing import DESK, PHONE, SERVICES, World, open_world
from tests.support.stack import WholeStack

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(scope="module")
async def world(stack: WholeStack) -> AsyncIterator[World]:
    async with open_world(stack) as opened:
        yield opened


async def open_until(page: Page, text: str) -> None:
    """Reloads a page until it says something."""
    for _ in range(60):
        if text in await page.locator("main").inner_text():
            return
        await page.wait_for_timeout(500)
        await page.reload()
    raise AssertionError(f"{page.url} never said {text!r}")


async def visit_website(world: World, name: str) -> str:
    """The visitor asks; returns their address."""
    email = f"anna-{uuid4().hex[:8]}@travellers.example"
    async with world.somebody(PHONE) as phone:
        await people.enquire(phone, name, email)
    return email


async def work_on(world: World, email: str) -> str:
    """The manager assigns, the consultant quotes; returns the booking's reference."""
    async with world.somebody(DESK) as manager:
        await people.log_in(manager, "marie")
        await people.find_booking(manager, email)
        await people.assign(manager, "Nguyễn Thùy Linh")
    async with world.somebody(DESK) as consultant:
        await people.log_in(consultant, "linh")
        reference = await people.find_booking(consultant, email)
        await people.quote(consultant)
    return reference


async def test_anna_goes_from_the_form_to_a_confirmed_trip(world: World) -> None:
    # Monday, on a train: Anna asks about a tour. By lunch the office has sent her a quote.
    email = await visit_website(world, "Anna Sommer")
    reference = await work_on(world, email)

    async with world.somebody(PHONE) as anna:
        # Tuesday: she reads it on her phone and accepts.
        await world.follow_letter(anna, "Your quote", reference, "/quote/")
        await expect(anna.get_by_role("heading", name=people.TOUR)).to_be_visible()
        await people.accept(anna, "Anna Sommer")
        # Her first card is declined; her bank asks about the second.
        await anna.get_by_role("button", name=re.compile("^Pay .* by card")).click()
        await people.show_card(anna, people.DECLINED_CARD)
        await expect(anna.get_by_role("alert")).to_have_text("Your card was declined.")
        await people.show_card(anna, people.ASKING_CARD)
        await anna.get_by_role("button", name="Approve the payment").click()
        await open_until(anna, "Thank you: this is paid")

    async with world.somebody(DESK) as supplier:
        # Wednesday: the hotel, the junk and a guide answer their letters.
        for service in SERVICES:
            if service.supplier:
                subject = f"Reservation request: {service.description}"
                await world.follow_letter(supplier, subject, reference, "/supplier/")
                await people.confirm_service(supplier, f"REF-{service.kind}")
        await world.follow_letter(supplier, "A trip for you", reference, "/guide/")
        await people.take_trip(supplier)

    async with world.somebody(PHONE) as anna:
        # Thursday: the trip is confirmed, and everything about it is on one page.
        await world.follow_letter(anna, "Your trip is confirmed", reference, "/trip/")
        await open_until(anna, "Vouchers")
        await expect(anna.locator("li[aria-current=step]")).to_have_text("Confirmed")
        for paper in ("Vouchers", "Receipt", "Invoice", "The quote that you accepted"):
            await download(anna, paper)

    async with world.somebody(DESK) as consultant:
        await people.log_in(consultant, "linh")
        await people.find_booking(consultant, email)
        await expect(consultant.locator(".page-head")).to_contain_text(
            re.compile("Won.*Trip: Confirmed")
        )


async def download(page: Page, paper: str) -> None:
    """A document of the trip's page is a PDF."""
    address = await page.get_by_role("link", name=paper, exact=True).first.get_attribute("href")
    answer = await page.request.get(str(address))
    assert answer.ok
    assert (await answer.body()).startswith(b"%PDF")


async def test_ben_cancels_and_gets_his_money_back(world: World) -> None:
    # Ben has paid his deposit.
    email = await visit_website(world, "Ben Winter")
    reference = await work_on(world, email)
    async with world.somebody(PHONE) as ben:
        await world.follow_letter(ben, "Your quote", reference, "/quote/")
        await people.accept(ben, "Ben Winter")
        await ben.get_by_role("button", name=re.compile("^Pay .* by card")).click()
        await people.show_card(ben, people.GOOD_CARD)
        await open_until(ben, "Thank you: this is paid")

    async with world.somebody(DESK) as manager:
        # He breaks a leg. The manager sees what goes back before she cancels.
        await people.log_in(manager, "marie")
        await people.find_booking(manager, email)
        await manager.get_by_role("link", name="Preview a cancellation").click()
        await expect(manager.locator("#preview")).to_contain_text("USD 458.70 (100 %)")
        await manager.get_by_label("Reason").fill("A broken leg.")
        await manager.get_by_label(f"Type {reference} to confirm").fill(reference)
        await manager.get_by_role("button", name="Cancel the booking").click()
        await expect(manager.get_by_text("The booking was cancelled.")).to_be_visible()
        await open_until(manager, "Refunded")

    async with world.somebody(PHONE) as ben:
        await world.open_letter(ben, "Your booking is cancelled", reference)
        await expect(ben.locator("pre")).to_contain_text("USD 458.70")
