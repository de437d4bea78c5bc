"""`/api/v1/tours`: the catalog that staff edit, line by line of the contract."""

import base64
import io

import httpx2
import pytest
import pytest_asyncio
from PIL import Image

from tests.contract.bookings import PAGED
from tests.contract.test_public_tours import ITEM
from tests.support.shapes import misfits, text_like

PATH = "/api/v1/tours"
WANTED = {
    "title": "Tea hills of Moc Chau",
    "shortDescription": "Four slow days among tea and plum blossom.",
    "styles": ["Culture", "Food"],
    "destinationCountries": ["Vietnam"],
    "priority": 50,
    "durationDays": 4,
    "priceFrom": 540,
    "rating": 4.7,
    "highlights": ["Tea picking at dawn"],
    "seasonality": "January to March",
}


def photo(width: int, height: int) -> str:
    """A picture in base 64."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#0b5f5a").save(stream, "JPEG")
    return base64.b64encode(stream.getvalue()).decode()


@pytest_asyncio.fixture(scope="module")
async def tour_id(ada: httpx2.AsyncClient) -> str:
    """A new tour."""
    answer = await ada.post(PATH, json=WANTED)
    assert answer.status_code == 201
    assert misfits(answer.json(), {"tour": ITEM}) == []
    assert answer.json()["tour"].items() >= WANTED.items()
    return str(answer.json()["tour"]["id"])


async def test_the_catalog_is_paged_as_bookings_and_tells_what_it_offers(
    ada: httpx2.AsyncClient, tour_id: str
) -> None:
    answer = (await ada.get(PATH)).json()
    offered = {"available_destinations": [str], "available_styles": [str]}
    expected = {"items": [ITEM], **PAGED, "filters": dict, "sort": str, **offered}
    assert misfits(answer, expected) == []
    assert (answer["page"], answer["page_size"]) == (1, 25)
    assert tour_id in {item["id"] for item in answer["items"]}
    assert answer["available_destinations"] == ["Vietnam"]
    assert answer["available_styles"] == ["Culture", "Food"]
    assert (await ada.get(PATH, params={"page_size": 101})).status_code == 422


async def test_one_tour_is_read_and_changed_by_what_is_named(
    ada: httpx2.AsyncClient, tour_id: str
) -> None:
    read = await ada.get(f"{PATH}/{tour_id}")
    changed = await ada.patch(f"{PATH}/{tour_id}", json={"priceFrom": 560})
    for answer in (read, changed):
        assert answer.status_code == 200
        assert misfits(answer.json(), {"tour": ITEM}) == []
    assert changed.json()["tour"]["priceFrom"] == 560
    assert changed.json()["tour"]["title"] == read.json()["tour"]["title"]


@pytest.mark.parametrize(("width", "height"), [(2400, 1200), (600, 1800), (300, 200)])
async def test_an_image_is_stored_as_webp_of_at_most_1000_pixels(
    ada: httpx2.AsyncClient, tour_id: str, width: int, height: int
) -> None:
    sent = {"filename": "../../tea hills.jpg", "data_base64": photo(width, height)}
    answer = await ada.post(f"{PATH}/{tour_id}/image", json=sent)
    assert answer.is_success
    address = answer.json()["tour"]["image"]
    assert text_like(rf"/public/v1/tour-images/{tour_id}/[A-Za-z0-9_-]+\.webp")(address)
    picture = await ada.get(address)
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.format == "WEBP"
        assert max(image.size) == min(1000, max(width, height))
