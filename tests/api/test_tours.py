"""The catalog over HTTP: the website's feed and its pictures, and what staff change."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from pydantic import SecretStr

from api.seeding import seed
from models.settings import Environment, Settings
from models.store.catalog_loading import keyed_id
from models.store.tours import change_tour
from tests.support.api import Api, open_api

FEED = "/public/v1/tours"
CACHED = "public, max-age=120, stale-while-revalidate=600, must-revalidate"
FOR_EVER = "public, max-age=31536000, immutable"
ITEM = {
    "id": str,
    "title": str,
    "shortDescription": str,
    "styles": list,
    "destinationCountries": list,
    "priority": int,
    "durationDays": int,
    "priceFrom": int,
    "rating": float,
    "image": str,
    "highlights": list,
    "seasonality": str,
    "legacy_id": str,
    "created_at": str,
    "updated_at": str,
}
FOOD_TOUR = keyed_id("tour", "th-bangkok-food")


@pytest_asyncio.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """An API with the demo's catalog and pictures."""
    settings = Settings(
        environment=Environment.TEST,
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        rate_limit="off",
    )
    await seed(settings)
    async with open_api(settings) as api:
        yield api


@pytest_asyncio.fixture
async def website(shop: Api) -> AsyncIterator[httpx2.AsyncClient]:
    """What the website asks with."""
    async with shop.client() as client:
        yield client


async def test_the_feed_has_the_shape_that_the_website_reads(website: httpx2.AsyncClient) -> None:
    answer = await website.get(FEED, params={"v": "1795387200000"})
    feed = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == CACHED
    assert answer.headers["content-type"] == "application/json"
    assert {"total": feed["total"], "offset": feed["offset"]} == {"total": 12, "offset": 0}
    assert feed["limit"] >= len(feed["items"]) == 12
    for item in feed["items"]:
        assert {name: type(value) for name, value in item.items()} == ITEM
        assert item["created_at"].endswith("Z")
    priorities = [item["priority"] for item in feed["items"]]
    assert priorities == sorted(priorities, reverse=True)


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({"dest": "Thailand"}, 3),
        ({"destination": "thailand"}, 3),
        ({"dest": "Laos", "style": "Luxury"}, 1),
        ({"style": "food"}, 3),
        ({"dest": "Multi-country"}, 1),
        ({"dest": "Atlantis"}, 0),
        ({"dest": "", "style": " "}, 12),
    ],
)
async def test_the_feed_is_filtered_by_country_and_style(
    website: httpx2.AsyncClient, query: dict[str, str], total: int
) -> None:
    assert (await website.get(FEED, params=query)).json()["total"] == total


async def test_pages_of_the_feed_join_without_a_gap(website: httpx2.AsyncClient) -> None:
    whole = (await website.get(FEED)).json()["items"]
    parts = [
        (await website.get(FEED, params={"limit": 5, "offset": offset})).json()
        for offset in (0, 5, 10, 15)
    ]
    assert [item for part in parts for item in part["items"]] == whole
    assert [len(part["items"]) for part in parts] == [5, 5, 2, 0]
    assert {part["total"] for part in parts} == {12}


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=99999999", "offset=-1"])
async def test_a_wrong_page_is_refused(website: httpx2.AsyncClient, query: str) -> None:
    answer = await website.get(f"{FEED}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
async def test_who_has_the_newest_feed_is_told_so_without_a_body(
    website: httpx2.AsyncClient, form: str
) -> None:
    first = await website.get(FEED)
    etag = first.headers["etag"]
    again = await website.get(FEED, headers={"If-None-Match": form.format(etag)})
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["cache-control"]) == (etag, CACHED)
    other = await website.get(FEED, headers={"If-None-Match": '"older"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_an_edit_shows_in_every_process_within_two_seconds(
    shop: Api, website: httpx2.AsyncClient
) -> None:
    async with open_api(shop.settings) as another, another.client() as elsewhere:
        before = [await client.get(FEED) for client in (website, elsewhere)]
        assert before[0].headers["etag"] == before[1].headers["etag"]
        async with shop.resources.sessions.begin() as session:
            await change_tour(session, FOOD_TOUR, {"price_from": 735})
        await asyncio.sleep(2)
        for client in (website, elsewhere):
            after = await client.get(FEED, headers={"If-None-Match": before[0].headers["etag"]})
            items = {item["id"]: item for item in after.json()["items"]}
            assert (after.status_code, items[FOOD_TOUR]["priceFrom"]) == (200, 735)


async def test_what_is_not_published_is_not_shown(shop: Api, website: httpx2.AsyncClient) -> None:
    async with shop.resources.sessions.begin() as session:
        await change_tour(session, FOOD_TOUR, {"published": False})
    shown = (await website.get(FEED)).json()
    assert shown["total"] == 11
    assert FOOD_TOUR not in {item["id"] for item in shown["items"]}


async def test_every_picture_of_the_feed_is_served_for_ever(website: httpx2.AsyncClient) -> None:
    for item in (await website.get(FEED)).json()["items"]:
        picture = await website.get(item["image"])
        assert picture.headers["cache-control"] == FOR_EVER
        assert picture.headers["content-type"] == "image/webp"
        assert picture.content[8:12] == b"WEBP"


@pytest.mark.parametrize(
    "path",
    [
        "{tour}/missing.webp",
        "{tour}/secret.txt",
        "{tour}/linked.webp",
        "{tour}/..%2f..%2fsecret.webp",
        "..%2f/secret.webp",
        "../secret.webp",
        "%2e%2e/secret.webp",
        "{tour}/%2e%2e%2fsecret.webp",
        "{tour}/a%00.webp",
        "tour_unknown/x.webp",
    ],
)
async def test_nothing_outside_the_image_store_is_served(
    shop: Api, website: httpx2.AsyncClient, path: str
) -> None:
    folder = shop.settings.data_dir / "tour-images" / FOOD_TOUR
    outside = shop.settings.data_dir / "secret.webp"
    outside.write_bytes(b"secret")
    (folder / "secret.txt").write_bytes(b"secret")
    (folder / "linked.webp").symlink_to(outside)
    answer = await website.get(f"/public/v1/tour-images/{path.format(tour=FOOD_TOUR)}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"
    assert b"secret" not in answer.content
