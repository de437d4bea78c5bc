"""Photos of the library in drafts: chosen, refused, kept as they were."""

from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import update

from models.store.photos import archive_photo
from models.store.quote_drafts import find_version
from models.tables.photos import Photo
from tests.support import library
from tests.support.desk import Office, fields_of

DAY = {"place": "Hanoi", "title": "Arrival"}
TRIP = {
    "title": "Hanoi",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-03",
    "travelers": 2,
    "days": [DAY, DAY],
}
DIGEST = "ab" * 32


async def photo(office: Office, alt: str = "The lake at dawn") -> str:
    """The id of a photo in the library."""
    async with office.resources.sessions.begin() as session:
        return (await library.photo(session, alt=alt, digest=DIGEST)).id


async def archive(office: Office, photo_id: str) -> None:
    async with office.resources.sessions.begin() as session:
        await archive_photo(session, photo_id)


async def save(office: Office, path: str = "", **changes: Any) -> tuple[int, dict[str, Any]]:
    """A draft as the API answers it, written or written again."""
    address = f"/api/v1/bookings/{office.mine.id}/quotes{path}"
    async with office.browser("marc") as browser:
        answer = await browser.request("PATCH" if path else "POST", address, json=TRIP | changes)
    found: dict[str, Any] = answer.json()
    return answer.status_code, found


def beside_days(*photo_ids: str) -> list[dict[str, str]]:
    return [DAY | {"photo_id": one} for one in photo_ids]


async def test_a_draft_shows_photos_on_its_cover_and_beside_its_days(office: Office) -> None:
    lake = await photo(office)
    status, made = await save(office, cover_id=lake, days=beside_days(lake, ""))
    assert status == 201
    assert [day["photo"] and day["photo"]["id"] for day in made["days"]] == [lake, None]
    assert made["cover"] == {
        "id": lake,
        "src": f"/public/v1/photos/{DIGEST}/960.webp",
        "srcset": f"/public/v1/photos/{DIGEST}/480.webp 480w, "
        f"/public/v1/photos/{DIGEST}/960.webp 960w, /public/v1/photos/{DIGEST}/1600.webp 1600w",
        "width": 1600,
        "height": 1067,
        "alt": "The lake at dawn",
        "credit": "Lan",
    }


async def test_staff_see_the_photos_of_a_version(office: Office) -> None:
    lake, market = await photo(office), await photo(office, alt="A market")
    _, made = await save(office, cover_id=lake, days=beside_days("", market))
    address = f"/backoffice/bookings/{office.mine.id}/quotes/{made['quote']['id']}"
    async with office.page("linh") as browser:
        page = BeautifulSoup((await browser.get(address)).text, "html.parser")
    shown = [str(one["alt"]) for one in page.select(".shown-photo img")]
    assert shown == ["The lake at dawn", "A market"]


async def test_what_the_library_says_later_does_not_change_a_version(office: Office) -> None:
    lake = await photo(office)
    _, made = await save(office, cover_id=lake)
    async with office.resources.sessions.begin() as session:
        await session.execute(update(Photo).values(alt="A lorry"))
    address = f"/api/v1/bookings/{office.mine.id}/quotes/{made['quote']['id']}"
    async with office.browser("marc") as browser:
        assert (await browser.get(address)).json()["cover"]["alt"] == "The lake at dawn"


async def test_a_photo_that_is_not_there_is_refused_and_nothing_is_kept(office: Office) -> None:
    gone = await photo(office)
    await archive(office, gone)
    for unknown in ("photo_nowhere", gone):
        for shown in ({"cover_id": unknown}, {"days": beside_days(unknown)}):
            status, answer = await save(office, **shown)
            assert (status, answer["code"]) == (422, "INVALID_INPUT")
            assert "choose another one" in answer["detail"]
    async with office.browser("marc") as browser:
        listed = await browser.get(f"/api/v1/bookings/{office.mine.id}/quotes")
    assert listed.json()["items"] == []


async def test_a_version_goes_on_with_a_photo_that_was_archived_since(office: Office) -> None:
    lake = await photo(office)
    _, made = await save(office, cover_id=lake, days=beside_days(lake))
    await archive(office, lake)
    hashed = {"draft_hash": made["quote"]["draft_hash"], "title": "Hanoi again"}
    status, again = await save(
        office, f"/{made['quote']['id']}", cover_id=lake, days=beside_days(lake), **hashed
    )
    assert (status, again["cover"]["id"]) == (200, lake)
    async with office.browser("marc") as browser:
        copied = await browser.post(
            f"/api/v1/bookings/{office.mine.id}/quotes/{made['quote']['id']}/copies"
        )
    assert copied.json()["days"][0]["photo"]["id"] == lake


