"""The page of the library: adding, refusing, searching, archiving."""

import httpx2
import pytest
from bs4 import BeautifulSoup

from tests.api.photos.test_library import encoded, jpeg
from tests.support import library
from tests.support.desk import Office, fields_of

PAGE = "/backoffice/photos"


async def send(browser: httpx2.AsyncClient, content: bytes | None, **words: str) -> httpx2.Response:
    """Sends the form, with a file or without one."""
    fields = fields_of((await browser.get(PAGE)).text, PAGE)
    typed = {name: value for name, value in fields.items() if name != "file"}
    file = ("bay.jpg", content) if content is not None else ("", b"")
    return await browser.post(PAGE, data=typed | words, files={"file": file})


def said(answer: httpx2.Response) -> str:
    """The notice of a page."""
    notice = BeautifulSoup(answer.text, "html.parser").select_one(".notice")
    assert notice is not None, answer.text
    return notice.get_text(" ", strip=True)


async def test_a_photo_is_added_and_then_archived(office: Office) -> None:
    async with office.page("linh") as browser:
        added = await send(browser, jpeg(), alt="Junks in the bay", place="Ha Long", credit="Lan")
        assert (added.status_code, added.headers["location"]) == (303, f"{PAGE}?said=photo_kept")
        html = (await browser.get(PAGE)).text
        (shown,) = BeautifulSoup(html, "html.parser").select(".photo-grid li")
        assert "Ha Long" in shown.text
        assert (await browser.get(str(shown.select("img")[0]["src"]))).status_code == 200
        fields = fields_of(html, "/archive")
        archived = await browser.post(str(shown.select("form")[0]["action"]), data=fields)
        assert archived.status_code == 303
        assert "photo-grid" not in (await browser.get(PAGE)).text
        assert "Junks in the bay" in (await browser.get(f"{PAGE}?archived=on")).text


@pytest.mark.parametrize(
    ("content", "alt", "words"),
    [
        (None, "A bay", "Choose a file first."),
        (encoded("PNG"), " ", "Some fields need another look"),
        (b"no picture", "A bay", "JPEG, PNG or WebP"),
    ],
    ids=["no file", "no text", "no picture"],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(
    office: Office, content: bytes | None, alt: str, words: str
) -> None:
    async with office.page("linh") as browser:
        answer = await send(browser, content, alt=alt, place="Hội An")
        assert answer.status_code == 422
        assert words in said(answer)
        assert fields_of(answer.text, PAGE)["place"] == "Hội An"
        assert "photo-grid" not in (await browser.get(PAGE)).text


async def test_a_long_place_is_said_at_its_field(office: Office) -> None:
    async with office.page("linh") as browser:
        answer = await send(browser, encoded("PNG"), alt="A bay", place="x" * 121)
    assert answer.status_code == 422
    assert "120" in BeautifulSoup(answer.text, "html.parser").select("#place-error")[0].text


async def test_the_library_is_searched_and_paged(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        for number in range(25):
            await library.photo(session, alt=f"Lake {number}", place="Hanoi")
        await library.photo(session, alt="A market", place="Hội An")
    async with office.page("linh") as browser:
        found = BeautifulSoup((await browser.get(f"{PAGE}?search=hội")).text, "html.parser")
        assert len(found.select(".photo-grid li")) == 1
        first = BeautifulSoup((await browser.get(PAGE)).text, "html.parser")
        assert len(first.select(".photo-grid li")) == 24
        (older,) = [
            one for one in first.select("main a") if one.get_text(strip=True) == "Older ones"
        ]
        last = BeautifulSoup((await browser.get(str(older["href"]))).text, "html.parser")
        assert len(last.select(".photo-grid li")) == 2


async def test_who_only_reads_sees_photos_but_no_buttons(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await library.photo(session)
    async with office.page("ana") as browser:
        answer = await browser.get(PAGE)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select(".photo-grid li")
    assert not page.select("main form[method=post]")
