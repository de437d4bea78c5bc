"""Texts for quotes: kept, found, changed, archived, and put into drafts in a language."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from activities import speaking
from api.staff.text_blocks import ChangedTexts, Texts
from models.domain.text_blocks import LANGUAGES, LONGEST_TEXT, joined, text_in
from models.tables.audit import AuditEvent
from models.tables.crm import Customer
from tests.support.desk import Office, fields_of

API, PAGE = "/api/v1/text-blocks", "/backoffice/text-blocks"
WELCOME = {"en": "Welcome.", "de": "Willkommen."}
DAY = {"day_place": "Hanoi", "day_title": "Arrival", "day_text": "A walk.", "day_photo_id": ""}


async def asked(
    office: Office, method: str, path: str = "", who: str = "linh", **content: Any
) -> tuple[int, dict[str, Any]]:
    """The status and the answer of the API."""
    async with office.browser(who) as browser:
        answer = await browser.request(method, f"{API}{path}", **content)
    found: dict[str, Any] = answer.json()
    return answer.status_code, found


async def kept(office: Office, **changes: Any) -> str:
    """The id of a text."""
    body = {"name": "Welcome", "texts": WELCOME, **changes}
    status, found = await asked(office, "POST", json=body)
    assert status == 201, found
    return str(found["id"])


def test_every_language_of_customers_can_be_written() -> None:
    assert set(LANGUAGES) == set(speaking.LANGUAGES)
    assert Texts.model_fields.keys() == ChangedTexts.model_fields.keys() == set(LANGUAGES)


def test_english_stands_in_for_what_is_not_written() -> None:
    assert text_in({"en": "Hello", "de": "Hallo", "fr": ""}, "de") == ("Hallo", "de")
    assert text_in({"en": "Hello", "fr": ""}, "fr") == ("Hello", "en")
    assert text_in({"en": "Hello"}, "vi") == ("Hello", "en")


def test_a_text_is_a_paragraph_of_its_own() -> None:
    assert joined("", "Hello") == joined(" \n", "Hello") == "Hello"
    assert joined("Dear Élise,\n", "Hello") == "Dear Élise,\n\nHello"


async def test_a_text_is_kept_once_with_its_trace(office: Office) -> None:
    sent: dict[str, Any] = {
        "headers": {"Idempotency-Key": "one"},
        "json": {"name": " Welcome ", "texts": WELCOME},
    }
    (status, first), (_, again) = [await asked(office, "POST", **sent) for _ in range(2)]
    assert (status, first["name"], first["texts"]["de"]) == (201, "Welcome", "Willkommen.")
    assert first == again
    assert first["texts"]["vi"] == ""
    async with office.resources.sessions() as session:
        (event,) = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == "TEXT_BLOCK_KEPT")
        )
    assert event.subject == first["id"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "texts": WELCOME}, "name"),
        ({"name": "x" * 121, "texts": WELCOME}, "name"),
        ({"name": "Hello", "texts": {"de": "Hallo"}}, "texts.en"),
        ({"name": "Hello", "texts": {"en": " "}}, "texts.en"),
        ({"name": "Hello", "texts": {"en": "x" * (LONGEST_TEXT + 1)}}, "texts.en"),
        ({"name": "Hello", "texts": {"en": "Hello", "it": "Ciao"}}, "texts.it"),
    ],
)
async def test_what_is_no_text_is_refused(office: Office, body: dict[str, Any], field: str) -> None:
    status, answer = await asked(office, "POST", json=body)
    assert (status, answer["code"]) == (422, "INVALID_INPUT")
    assert field in str(answer)
    assert (await asked(office, "GET"))[1]["items"] == []


async def test_words_are_found_in_names_and_texts_of_any_language(office: Office) -> None:
    first = await kept(office, name="Arrival", texts={"en": "Your driver", "vi": "Tài xế 100%"})
    await kept(office)
    for words, number in (("tài xế", 1), ("ARRIVAL driver", 1), ("100%", 1), ("%", 1), ("zz", 0)):
        _, found = await asked(office, "GET", params={"search": words})
        assert len(found["items"]) == number, words
    _, page = await asked(office, "GET", params={"page_size": 1})
    _, last = await asked(office, "GET", params={"page_size": 1, "before": page["next"]})
    assert (last["items"][0]["id"], last["next"]) == (first, None)


async def test_a_text_is_changed_archived_and_put_back(office: Office) -> None:
    path = f"/{await kept(office)}"
    _, changed = await asked(office, "PATCH", path, json={"name": "Hello", "archived": True})
    assert (changed["name"], changed["texts"]["en"]) == ("Hello", "Welcome.")
    assert (await asked(office, "GET"))[1]["items"] == []
    _, archived = await asked(office, "GET", params={"archived": True})
    assert [one["name"] for one in archived["items"]] == ["Hello"]
    _, back = await asked(office, "PATCH", path, json={"archived": False})
    assert back["archived_at"] is None
    async with office.resources.sessions() as session:
        events = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == "TEXT_BLOCK_CHANGED")
        )
        assert [event.after for event in events] == [
            {"name": "Hello", "archived": True},
            {"archived": False},
        ]


@pytest.mark.parametrize("texts", [None, {"en": None}, {"en": ""}, {"it": "Ciao"}, "Hello"])
async def test_a_change_that_leaves_no_text_is_refused(office: Office, texts: Any) -> None:
    path = f"/{await kept(office)}"
    status, answer = await asked(office, "PATCH", path, json={"texts": texts})
    assert (status, answer["code"]) == (422, "INVALID_INPUT")
    assert (await asked(office, "GET", path))[1]["texts"]["en"] == "Welcome."


async def test_languages_that_are_not_named_stay(office: Office) -> None:
    path = f"/{await kept(office)}"
    _, changed = await asked(office, "PATCH", path, json={"texts": {"fr": "Bienvenue."}})
    assert changed["texts"] | {"es": "", "vi": ""} == {
        "en": "Welcome.",
        "de": "Willkommen.",
        "fr": "Bienvenue.",
        "es": "",
        "vi": "",
    }
    _, gone = await asked(office, "PATCH", path, json={"texts": {"de": ""}})
    assert gone["texts"]["de"] == ""
    assert gone["texts"]["fr"] == "Bienvenue."


async def test_two_who_write_different_languages_keep_both(office: Office) -> None:
    block_id = await kept(office)
    async with office.page("linh") as browser:
        form = fields_of((await browser.get(f"{PAGE}/{block_id}")).text, block_id)
        await asked(office, "PATCH", f"/{block_id}", json={"texts": {"fr": "Bienvenue."}})
        await browser.post(f"{PAGE}/{block_id}", data=form | {"de": "Herzlich willkommen."})
        await browser.post(f"{PAGE}/{block_id}", data=form | {"de": "Herzlich willkommen."})
    _, found = await asked(office, "GET", f"/{block_id}")
    assert found["texts"]["fr"] == "Bienvenue."
    assert found["texts"]["de"] == "Herzlich willkommen."


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_an_unknown_text_is_not_found(office: Office, method: str) -> None:
    content: dict[str, Any] = {"json": {"name": "x"}} if method == "PATCH" else {}
    status, answer = await asked(office, method, "/textblock_nowhere", **content)
    assert (status, answer["code"]) == (404, "NOT_FOUND")


def new_text(html: str) -> dict[str, str]:
    """The fields of the form at the end of the page, below the search."""
    return fields_of(html.partition('id="new"')[2], PAGE)


async def test_the_page_keeps_changes_and_archives(office: Office) -> None:
    async with office.page("linh") as browser:
        fields = new_text((await browser.get(PAGE)).text)
        wrong = await browser.post(PAGE, data=fields | {"name": "Welcome", "de": "Willkommen."})
        assert wrong.status_code == 422
        assert "Some fields need another look" in wrong.text
        assert new_text(wrong.text)["de"] == "Willkommen."
        made = await browser.post(PAGE, data=fields | {"name": "Welcome", **WELCOME})
        path = made.headers["location"].partition("?")[0]
        form = fields_of((await browser.get(path)).text, path)
        assert (form["de"], form["fr"]) == ("Willkommen.", "")
        await browser.post(path, data=form | {"fr": "Bienvenue."})
        assert "EN DE FR" in (await browser.get(PAGE)).text
        shelf = fields_of((await browser.get(path)).text, "/shelf")
        await browser.post(f"{path}/shelf", data=shelf | {"archived": "yes"})
        assert "Welcome" not in (await browser.get(PAGE)).text
        assert "Welcome" in (await browser.get(f"{PAGE}?archived=yes")).text


async def inserted(office: Office, block_id: str, where: str) -> BeautifulSoup:
    """The builder after a text was put in."""
    address = f"/backoffice/bookings/{office.mine.id}/quotes"
    async with office.page("linh") as browser:
        form = fields_of((await browser.get(f"{address}/new")).text, "/quotes")
        chosen = {"library_text": block_id, "text_where": where, "action": "insert_text"}
        answer = await browser.post(
            address, data=form | DAY | {"day_key": "", "intro": "Dear Amélie,"} | chosen
        )
    return BeautifulSoup(answer.text, "html.parser")


async def speaks(office: Office, language: str) -> None:
    """Lets Linh's customer read that language."""
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Customer).where(Customer.id == office.mine.customer_id).values(language=language)
        )


