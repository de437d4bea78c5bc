"""The face of who plans a trip: put there, seen by customers, taken away."""

import io

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from sqlalchemy import select

from models.tables.audit import AuditEvent
from models.tables.crm import Staff
from tests.api.photos.test_library import encoded, jpeg
from tests.support.desk import Office, fields_of

API, ACCOUNT = "/api/v1/staff/me/portrait", "/backoffice/account"


async def portrait(office: Office, username: str) -> dict[str, object] | None:
    """What is kept of somebody's face."""
    async with office.resources.sessions() as session:
        person = await session.scalar(select(Staff).where(Staff.usernames.contains([username])))
    assert person is not None
    return person.portrait


async def test_a_face_is_kept_upright_without_metadata_and_taken_away(office: Office) -> None:
    async with office.browser("linh") as browser:
        put = await browser.post(API, files={"file": ("me.jpg", jpeg())})
        shown = put.json()["portrait"]
        assert (put.status_code, shown["width"], shown["height"]) == (200, 1000, 2000)
        picture = Image.open(io.BytesIO((await browser.get(shown["src"])).content))
        assert not picture.getexif()
        assert (await browser.delete(API)).json() == {"portrait": None}
    assert await portrait(office, "linh") is None
    async with office.resources.sessions() as session:
        events = list(
            await session.scalars(select(AuditEvent).where(AuditEvent.action == "PORTRAIT_CHANGED"))
        )
    assert len(events) == 2


async def test_it_is_nobody_elses(office: Office) -> None:
    async with office.browser("linh") as browser:
        await browser.post(API, files={"file": ("me.png", encoded("PNG"))})
    assert await portrait(office, "linh") is not None
    assert await portrait(office, "marc") is None


@pytest.mark.parametrize("content", [b"", b"no picture", encoded("GIF")])
async def test_what_is_no_photo_is_refused(office: Office, content: bytes) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.post(API, files={"file": ("me.jpg", content)})
    assert (answer.status_code, answer.json()["code"]) == (422, "FILE_REFUSED")
    assert await portrait(office, "linh") is None


async def test_the_account_page_puts_it_there_and_takes_it_away(office: Office) -> None:
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(ACCOUNT)).text, "/portrait")
        guard.pop("file")
        none = await browser.post(f"{ACCOUNT}/portrait", data=guard, files={"file": ("", b"")})
        assert (none.status_code, "Choose a file first." in none.text) == (422, True)
        assert "Your photo for customers" in none.text
        put = await browser.post(
            f"{ACCOUNT}/portrait", data=guard, files={"file": ("me.jpg", jpeg())}
        )
        assert put.status_code == 303
        page = (await browser.get(ACCOUNT)).text
        assert len(BeautifulSoup(page, "html.parser").select("img.portrait")) == 1
        removed = await browser.post(
            f"{ACCOUNT}/portrait/removal", data=fields_of(page, "/removal")
        )
        assert removed.status_code == 303
        assert 'img class="portrait"' not in (await browser.get(ACCOUNT)).text


async def test_a_login_without_a_member_of_staff_has_no_face(office: Office) -> None:
    async with office.browser("minh") as browser:
        answer = await browser.post(API, files={"file": ("me.png", encoded("PNG"))})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    assert "no member of staff" in answer.text
