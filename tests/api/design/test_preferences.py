"""What one chooses is kept in the browser, by a form that needs no script."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup

from api.pages.backoffice.quote_fields import to_major, to_minor
from api.pages.formats import day, moment, money, number, zone_name
from api.pages.reader import CHOICES_COOKIE, reader_of, reading
from tests.support.desk import Office, fields_of

AT = datetime(2026, 1, 5, 18, 30, tzinfo=UTC)


async def test_choices_are_kept_and_the_next_page_follows_them(office: Office) -> None:
    chosen = {
        "language": "vi",
        "zone": "Europe/Berlin",
        "formats": "de_DE",
        "theme": "dark",
        "density": "compact",
        "shortcuts": "off",
    }
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get("/backoffice/preferences")).text, "/preferences")
        answer = await browser.post("/backoffice/preferences", data={**fields, **chosen})
        browser.cookies.set(CHOICES_COOKIE, answer.cookies[CHOICES_COOKIE].strip('"'))
        page = BeautifulSoup((await browser.get("/backoffice/preferences")).text, "html.parser")
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert all(mark in cookie for mark in ("HttpOnly", "SameSite=lax", "Max-Age=31536000"))
    assert page.html
    assert page.body
    assert (page.html["lang"], page.html["data-theme"]) == ("vi", "dark")
    assert (page.html["data-density"], page.body["data-shortcuts"]) == ("compact", "off")
    picked = {str(one["value"]) for one in page.select("option[selected], input[checked]")}
    assert picked == set(chosen.values())


async def test_one_field_alone_leaves_the_others_as_they_were(office: Office) -> None:
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get("/backoffice/preferences")).text, "/preferences")
        browser.cookies.set(CHOICES_COOKIE, "language=vi&theme=dark")
        only = {"csrf_token": fields["csrf_token"], "theme": "light"}
        answer = await browser.post("/backoffice/preferences", data=only)
    kept = answer.cookies[CHOICES_COOKIE]
    assert "language=vi" in kept
    assert "theme=light" in kept


async def test_a_forged_form_changes_nothing(office: Office) -> None:
    async with office.page("linh") as browser:
        answer = await browser.post("/backoffice/preferences", data={"theme": "dark"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("choices", "shown", "amount", "count"),
    [
        ("", "6 Jan 2026, 01:30 ICT", "USD 1,234.50", "12,345.5"),
        ("zone=Europe/Berlin", "5 Jan 2026, 19:30 CET", "USD 1,234.50", "12,345.5"),
        ("zone=Asia/Kathmandu", "6 Jan 2026, 00:15 UTC+05:45", "USD 1,234.50", "12,345.5"),
        ("language=vi", "6 thg 1, 2026, 01:30 ICT", "1.234,50 USD", "12.345,5"),
        ("formats=de_DE&zone=UTC", "05.01.2026, 18:30 UTC", "1.234,50 USD", "12.345,5"),
    ],
)
def test_values_read_as_the_reader_writes_them(
    choices: str, shown: str, amount: str, count: str
) -> None:
    with reading(reader_of(choices, "", "")):
        assert moment(AT) == shown
        assert day(AT) == shown.rpartition(", ")[0]
        assert money(123_450, "USD") == amount
        assert money(2_500_000, "VND").replace(".", ",").strip("VND ") == "2,500,000"
        assert number(12_345.5) == count
        assert zone_name(AT).startswith(shown.rpartition(" ")[2])


@pytest.mark.parametrize("choices", ["", "language=vi", "formats=de_DE", "formats=fr_FR"])
def test_amounts_are_typed_as_they_are_read(choices: str) -> None:
    with reading(reader_of(choices, "", "")):
        for minor, currency in ((123_450, "USD"), (0, "USD"), (2_500_000, "VND")):
            assert to_minor(to_major(minor, currency), currency) == minor
    with reading(reader_of("language=vi", "", "")):
        assert to_minor("1.200,50", "USD") == 120_050
        assert to_minor("1,200.50", "USD") is None
