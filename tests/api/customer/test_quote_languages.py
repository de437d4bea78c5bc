"""The page of a quote in the language of whoever reads it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from bs4 import BeautifulSoup
from httpx2 import AsyncClient

from activities import speaking
from activities.speaking import language_of
from models.domain.links import LinkPurpose
from tests.support.trip import Trip, a_quote
from tests.support.visitors import Visitors, post, read

SAID = {
    "en": ["Day by day", "4 travellers", "USD 3,249.00", "14 March 2030", "Accept this quote"],
    "de": ["Tag für Tag", "4 Reisende", "3.249,00 $", "14. März 2030", "Dieses Angebot annehmen"],
    "fr": ["Jour par jour", "4 voyageurs", "3 249,00 $US", "14 mars 2030", "Accepter ce devis"],
    "es": ["Día a día", "4 viajeros", "3.249,00 US$", "14 de marzo de 2030", "Aceptar este"],
    "vi": ["Lịch trình từng ngày", "4 khách", "3.249,00 US$", "14 tháng 3, 2030", "Chấp nhận"],
}
ENDED = ["SUPERSEDED", "EXPIRED", "DECLINED", "ACCEPTED", "WITHDRAWN"]


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "code"),
    [("German", "de"), ("Français", "fr"), ("es-MX", "es"), ("vi_VN", "vi"), ("EN", "en"),
     ("Other", None), ("", None), (None, None)],
)  # fmt: skip
def test_a_language_is_known_by_its_name_or_code(name: str | None, code: str | None) -> None:
    assert language_of(name) == code


@pytest.mark.parametrize(
    ("code", "amount"),
    [("en", "EUR 1,234.50"), ("de", "1.234,50\xa0€"), ("fr", "1\u202f234,50\xa0€"),
     ("es", "1.234,50\xa0€"), ("vi", "1.234,50\xa0€")],
)  # fmt: skip
def test_money_reads_as_the_language_writes_it(code: str, amount: str) -> None:
    with speaking.speaking(code):
        assert speaking.money(123_450, "EUR") == amount


@pytest.mark.parametrize("code", list(SAID))
async def test_the_page_speaks_the_customers_language(
    code: str, visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.change(quoted.customer, language=speaking.LANGUAGES[code])
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    page = await browser.get(path)
    text = read(page, f"quote-{code}")
    for words in SAID[code]:
        assert words in text, words
    html = BeautifulSoup(page.text, "html.parser").html
    assert html is not None
    assert html["lang"] == code
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("code", ["de", "fr", "es", "vi"])
async def test_the_readers_own_choice_is_kept_for_all_that_follows(
    code: str, visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await visitors.link(quoted, LinkPurpose.QUOTE, quoted.quote.id)
    chosen = await browser.get(f"{path}?lang={code}")
    assert SAID[code][0] in read(chosen)
    assert SAID[code][0] in read(await browser.get(path))
    refused = await post(browser, path, "/accept", name="", terms="yes")
    assert refused.status_code == 422
    with speaking.speaking(code):
        assert speaking.gettext("Please type your full name.") in read(refused)
    for status in ENDED:
        await visitors.change(quoted.quote, status=status)
        text = read(await browser.get(path), f"quote-{status.lower()}-{code}")
        for english in ("This quote", "quote is", "Thank you", "Write to us", "Valid", "traveller"):
            assert english not in text, (status, english)


async def test_a_language_that_nobody_speaks_here_is_english(
    visitors: Visitors, browser: AsyncClient
) -> None:
    async with visitors.resources.sessions.begin() as session:
        trip = await a_quote(session, minimal=True)
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    assert "Accept this quote" in read(await browser.get(f"{path}?lang=tlh"))
    browser.headers["accept-language"] = "tlh, de-AT;q=0.8"
    assert "Dieses Angebot annehmen" in read(await browser.get(path))


def test_catalogs_know_every_plural_form() -> None:
    for code, (one, many) in {
        "de": ("1 Nacht", "2 Nächte"), "fr": ("1 nuit", "2 nuits"),
        "es": ("1 noche", "2 noches"), "vi": ("1 đêm", "2 đêm"),
    }.items():  # fmt: skip
        with speaking.speaking(code):
            said = [
                speaking.plural("%(num)s night", "%(num)s nights", n) % {"num": n} for n in (1, 2)
            ]
        assert said == [one, many]
