"""The palette finds what one may see, in few lines; without scripts it is a page."""

from bs4 import BeautifulSoup

from tests.support import office as factories
from tests.support.desk import Office


async def found(office: Office, who: str, words: str) -> list[str]:
    """The texts of what somebody's palette finds."""
    async with office.page(who) as browser:
        answer = await browser.get("/backoffice/palette", params={"q": words, "part": "yes"})
    assert answer.status_code == 200
    options = BeautifulSoup(answer.text, "html.parser").select("a[role=option] .strong")
    return [option.text for option in options]


async def test_bookings_and_customers_are_found_by_reference_name_and_address(
    office: Office,
) -> None:
    booking = f"{office.mine.reference} · Amélie Laurent"
    assert await found(office, "marc", "Laurent") == [booking, "Amélie Laurent"]
    assert booking in await found(office, "marc", office.mine.reference[:8])
    assert await found(office, "marc", "amelie@example.org") == [booking, "Amélie Laurent"]


async def test_staff_find_only_their_own(office: Office) -> None:
    assert await found(office, "marc", "jonas") != []
    assert await found(office, "linh", "jonas") == []
    assert await found(office, "linh", "laurent") != []
    assert await found(office, "minh", "laurent") == []


async def test_pages_are_found_by_name_in_either_language_without_accents(office: Office) -> None:
    assert "Customers" in await found(office, "marc", "custom")
    async with office.page("marc") as browser:
        answer = await browser.get(
            "/backoffice/palette",
            params={"q": "khach", "part": "x"},
            headers={"accept-language": "vi"},
        )
    assert "Khách hàng" in answer.text


async def test_pages_that_one_may_not_open_are_not_offered(office: Office) -> None:
    everything = await found(office, "ana", "")
    async with office.page("ana") as browser:
        page = BeautifulSoup((await browser.get("/backoffice/palette")).text, "html.parser")
        for link in page.select(".places a[href^='/backoffice']"):
            assert (await browser.get(str(link["href"]))).status_code in {200, 303}, link
    names = [link.text for link in page.select(".places a[href^='/backoffice']")]
    assert sorted(everything) == sorted(names)


async def test_the_results_are_few(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        for number in range(9):
            one = await factories.customer(
                session, f"Zoe Zhang {number}", f"zoe{number}@example.org", phone_e164=None
            )
            await factories.booking(session, one)
    assert len(await found(office, "marc", "zoe")) == 10


async def test_odd_words_find_nothing_and_break_nothing(office: Office) -> None:
    for words in ("%", "_", "\\", "zz\0zz", "' OR 1=1", "<script>", "x" * 99):
        assert await found(office, "marc", f"q{words}") == []


async def test_without_scripts_it_is_a_page_with_links(office: Office) -> None:
    async with office.page("linh") as browser:
        page = BeautifulSoup(
            (await browser.get("/backoffice/palette?q=laurent")).text, "html.parser"
        )
        nothing = await browser.get("/backoffice/palette?q=qqqqq")
    addresses = [link["href"] for link in page.select("main a.result")]
    assert f"/backoffice/bookings/{office.mine.id}" in addresses
    assert f"/backoffice/customers/{office.customer.id}" in addresses
    assert "Nothing found" in nothing.text


async def test_nobody_finds_anything_without_a_login(office: Office) -> None:
    async with office.page("nobody") as browser:
        answer = await browser.get("/backoffice/palette?q=laurent&part=yes")
    assert (answer.status_code, answer.headers["location"][:11]) == (303, "/auth/login")
