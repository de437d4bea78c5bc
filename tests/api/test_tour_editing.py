"""The catalog as staff read and edit it, and the pictures that they upload."""

import base64
import hashlib
import io
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from PIL import Image

from api.staff.tour_pictures import MOST_PIXELS
from models.store.sessions import Login, open_session
from models.tables.catalog import Tour
from tests.support import office as factories
from tests.support.desk import Office

TOURS = "/api/v1/tours"
NEW = {
    "title": "Tea hills of Moc Chau",
    "shortDescription": "Four slow days among tea and plum blossom.",
    "styles": ["Culture"],
    "destinationCountries": ["Vietnam"],
    "durationDays": 4,
    "priceFrom": 540,
}


def photo(width: int = 2400, height: int = 1200, kind: str = "JPEG") -> str:
    """A picture in base 64."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#0b5f5a").save(stream, kind)
    return base64.b64encode(stream.getvalue()).decode()


@pytest_asyncio.fixture
async def tour(office: Office) -> Tour:
    """A stored tour."""
    async with office.resources.sessions.begin() as session:
        return await factories.tour(session)


@pytest_asyncio.fixture
async def admin(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    """The browser of an administrator."""
    login = Login("ada", "ada", "Ada", "", frozenset({"atp_admin"}), "")
    async with office.resources.sessions.begin() as session:
        token = hashlib.sha256(b"ada").hexdigest()
        await open_session(session, token_hash=token, csrf_secret="ada", login=login)
    async with office.browser("ada") as browser:
        yield browser


async def test_a_new_tour_stands_in_the_list_with_what_the_catalog_offers(
    admin: httpx2.AsyncClient, tour: Tour
) -> None:
    created = await admin.post(TOURS, json=NEW)
    assert created.status_code == 201
    made = created.json()["tour"]
    assert made["id"].startswith("tour_")
    assert {name: made[name] for name in NEW} == NEW
    listed = (await admin.get(TOURS, params={"destination": "Vietnam", "page_size": 1})).json()
    assert [item["id"] for item in listed["items"]] == [made["id"]]
    assert {name: listed[name] for name in ("total", "page", "page_size", "total_pages")} == {
        "total": 1,
        "page": 1,
        "page_size": 1,
        "total_pages": 1,
    }
    assert listed["filters"] == {"destination": "Vietnam", "style": None, "search": None}
    assert (listed["available_destinations"], listed["available_styles"]) == (
        ["Vietnam"],
        ["Culture"],
    )
    found = (await admin.get(TOURS, params={"search": "HIGHLIGHTS"})).json()
    assert [item["id"] for item in found["items"]] == [tour.id]


async def test_a_change_touches_only_what_it_names(admin: httpx2.AsyncClient, tour: Tour) -> None:
    before = (await admin.get(f"{TOURS}/{tour.id}")).json()["tour"]
    changed = await admin.patch(f"{TOURS}/{tour.id}", json={"priceFrom": 1350})
    after = changed.json()["tour"]
    assert after["updated_at"] > before["updated_at"]
    assert after | {"updated_at": ""} == before | {"updated_at": "", "priceFrom": 1350}
    same = (await admin.patch(f"{TOURS}/{tour.id}", json=after)).json()["tour"]
    assert same == after


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": None},
        {"durationDays": 0},
        {"rating": 6},
        {"styles": "Culture"},
        {"unknown": 1},
        {"title": "a\u0000b"},
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(
    admin: httpx2.AsyncClient, tour: Tour, change: dict[str, object]
) -> None:
    refused = await admin.patch(f"{TOURS}/{tour.id}", json=change)
    assert refused.status_code == 422
    assert refused.json()["error"]


async def test_an_unknown_tour_is_not_found(admin: httpx2.AsyncClient) -> None:
    image = {"filename": "a.jpg", "data_base64": photo(10, 10)}
    answers = [
        await admin.get(f"{TOURS}/tour_none"),
        await admin.patch(f"{TOURS}/tour_none", json={"priority": 1}),
        await admin.post(f"{TOURS}/tour_none/image", json=image),
    ]
    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(("who", "reads"), [("linh", 403), ("marc", 403), ("ana", 200)])
async def test_only_administrators_edit_and_accountants_read(
    office: Office, tour: Tour, who: str, reads: int
) -> None:
    async with office.browser(who) as browser:
        image = {"filename": "a.jpg", "data_base64": photo(10, 10)}
        assert (await browser.get(TOURS)).status_code == reads
        assert (await browser.get(f"{TOURS}/{tour.id}")).status_code == reads
        changes = [
            await browser.post(TOURS, json=NEW),
            await browser.patch(f"{TOURS}/{tour.id}", json={"priority": 1}),
            await browser.post(f"{TOURS}/{tour.id}/image", json=image),
        ]
    assert [change.status_code for change in changes] == [403, 403, 403]


async def test_nobody_reads_the_catalog_of_staff_without_a_login(office: Office) -> None:
    async with office.browser("stranger") as browser:
        assert (await browser.get(TOURS)).status_code == 401


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_picture_becomes_a_small_webp_that_the_website_can_show(
    admin: httpx2.AsyncClient, tour: Tour, kind: str
) -> None:
    upload = {"filename": "../../Tea Hills.JPG", "data_base64": photo(kind=kind)}
    given = await admin.post(f"{TOURS}/{tour.id}/image", json=upload)
    url = given.json()["tour"]["image"]
    assert url.startswith(f"/public/v1/tour-images/{tour.id}/tea-hills-")
    shown = await admin.get(url)
    picture = Image.open(io.BytesIO(shown.content))
    assert (picture.format, picture.size) == ("WEBP", (1000, 500))


async def test_a_photo_is_turned_upright_and_loses_what_it_tells_of_its_maker(
    admin: httpx2.AsyncClient, tour: Tour
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Anna Sommer"
    stream = io.BytesIO()
    Image.new("RGB", (40, 20)).save(stream, "JPEG", exif=exif)
    data = "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
    given = await admin.post(
        f"{TOURS}/{tour.id}/image", json={"filename": "me.jpg", "data_base64": data}
    )
    shown = await admin.get(given.json()["tour"]["image"])
    picture = Image.open(io.BytesIO(shown.content))
    assert picture.size == (20, 40)
    assert b"Anna" not in shown.content


def bomb() -> str:
    side = int(MOST_PIXELS**0.5) + 500
    stream = io.BytesIO()
    Image.new("1", (side, side)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


@pytest.mark.parametrize(
    "data",
    [
        "not base 64!",
        base64.b64encode(b"<svg onload='alert(1)'/>").decode(),
        base64.b64encode(base64.b64decode(photo())[:900]).decode(),
        bomb(),
    ],
    ids=["text", "script", "torn", "bomb"],
)
async def test_what_is_no_picture_or_a_bomb_is_refused_and_nothing_kept(
    office: Office, admin: httpx2.AsyncClient, tour: Tour, data: str
) -> None:
    upload = {"filename": "x.png", "data_base64": data}
    refused = await admin.post(f"{TOURS}/{tour.id}/image", json=upload)
    assert (refused.status_code, refused.json()["code"]) == (422, "INVALID_INPUT")
    assert not (office.resources.settings.data_dir / "tour-images").exists()
