"""The website over HTTP: what it shows, what it offers, and the enquiry without JavaScript."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from bs4 import BeautifulSoup
from pydantic import SecretStr
from sqlalchemy import func, select

from api.pages.website import BUDGETS, DESTINATIONS, DURATIONS, LANGUAGES, STYLES, months_from
from api.seeding import seed
from models.settings import Environment, Settings
from models.store.catalog_loading import keyed_id
from models.tables.crm import Booking
from tests.sandbox.running import running, settings_for
from tests.support.api import Api, open_api
from tests.support.desk import fields_of

TYPED = {
    "destination": "Laos",
    "style": "Culture",
    "travelMonth": "2027-03",
    "duration": "6-8 days",
    "travelers": "2",
    "name": "Anna Sommer",
    "email": "anna@home.example",
    "consent_email": "yes",
}


@pytest_asyncio.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """An API with the demo's catalog."""
    settings = Settings(
        environment=Environment.TEST,
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        temporal_address="127.0.0.1:9",
        rate_limit="3/hour",
    )
    await seed(settings)
    async with open_api(settings) as api:
        yield api


@pytest_asyncio.fixture
async def visitor(shop: Api) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser."""
    async with shop.client({"Accept": "text/html"}) as client:
        yield client


async def stored(shop: Api) -> int:
    """How many bookings there are."""
    async with shop.resources.sessions() as session:
        return await session.scalar(select(func.count()).select_from(Booking)) or 0


@pytest.mark.parametrize(
    ("address", "count"),
    [("/", 12), ("/?dest=Laos", 3), ("/?dest=Multi-country", 1), ("/?style=Food&dest=Thailand", 1)],
)
async def test_the_grid_shows_the_tours_of_the_chosen_filters(
    visitor: httpx2.AsyncClient, address: str, count: int
) -> None:
    page = BeautifulSoup((await visitor.get(address)).text, "html.parser")
    assert len(page.select("#tourGrid > li")) == count


async def test_no_tour_is_said_so_and_markup_in_the_address_stays_text(
    visitor: httpx2.AsyncClient,
) -> None:
    page = await visitor.get("/", params={"dest": "<script>alert(1)</script>"})
    assert "No tour like this" in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("address", ["/", "/enquire"])
async def test_a_page_runs_nothing_inline_and_the_policy_forbids_it(
    visitor: httpx2.AsyncClient, address: str
) -> None:
    answer = await visitor.get(address)
    page = BeautifulSoup(answer.text, "html.parser")
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-cache"
    assert all(script.get("src") and not script.text for script in page.find_all("script"))
    assert not page.select("style, [style], [onclick]")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("destination", DESTINATIONS),
        ("style", STYLES),
        ("duration", DURATIONS),
        ("budget", BUDGETS),
        ("language", LANGUAGES),
    ],
)
async def test_the_form_offers_exactly_the_values_of_the_contract(
    visitor: httpx2.AsyncClient, name: str, values: tuple[str, ...]
) -> None:
    page = BeautifulSoup((await visitor.get("/enquire")).text, "html.parser")
    offered = [str(one["value"]) for one in page.select(f"select[name={name}] option")]
    assert offered == ["", *values]


def test_the_months_run_over_the_end_of_the_year() -> None:
    months = months_from(date(2026, 11, 23))
    assert months[:3] == [
        ("2026-11", "November 2026"),
        ("2026-12", "December 2026"),
        ("2027-01", "January 2027"),
    ]
    assert len(months) == 24


async def test_without_javascript_the_same_form_sent_twice_is_one_booking(
    shop: Api, visitor: httpx2.AsyncClient
) -> None:
    tour = keyed_id("tour", "la-south-slow")
    shown = await visitor.get("/enquire", params={"tour_id": tour, "utm_source": "letter"})
    form = fields_of(shown.text, "/enquire")
    assert (form["tour_id"], form["utm_source"]) == (tour, "letter")
    form = {name: said for name, said in form.items() if not name.startswith("consent_")} | TYPED
    pages = [await visitor.post("/enquire", data=form) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert all("We have your enquiry" in page.text for page in pages)
    assert await stored(shop) == 1
    async with shop.resources.sessions() as session:
        booking = (await session.scalars(select(Booking))).one()
    assert (booking.destination, booking.tour_id) == ("Laos", tour)
    assert booking.id not in pages[0].text


async def test_without_javascript_a_refusal_keeps_what_was_typed(
    shop: Api, visitor: httpx2.AsyncClient
) -> None:
    page = await visitor.post("/enquire", data=TYPED | {"email": "nobody"})
    assert page.status_code == 422
    assert "Invalid email" in page.text
    assert 'value="Anna Sommer"' in page.text
    assert await stored(shop) == 0


async def test_enquiries_without_javascript_are_limited_like_all_others(
    visitor: httpx2.AsyncClient,
) -> None:
    answers = [await visitor.post("/enquire", data={}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert "retry-after" in answers[3].headers


async def test_crawlers_and_strangers_find_their_way(visitor: httpx2.AsyncClient) -> None:
    assert "Disallow: /api/" in (await visitor.get("/robots.txt")).text
    assert (await visitor.get("/favicon.ico")).headers["location"].startswith("/static/favicon.svg")
    missing = await visitor.get("/no-such-page")
    assert missing.status_code == 404
    assert 'href="/"' in missing.text
    assert (await visitor.get("/docs")).status_code == 200


async def test_only_pages_with_the_form_let_the_challenge_in_and_only_the_long_form_names_it(
    database_url: str, tmp_path: Path
) -> None:
    with running(settings_for(tmp_path)) as sandbox:
        script = f"{sandbox.url}/turnstile/v0/api.js"
        settings = Settings(
            environment=Environment.TEST,
            database_url=SecretStr(database_url),
            data_dir=tmp_path,
            temporal_address="127.0.0.1:9",
            captcha_required=True,
            turnstile_script_url=script,
            turnstile_verify_url=f"{sandbox.url}/turnstile/v0/siteverify",
        )
        await seed(settings)
        async with open_api(settings) as api, api.client({"Accept": "text/html"}) as visitor:
            answers = {
                "home": await visitor.get("/"),
                "form": await visitor.get("/enquire"),
                "thanks": await visitor.post(
                    "/enquire", data=TYPED | {"cf-turnstile-response": "sandbox-pass-form"}
                ),
                "missing": await visitor.get("/no-such-page"),
            }
    assert "We have your enquiry" in answers["thanks"].text
    policies = {name: one.headers["content-security-policy"] for name, one in answers.items()}
    pages = {name: BeautifulSoup(one.text, "html.parser") for name, one in answers.items()}
    assert {name for name, one in policies.items() if sandbox.url in one} == {"home", "form"}
    assert {name for name, one in pages.items() if one.select(f"script[src='{script}']")} == {
        "form"
    }
