"""`GET /public/v1/tours` and the tours' pictures, line by line of the contract."""

from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from models.messages.ids import new_id
from models.tables.catalog import Tour
from tests.support.desk import Office
from tests.support.shapes import MOMENT, NUMBER, an_id, misfits

FEED = "/public/v1/tours"
ITEM = {
    "id": an_id("tour"),
    "title": str,
    "shortDescription": str,
    "styles": [str],
    "destinationCountries": [str],
    "priority": int,
    "durationDays": int,
    "priceFrom": int,
    "rating": NUMBER,
    "image": str,
    "highlights": [str],
    "seasonality": str,
    "legacy_id": (str, None),
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
PICTURE = b"RIFF\x00\x00\x00\x00WEBPVP8 "


def a_tour(title: str, priority: int, *, countries: list[str], **columns: object) -> Tour:
    facts = {
        "short_description": "A few slow days.",
        "duration_days": 4,
        "price_from": 540,
        "rating": 4.7,
        "image": "",
        "seasonality": "All year",
        **columns,
    }
    return Tour(
        id=new_id("tour"),
        title=title,
        priority=priority,
        destination_countries=countries,
        **facts,
    )


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalog(office: Office) -> list[Tour]:
    """Four tours, the first with a picture, the last with nothing in its lists."""
    tours = [
        a_tour("Street food", 10, countries=["Thailand"], styles=["Food"], legacy_id="food"),
        a_tour("Beaches", 90, countries=["Vietnam"], styles=["Beach"], image="beach-1.webp"),
        a_tour("Two countries", 50, countries=["Vietnam", "Laos"], highlights=["Mekong"]),
        a_tour("Bare", 0, countries=[]),
    ]
    async with office.resources.sessions.begin() as session:
        session.add_all(tours)
    folder = images(office) / tours[1].id
    folder.mkdir(parents=True)
    (folder / "beach-1.webp").write_bytes(PICTURE)
    return tours


@pytest_asyncio.fixture(scope="module")
async def website(office: Office) -> httpx2.AsyncClient:
    return office.browser("a visitor")


def images(office: Office) -> Path:
    return office.resources.settings.data_dir / "tour-images"


async def titles(website: httpx2.AsyncClient, **query: str | int) -> list[str]:
    answer = await website.get(FEED, params=query)
    assert answer.status_code == 200
    return [item["title"] for item in answer.json()["items"]]


async def test_the_page_sends_only_a_timestamp_and_gets_everything(
    website: httpx2.AsyncClient,
) -> None:
    answer = (await website.get(FEED, params={"v": "1795387200000"})).json()
    assert misfits(answer, {"items": [ITEM], "total": 4, "offset": 0, "limit": int}) == []
    assert len(answer["items"]) == 4


async def test_the_highest_priority_comes_first(website: httpx2.AsyncClient) -> None:
    assert await titles(website) == ["Beaches", "Two countries", "Street food", "Bare"]


async def test_styles_and_highlights_are_always_arrays(website: httpx2.AsyncClient) -> None:
    items = (await website.get(FEED)).json()["items"]
    bare = next(item for item in items if item["title"] == "Bare")
    assert (bare["styles"], bare["highlights"], bare["destinationCountries"]) == ([], [], [])


@pytest.mark.parametrize("name", ["dest", "destination"])
async def test_dest_or_destination_narrows_by_country(
    website: httpx2.AsyncClient, name: str
) -> None:
    assert await titles(website, **{name: "Vietnam"}) == ["Beaches", "Two countries"]


async def test_style_limit_and_offset_narrow_too(website: httpx2.AsyncClient) -> None:
    assert await titles(website, style="Food") == ["Street food"]
    assert await titles(website, limit=1, offset=1) == ["Two countries"]
    page = (await website.get(FEED, params={"limit": 1, "offset": 1})).json()
    assert (page["total"], page["limit"], page["offset"]) == (4, 1, 1)


async def test_etag_304_and_cache_control(website: httpx2.AsyncClient) -> None:
    first = await website.get(FEED)
    expected = "public, max-age=120, stale-while-revalidate=600, must-revalidate"
    assert first.headers["cache-control"] == expected
    again = await website.get(FEED, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_image_is_a_path_of_the_tour_served_for_ever_as_webp(
    website: httpx2.AsyncClient, catalog: list[Tour]
) -> None:
    item = (await website.get(FEED)).json()["items"][0]
    assert item["image"] == f"/public/v1/tour-images/{catalog[1].id}/beach-1.webp"
    picture = await website.get(item["image"])
    assert picture.content == PICTURE
    assert picture.headers["content-type"] == "image/webp"
    assert picture.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path",
    [
        "..%2Fsecret/secret.webp",
        "%2e%2e/secret.webp",
        "../secret.webp",
        "{tour}/..%2F..%2Fsecret.webp",
        "{tour}/%2e%2e%2f%2e%2e%2fsecret.webp",
        "{tour}/..%5c..%5csecret.webp",
        "{tour}/linked.webp",
        "linked/secret.webp",
        "{tour}/secret.txt",
        "{tour}/%00.webp",
        "{tour}/.webp",
    ],
)
async def test_no_path_outside_the_image_store_is_ever_served(
    office: Office, website: httpx2.AsyncClient, catalog: list[Tour], path: str
) -> None:
    outside, folder = images(office).parent, images(office) / catalog[1].id
    for place in (outside, folder):
        (place / ("secret.webp" if place == outside else "secret.txt")).write_bytes(b"secret")
    for link, target in (
        (folder / "linked.webp", outside / "secret.webp"),
        (images(office) / "linked", outside),
    ):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    answer = await website.get(f"/public/v1/tour-images/{path.format(tour=catalog[1].id)}")
    assert answer.status_code == 404
    assert b"secret" not in answer.content
