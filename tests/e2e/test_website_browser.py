"""The website in a real Chromium: the enquiry survives failures and reloads, and is sent once."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    Page,
    Request,
    Route,
    ViewportSize,
    async_playwright,
    expect,
)

from sandbox.stack import browser as chromium
from tests.sandbox.running import running, settings_for
from tests.support.website import open_website

pytestmark = pytest.mark.browser
INTAKE = "**/public/v1/bookings"
PHONE: ViewportSize = {"width": 390, "height": 844}
ADDRESS = "/?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
SHOWN_IN = os.environ.get("ATP_SHOW_PAGES_IN")


@pytest_asyncio.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = chromium.require(os.environ)
        started = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest_asyncio.fixture
async def website(database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    async with open_website(database_url, tmp_path) as url:
        yield url


async def show(page: Page, name: str) -> None:
    """Keeps a picture for a person who asked to see the pages."""
    if SHOWN_IN:
        await page.screenshot(path=Path(SHOWN_IN, f"{name}.png"))


async def fill(page: Page) -> None:
    """Goes through the three steps, up to the button that sends."""
    await page.get_by_label("Month of travel").select_option(index=5)
    await page.get_by_label("How long").select_option("9-12 days")
    await page.get_by_label("Budget per person").select_option("$1,400-$2,200 / week")
    await show(page, "step1")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Your name").fill("Anna Sommer")
    await page.get_by_label("E-mail (required)").fill("anna@home.example")
    await page.get_by_label("Phone or WhatsApp").fill("+49 151 23456789")
    await page.get_by_label("By E-mail").check()
    await show(page, "step2")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Wishes, dates").fill("A window seat")


async def test_a_failed_enquiry_is_sent_again_under_the_same_key_also_after_a_reload(
    browser: Browser, website: str
) -> None:
    page = await browser.new_page(
        viewport=PHONE, is_mobile=True, has_touch=True, reduced_motion="reduce"
    )
    sent: list[Request] = []
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))

    async def lose(route: Route) -> None:
        sent.append(route.request)
        await route.abort()

    await page.goto(website + ADDRESS)
    await page.get_by_role("link", name="Ask about it Three countries, one river").click()
    await page.route(INTAKE, lose)
    await fill(page)
    await page.get_by_role("button", name="Send enquiry").click()
    await expect(page.get_by_role("alert")).to_contain_text("could not reach")
    await show(page, "trouble")
    async with page.expect_request(INTAKE):
        await page.get_by_role("button", name="Try again").click()
    await page.reload()
    await page.unroute(INTAKE)
    page.on("request", lambda one: sent.append(one) if one.method == "POST" else None)
    await page.get_by_role("link", name="Plan my trip").first.click()
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Continue").click()
    await show(page, "step3")
    await page.get_by_role("button", name="Send enquiry").click()
    await expect(page.get_by_role("heading", name="Thank you, Anna Sommer")).to_be_visible()
    await show(page, "thanks")
    assert len({one.headers["idempotency-key"] for one in sent}) == 1
    body = sent[-1].post_data_json
    assert body is not None
    assert body == sent[0].post_data_json
    assert {name: body[name] for name in ("destination", "style", "travelers", "duration")} == {
        "destination": "Multi-country",
        "style": "Culture",
        "travelers": "2",
        "duration": "9-12 days",
    }
    assert body["utm_source"] == "newsletter"
    assert body["pageUrl"] == website + ADDRESS
    assert body["consent"] == {"email": "yes", "whatsapp": "no"}
    assert all(isinstance(value, str) for name, value in body.items() if name != "consent")
    assert "booking_" not in await page.locator("[data-done]").inner_text()
    assert await page.evaluate("sessionStorage.length") == 0
    assert faults == []
    await page.close()


async def test_what_is_missing_is_said_beside_its_field(browser: Browser, website: str) -> None:
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    await page.goto(website)
    await page.get_by_role("link", name="Plan my trip").first.click()
    await page.get_by_role("button", name="Continue").click()
    destination = page.locator("#enquiry-destination")
    await expect(destination).to_be_focused()
    await expect(destination).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#enquiry-destination-error")).to_contain_text("please choose")
    await destination.select_option("Laos")
    await expect(page.locator("#enquiry-destination-error")).to_be_empty()
    await page.close()


async def test_offline_the_enquiry_waits_until_the_visitor_is_back(
    browser: Browser, website: str
) -> None:
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    await page.goto(website)
    await page.get_by_role("link", name="Ask about it Three countries, one river").click()
    await fill(page)
    await page.context.set_offline(offline=True)
    await page.get_by_role("button", name="Send enquiry").click()
    await expect(page.get_by_role("alert")).to_contain_text("You are offline")
    await page.context.set_offline(offline=False)
    await expect(page.get_by_role("heading", name="Thank you, Anna Sommer")).to_be_visible()
    await page.close()


@pytest_asyncio.fixture
async def guarded(database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The website with the challenge before its form."""
    with running(settings_for(tmp_path)) as sandbox:
        challenge = {
            "captcha_required": True,
            "turnstile_script_url": f"{sandbox.url}/turnstile/v0/api.js",
            "turnstile_verify_url": f"{sandbox.url}/turnstile/v0/siteverify",
        }
        async with open_website(database_url, tmp_path, **challenge) as url:
            yield url


