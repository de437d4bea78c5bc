"""Pages of the back office speak the reader's language; those of everybody else speak English."""

from bs4 import BeautifulSoup

from api.pages.reader import CHOICES_COOKIE, reader_of, reading
from api.pages.translation import gettext, ngettext
from tests.support.desk import Office


def test_sentences_are_said_in_the_language_of_whoever_reads() -> None:
    assert gettext("Skip to the content") == "Skip to the content"
    with reading(reader_of("language=vi", "", "")):
        assert gettext("Skip to the content") == "Chuyển đến nội dung"
        assert gettext("%(name)s is not in the catalog", name="X") == "X is not in the catalog"
        assert ngettext("%(num)d thing", "%(num)d things", 2) == "2 things"
    assert gettext("Skip to the content") == "Skip to the content"


async def test_the_back_office_follows_the_browser_and_the_choice(office: Office) -> None:
    async with office.page("marc") as browser:
        plain = await browser.get("/backoffice/bookings")
        wished = await browser.get("/backoffice/bookings", headers={"accept-language": "vi,en"})
        browser.cookies.set(CHOICES_COOKIE, "language=vi")
        chosen = await browser.get("/backoffice/bookings", headers={"accept-language": "en"})
        website = await browser.get("/", headers={"accept-language": "vi"})
        missing = await browser.get("/backoffice/bookings/booking_unknown")
    for answer, language, skip in (
        (plain, "en", "Skip to the content"),
        (wished, "vi", "Chuyển đến nội dung"),
        (chosen, "vi", "Chuyển đến nội dung"),
        (website, "en", "Skip to the content"),
        (missing, "vi", "Chuyển đến nội dung"),
    ):
        page = BeautifulSoup(answer.text, "html.parser")
        assert page.html
        assert page.html["lang"] == language
        assert page.select_one("a.skip").text == skip  # type: ignore[union-attr]  # every page has one