DAYS = {
    "day_place": ["Hanoi", "Hanoi"],
    "day_title": ["Arrival", "Lakes"],
    "day_text": ["", ""],
    "day_key": ["", ""],
}


async def stepped(office: Office, action: str, **typed: Any) -> BeautifulSoup:
    """The builder of two days after one of its buttons."""
    address = f"/backoffice/bookings/{office.mine.id}/quotes"
    async with office.page("linh") as browser:
        form = fields_of((await browser.get(f"{address}/new")).text, "/quotes")
        shown = {"day_photo_id": ["", ""]} | typed
        answer = await browser.post(address, data={**form, **DAYS, **shown, "action": action})
    return BeautifulSoup(answer.text, "html.parser")


def chosen(page: BeautifulSoup) -> list[str]:
    """The photos of the form: of the cover, then of the days."""
    return [str(one["value"]) for one in page.select("[name=cover_id], [name=day_photo_id]")]


async def test_the_builder_shows_photos_where_they_are_wanted(office: Office) -> None:
    lake = await photo(office)
    page = await stepped(office, "show_photo", library_photo=lake, photo_where="0")
    assert chosen(page) == [lake, "", ""]
    assert [one["alt"] for one in page.select(".shown-photo img")] == ["The lake at dawn"]
    page = await stepped(office, "show_photo", library_photo=lake, photo_where="2")
    assert chosen(page) == ["", "", lake]
    page = await stepped(office, "drop_photo:2", day_photo_id=["", lake])
    assert chosen(page) == ["", "", ""]
    page = await stepped(office, "drop_photo:0", cover_id=lake)
    assert chosen(page) == ["", "", ""]


async def test_the_builder_says_what_to_choose(office: Office) -> None:
    lake = await photo(office)
    page = await stepped(office, "show_photo", library_photo="", photo_where="1")
    assert "Choose a photo first." in page.select("[data-told]")[0].text
    page = await stepped(office, "show_photo", library_photo=lake, photo_where="3")
    assert "Choose a day that is still there." in page.select("[data-told]")[0].text
    page = await stepped(office, "refresh", cover_id="photo_nowhere")
    assert "This photo is not in the library any more." in page.text


async def test_what_the_builder_shows_is_saved(office: Office) -> None:
    lake, market = await photo(office), await photo(office, alt="A market")
    _, made = await save(office, days=beside_days(lake, ""))
    address = f"/backoffice/bookings/{office.mine.id}/quotes/{made['quote']['id']}"
    async with office.page("linh") as browser:
        html = (await browser.get(f"{address}?edit=1")).text
        assert chosen(BeautifulSoup(html, "html.parser")) == ["", lake, ""]
        head = {name: str(TRIP[name]) for name in TRIP if name != "days"}
        typed = {**fields_of(html, made["quote"]["id"]), **head, **DAYS, "cover_id": market}
        saved = await browser.post(
            address, data={**typed, "day_photo_id": [lake, market], "action": "save"}
        )
        assert saved.status_code == 303, saved.text
    async with office.resources.sessions() as session:
        full = await find_version(session, office.mine.id, made["quote"]["id"])
    assert full.written().cover_id == market
    assert [day.photo_id for day in full.written().days] == [lake, market]


async def test_without_photos_the_builder_says_where_they_are_added(office: Office) -> None:
    async with office.page("linh") as browser:
        html = (await browser.get(f"/backoffice/bookings/{office.mine.id}/quotes/new")).text
    assert 'href="/backoffice/photos"' in html
    assert 'name="library_photo"' not in html


async def test_a_template_leaves_out_photos_that_left_the_library(office: Office) -> None:
    lake, market = await photo(office), await photo(office, alt="A market")
    _, made = await save(
        office, cover_id=lake, days=beside_days(lake, market), included=["Tea at dawn"]
    )
    async with office.browser("marc") as browser:
        kept = await browser.post(
            "/api/v1/trip-templates",
            json={
                "name": "Hanoi in two days",
                "booking_id": office.mine.id,
                "quote_id": made["quote"]["id"],
            },
        )
        template_id = kept.json()["template"]["id"]
        page = f"/backoffice/bookings/{office.mine.id}/quotes/new?start=template:{template_id}"
        form = fields_of((await browser.get(page)).text, "/quotes")
        assert (form["cover_id"], form["included"]) == (lake, "Tea at dawn")
        await archive(office, market)
        begun = await browser.post(
            f"/api/v1/bookings/{office.mine.id}/quotes/from-template",
            json={
                "trip_template_id": template_id,
                "departure_on": "2027-05-01",
                "currency": "USD",
            },
        )
    assert begun.status_code == 201, begun.text
    assert begun.json()["cover"]["id"] == lake
    assert begun.json()["included"] == ["Tea at dawn"]
    days = begun.json()["days"]
    assert [day["photo"] and day["photo"]["id"] for day in days] == [lake, None]
