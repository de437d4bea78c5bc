"""Every page passes axe-core without a serious or critical finding: both widths, both themes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize

from sandbox.screenshots.pictures import Theme
from sandbox.screenshots.scenes import Scenes, prepare
from tests.support import browsing
from tests.support.browsing import DESK, PHONE, World, open_world
from tests.support.stack import WholeStack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

AXE: Final = Path(__file__).parents[1] / "support" / "vendor" / "axe-4.14.1.min.js"
MANAGER: Final = ("marie", "marie-demo")
OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
"""Rules that a theme can break; all others see the same page in both."""
VIEWS: Final[tuple[tuple[Theme, ViewportSize, tuple[str, ...] | None], ...]] = (
    ("light", DESK, None),
    ("dark", PHONE, None),
    ("dark", DESK, OF_COLOURS),
)
"""Theme, window and rules: each width and each theme under all, what only a desk shows in both."""
AUDIT: Final = """async (rules) => {
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""


@pytest_asyncio.fixture(scope="module")
async def world(stack: WholeStack) -> AsyncIterator[World]:
    async with open_world(stack) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def scenes(stack: WholeStack) -> Scenes:
    return await prepare(stack.website, stack.sandbox, MANAGER, expiring="expiring")


async def audit(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands, in both widths and both themes."""
    found = []
    await page.evaluate(AXE.read_text())
    for theme, viewport, rules in VIEWS:
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        await page.set_viewport_size(viewport)
        faults: list[str] = await page.evaluate(AUDIT, rules)
        found += [f"{name} at {viewport['width']}, {theme}: {fault}" for fault in faults]
    return found


async def audit_all(page: Page, addresses: dict[str, str]) -> list[str]:
    """What is wrong with pages that are only opened."""
    found = []
    for name, address in addresses.items():
        await page.goto(address)
        found += await audit(page, name)
    return found


async def test_what_visitors_customers_suppliers_and_guides_see(
    world: World, scenes: Scenes
) -> None:
    alike = ("quote-at-risk", "pay-at-risk", "supplier-at-risk", "quote-won", "pay-won")
    pages = {name: url for name, url in scenes.public.items() if name not in alike}
    async with world.somebody(DESK) as page:
        assert not "\n".join(await audit_all(page, pages))


async def test_what_staff_see(world: World, scenes: Scenes) -> None:
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        assert not "\n".join(await audit_all(page, scenes.office))


async def test_a_policy_with_a_number_that_is_none(world: World) -> None:
    found = []
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await page.goto("/backoffice/policy/edit")
        await page.get_by_label("Deposit, percent").fill("many")
        await page.get_by_role("button", name="Show what would change").click()
        await page.get_by_role("alert").wait_for()
        found += await audit(page, "policy form with faults")
    assert not "\n".join(found)


async def test_a_customer_with_everything_open_and_forms_gone_wrong(
    world: World, scenes: Scenes
) -> None:
    found = []
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await page.goto(scenes.office["customer"])
        for closed in await page.locator("main details > summary").all():
            await closed.click()
        found += await audit(page, "customer with everything open")
        contact = page.locator("#contact form[action$='/contacts']")
        await contact.get_by_label("Address or number").fill("nobody at all")
        await contact.get_by_role("button", name="Add").click()
        await page.get_by_role("alert").wait_for()
        found += await audit(page, "customer with a contact that can't be read")
        await page.goto(scenes.office["customer-passports"])
        await page.get_by_label("Name in the passport").fill("JONAS BERG")
        await page.get_by_label("Country").select_option("DE")
        await page.get_by_label("Number").fill("C01X0006H")
        await page.get_by_label("Valid until").fill("2025-05-01")
        await page.get_by_role("button", name="Add the passport").click()
        await page.get_by_role("cell", name="C01X0006H").wait_for()
        found += await audit(page, "passports, one of them expired")
        await page.goto(scenes.office["customers-filtered"])
        await page.locator("#keep-segment > summary").click()
        await page.get_by_label("Name of the segment").fill("Food in Vietnam")
        await page.get_by_role("button", name="Keep this segment").click()
        await page.get_by_role("heading", name="This segment").wait_for()
        found += await audit(page, "segment")
    assert not "\n".join(found)


async def test_what_floats_above_the_office(world: World, scenes: Scenes) -> None:
    found = []
    async with world.somebody(DESK) as page:
        await browsing.log_in(page, "marie")
        await page.wait_for_load_state()
        await page.keyboard.press("Control+k")
        await page.keyboard.type("anna")
        await page.locator("#palette [role=option]").first.wait_for()
        found += await audit(page, "palette")
        await page.keyboard.type(" nobody")
        await page.locator("#palette .palette-none").wait_for()
        found += await audit(page, "palette without results")
        await page.keyboard.press("Escape")
        await page.locator("#palette").wait_for(state="hidden")
        await page.keyboard.press("?")
        await page.locator("#keys[open]").wait_for()
        found += await audit(page, "key map")
    async with world.somebody(PHONE) as page:
        await browsing.log_in(page, "marie")
        await page.get_by_role("button", name="Menu").click()
        await page.get_by_role("link", name="Customers").wait_for()
        await page.evaluate(AXE.read_text())
        found += await page.evaluate(AUDIT)
    assert not "\n".join(found)
    assert scenes.office


async def test_forms_half_way_and_gone_wrong(world: World, scenes: Scenes) -> None:
    found = []
    async with world.somebody(DESK) as page:
        await page.goto("/")
        await page.get_by_role("link", name=f"Ask about it {browsing.TOUR}").click()
        await page.get_by_role("button", name="Continue").click()
        found += await audit(page, "enquiry with faults")
        await page.get_by_label("Month of travel").select_option(index=5)
        await page.get_by_label("How long").select_option("6-8 days")
        await page.get_by_role("button", name="Continue").click()
        found += await audit(page, "enquiry, second step")
        await page.get_by_label("Your name").fill("Anna Sommer")
        await page.get_by_label("E-mail (required)").fill("anna@travellers.example")
        await page.get_by_role("button", name="Continue").click()
        found += await audit(page, "enquiry, last step")
        await page.get_by_role("button", name="Send enquiry").click()
        await page.get_by_role("heading", name="Thank you, Anna Sommer").wait_for()
        found += await audit(page, "enquiry sent")

        await page.goto(scenes.public["checkout-accepted"])
        await page.get_by_role("button", name="Pay $").click()
        found += await audit(page, "checkout with faults")
        await browsing.show_card(page, browsing.DECLINED_CARD)
        found += await audit(page, "checkout refused")
        await browsing.show_card(page, browsing.ASKING_CARD)
        await page.get_by_role("button", name="Approve the payment").wait_for()
        found += await audit(page, "3-D Secure")
    assert not "\n".join(found)


async def test_office_forms_half_way_and_gone_wrong(world: World, scenes: Scenes) -> None:
    found = []
    async with world.somebody(DESK) as page:
        await page.goto("/backoffice/bookings")
        await page.get_by_label("User name").fill("marie")
        await page.get_by_label("Password").fill("wrong")
        await page.get_by_role("button", name="Log in", exact=True).click()
        await page.get_by_role("alert").wait_for()
        found += await audit(page, "login refused")
        await browsing.log_in(page, "marie")
        await page.goto(scenes.office["builder"])
        await page.get_by_role("button", name="Add a service").click()
        await page.get_by_role("group", name="Service 1", exact=True).wait_for()
        await page.get_by_role("button", name="Save the draft").click()
        await page.get_by_role("alert").wait_for()
        found += await audit(page, "builder with faults")
        await page.goto(scenes.office["cancel"])
        await page.locator("form").last.evaluate("(form) => { form.noValidate = true; }")
        await page.get_by_role("button", name="Cancel the booking").click()
        await page.get_by_text("to confirm").last.wait_for()
        found += await audit(page, "cancellation with faults")
        await page.goto(scenes.office["booking-won"])
        for closed in await page.locator("details > summary").all():
            await closed.click()
        found += await audit(page, "booking with everything open")
    async with world.somebody(DESK) as page:
        await page.goto("/backoffice/bookings")
        await page.get_by_label("User name").fill("tom")
        await page.get_by_label("Password").fill("tom-demo")
        await page.get_by_role("button", name="Log in", exact=True).click()
        await page.wait_for_url(f"{world.website}/**")
        found += await audit(page, "somebody without a role")
    assert not "\n".join(found)
