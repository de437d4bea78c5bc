"""`/backoffice/exchange-rates`: rates with day and source, the effect of one before it counts."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from api.pages.backoffice.exchange_rates import points_of
from tests.support.desk import Office, fields_of

PATH = "/backoffice/exchange-rates"
VND = f"{PATH}?currency=VND&base=USD&rate=25340"


async def soup(office: Office, path: str = PATH, who: str = "marc") -> BeautifulSoup:
    async with office.page(who) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def words(page: BeautifulSoup, chosen: str) -> str:
    found = page.select_one(chosen)
    assert found is not None, f"no {chosen}"
    return " ".join(found.text.split())


async def test_a_line_says_rate_day_source_and_how_it_went(priced: Office) -> None:
    page = await soup(priced)
    assert "1.0842" in words(page, "#rate-USD")
    assert "European Central Bank" in words(page, "#rate-USD")
    assert "34.0113" in words(page, "#rate-THB")
    assert "By hand: Marc Dubois" in words(page, "#rate-LAK")
    assert "9 days old" in words(page, "#rate-LAK .badge-bad")
    drawing = page.select_one("#rate-USD svg")
    assert drawing is not None
    assert drawing["aria-label"] == "The last 2 rates of USD, from 1.08 to 1.0842"
    notices = " ".join(one.text for one in page.select(".notice"))
    assert "LAK" in notices
    assert "VND, KHR" in notices


async def test_the_effect_is_shown_before_anything_counts(priced: Office) -> None:
    page = await soup(priced, VND)
    told = words(page, "#effect")
    assert "USD 100.00 = VND 2,534,000" in told
    assert "In force nownothing yet" in told
    assert "VND 2,534,000 is counted as USD 100.00, with the buffer of 2 % as USD 102.00" in told
    assert page.select_one("#rate-VND") is None


async def test_a_rate_is_set_with_a_reason_and_said_so(priced: Office) -> None:
    async with priced.page("ana") as browser:
        fields = fields_of((await browser.get(VND)).text, "#effect")
        missing = await browser.post(PATH, data=fields | {"reason": ""})
        taken = await browser.post(PATH, data=fields | {"reason": "Vietcombank"})
        page = BeautifulSoup((await browser.get(taken.headers["location"])).text, "html.parser")
    assert missing.status_code == 422
    assert "This is missing." in missing.text
    assert taken.status_code == 303
    assert "Vietcombank" in words(page, "#rate-VND")
    assert "27,473.628" in words(page, "#rate-VND")
    assert "The rate is in force." in words(page, ".toast")


async def test_a_slip_of_the_keyboard_is_asked_about(priced: Office) -> None:
    async with priced.page("marc") as browser:
        shown = (await browser.get(f"{PATH}?currency=LAK&base=EUR&rate=2345")).text
        assert "Is there a digit too many or too few?" in shown
        fields = fields_of(shown, "#effect") | {"reason": "New kip"}
        fields.pop("confirmed")
        refused = await browser.post(PATH, data=fields)
        taken = await browser.post(PATH, data=fields | {"confirmed": "yes"})
    assert refused.status_code == 409
    assert "if it is right, confirm it" in refused.text
    assert 'value="New kip"' in refused.text
    assert taken.status_code == 303


@pytest.mark.parametrize("rate", ["36,875", "nothing", "0", "-3"])
async def test_what_is_no_number_is_explained_beside_its_field(priced: Office, rate: str) -> None:
    page = await soup(priced, f"{PATH}?currency=THB&base=EUR&rate={rate}")
    assert words(page, "#set-rate-error")
    assert page.select_one("#effect") is None


async def test_staff_see_the_rates_and_no_form(priced: Office) -> None:
    page = await soup(priced, VND, "linh")
    assert page.select_one("#rate-USD") is not None
    assert page.select_one("#set") is None
    assert page.select_one("#effect") is None
    assert page.select("main form") == []


async def test_a_base_without_a_rate_is_told(priced: Office) -> None:
    async with priced.page("marc") as browser:
        answer = await browser.get(f"{PATH}?currency=VND&base=KHR&rate=6")
    assert answer.status_code == 409
    assert "There is no exchange rate for this currency." in answer.text


async def test_what_is_to_be_looked_at_stands_here_and_among_the_tasks(priced: Office) -> None:
    assert "Look at the rate of VND" in words(await soup(priced, "/backoffice/tasks"), "main")
    other = await soup(priced, "/backoffice/tasks", "linh")
    assert "Look at the rate of VND" not in other.text
    async with priced.page("ana") as browser:
        shown = (await browser.get(PATH)).text
        form = BeautifulSoup(shown, "html.parser").select_one("#tasks form")
        assert form is not None
        fields = {str(one["name"]): str(one["value"]) for one in form.select("input")}
        done = await browser.post(str(form["action"]), data=fields)
        rest = BeautifulSoup((await browser.get(PATH)).text, "html.parser")
    assert done.status_code == 303
    assert len(rest.select("#tasks li")) == 1


async def test_without_any_rate_the_page_says_how_they_come(office: Office) -> None:
    assert "No rates yet" in (await soup(office)).text


def test_a_line_of_rates_goes_from_left_to_right_and_up() -> None:
    rates = [Decimal(1), Decimal(3), Decimal(2)]
    assert points_of(rates) == "2.0,22.0 48.0,2.0 94.0,12.0"
    assert points_of([Decimal(2), Decimal(2)]) == "2.0,2.0 94.0,2.0"
    assert points_of(rates[:1]) == ""