async def ask_about(page: Page, tour: int = 0) -> None:
    """Fills in the enquiry about one of the tours that are shown."""
    await page.get_by_role("link", name="Ask about it").nth(tour).click()
    await fill(page)


def tokens_of(page: Page) -> list[str]:
    """The token of each enquiry that leaves the page from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            found.append((request.post_data_json or {}).get("cf-turnstile-response", ""))

    page.on("request", note)
    return found


async def test_a_visitor_shows_to_be_a_person_for_each_enquiry(
    browser: Browser, guarded: str
) -> None:
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    tokens = tokens_of(page)
    await page.goto(f"{guarded}/?dest=Laos")
    for tour in (0, 1):
        await ask_about(page, tour)
        await show(page, "challenge")
        await page.get_by_role("button", name="Send enquiry").click()
        await expect(page.get_by_role("alert")).to_contain_text("confirm that you are a person")
        await page.get_by_label("I am a person").click()
        await expect(page.get_by_role("heading", name="Thank you, Anna Sommer")).to_be_visible()
        await page.get_by_role("button", name="Close").click()
    assert len(tokens) == len(set(tokens)) == 2
    assert faults == []
    await page.close()


async def test_nothing_is_loaded_from_elsewhere_before_the_last_step(
    browser: Browser, guarded: str
) -> None:
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/turnstile/" in one.url else None)
    await page.goto(f"{guarded}/?dest=Laos", wait_until="networkidle")
    await page.get_by_role("link", name="Ask about it").first.click()
    assert asked == []
    await fill(page)
    await expect(page.get_by_label("I am a person")).to_be_visible()
    await page.get_by_role("button", name="Back").click()
    await page.get_by_role("button", name="Continue").click()
    assert len(asked) == 1
    await page.goto(f"{guarded}/enquire?dest=Laos&style=Food", wait_until="networkidle")
    assert len(asked) == 2
    await fill(page)
    await expect(page.get_by_label("I am a person")).to_have_count(1)
    assert len(asked) == 2
    await page.close()


@pytest.mark.parametrize(
    ("status", "told"), [(None, "once more to confirm"), (503, "was not sent yet")]
)
async def test_an_enquiry_whose_answer_was_lost_is_sent_again_with_another_token(
    browser: Browser, guarded: str, status: int | None, told: str
) -> None:
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    tokens, keys = tokens_of(page), set[str]()

    async def lose(route: Route) -> None:
        await route.fetch()
        await (route.fulfill(status=status, json={}) if status else route.abort())

    await page.goto(f"{guarded}/?dest=Laos")
    page.on("request", lambda one: keys.add(one.headers.get("idempotency-key", "")))
    await ask_about(page)
    await page.route(INTAKE, lose)
    await page.get_by_label("I am a person").check()
    keys.clear()
    await page.get_by_role("button", name="Send enquiry").click()
    await expect(page.get_by_role("alert")).to_contain_text(told)
    await show(page, "challenge-again")
    await page.unroute(INTAKE)
    await expect(page.get_by_label("I am a person")).not_to_be_checked()
    await page.get_by_label("I am a person").check()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="Thank you, Anna Sommer")).to_be_visible()
    assert len(tokens) == len(set(tokens)) == 2
    assert len(keys) == 1
    await page.close()


async def test_back_online_the_enquiry_goes_out_as_soon_as_somebody_was_confirmed_anew(
    browser: Browser, guarded: str
) -> None:
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    tokens = tokens_of(page)
    await page.goto(f"{guarded}/?dest=Laos")
    await ask_about(page)
    await page.get_by_label("I am a person").check()
    before = await page.locator("[name=cf-turnstile-response]").input_value()
    await page.context.set_offline(offline=True)
    await page.get_by_role("button", name="Send enquiry").click()
    await expect(page.get_by_role("alert")).to_contain_text("You are offline")
    await page.context.set_offline(offline=False)
    await expect(page.get_by_role("alert")).to_contain_text("confirm that you are a person")
    assert tokens == []
    await page.get_by_label("I am a person").click()
    await expect(page.get_by_role("heading", name="Thank you, Anna Sommer")).to_be_visible()
    assert before
    assert len(tokens) == 1
    assert tokens != [before]
    await page.close()


async def test_a_challenge_that_did_not_load_is_asked_for_again(
    browser: Browser, guarded: str
) -> None:
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    await page.goto(f"{guarded}/?dest=Laos")
    await page.route("**/turnstile/**", lambda route: route.abort())
    async with page.expect_event("requestfailed"):
        await ask_about(page)
    await page.unroute("**/turnstile/**")
    await page.get_by_role("button", name="Send enquiry").click()
    await expect(page.get_by_role("alert")).to_contain_text("still loading")
    await page.get_by_label("I am a person").click()
    await expect(page.get_by_role("heading", name="Thank you, Anna Sommer")).to_be_visible()
    await page.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", "/enquire", "/?dest=Laos", "/?style=Atlantis"])
async def test_no_page_is_wider_than_its_window(
    browser: Browser, website: str, path: str, width: int
) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 844})
    await page.goto(website + path)
    await show(page, f"page{path.strip('/?').replace('=', '-')}-{width}")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.close()