async def test_the_builder_puts_a_text_in_in_the_customers_language(office: Office) -> None:
    block_id = await kept(office)
    await speaks(office, "German")
    page = await inserted(office, block_id, "0")
    assert page.select("#intro")[0].text.strip() == "Dear Amélie,\n\nWillkommen."
    page = await inserted(office, block_id, "1")
    assert page.select("#day-0-text")[0].text.strip() == "A walk.\n\nWillkommen."
    assert not page.select("[data-told]")


async def test_the_builder_says_that_english_stands_in(office: Office) -> None:
    block_id = await kept(office)
    await speaks(office, "French")
    page = await inserted(office, block_id, "0")
    assert page.select("#intro")[0].text.strip().endswith("Welcome.")
    assert "no text in Français" in page.select("[data-told]")[0].text


@pytest.mark.parametrize(
    ("choice", "where", "words"),
    [
        ("", "0", "Choose a text first"),
        ("textblock_nowhere", "0", "Choose a text first"),
        ("archived", "0", "Choose a text first"),
        ("kept", "9", "Choose a day that is still there"),
        ("kept", "-1", "Choose a day that is still there"),
    ],
)
async def test_what_can_not_be_put_in_is_said_and_nothing_is_lost(
    office: Office, choice: str, where: str, words: str
) -> None:
    block_id = await kept(office)
    if choice == "archived":
        await asked(office, "PATCH", f"/{block_id}", json={"archived": True})
    chosen = block_id if choice in {"kept", "archived"} else choice
    page = await inserted(office, chosen, where)
    assert words in page.select("[data-told]")[0].text
    assert page.select("#intro")[0].text.strip() == "Dear Amélie,"
