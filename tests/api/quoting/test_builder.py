"""The quote builder in the browser's words: prices as they are typed, steps, and what is saved."""

from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from bs4 import BeautifulSoup

from models.domain.rates import (
    CancellationTerm,
    Closure,
    ClosureKind,
    Meals,
    RateRow,
    Span,
)
from models.store.quote_drafts import find_version, list_versions
from models.tables.partners import Partner
from tests.support import office as factories
from tests.support.desk import Office, fields_of

YEAR = Span(date(2027, 1, 1), date(2027, 12, 31))
HEAD = {
    "title": "Hanoi",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": "2",
}


@pytest_asyncio.fixture
async def supply(office: Office) -> str:
    """A hotel with a card of two rooms, each with its board."""
    async with office.resources.sessions.begin() as session:
        partner_id, _ = await factories.hotel_with_rate(session)
        partner = await session.get_one(Partner, partner_id)
        rows = tuple(
            RateRow("", number, "All year", YEAR, price, option=option, meals=Meals.BREAKFAST)
            for number, (option, price) in enumerate((("Deluxe", 6_000), ("Suite", 9_000)), 1)
        )
        card = await factories.rate_card(session, partner, rows=rows)
    return f"{partner_id}:{card}"


def lines(*rows: dict[str, str]) -> dict[str, list[str]]:
    """Services as the form sends them: a list for each column."""
    usual = {
        "kind": "HOTEL",
        "day": "1",
        "nights": "3",
        "quantity": "1",
        "price": "",
        "description": "Stay",
        "supply": "",
        "variant": "",
        "units": "",
        "markup": "",
        "percent": "",
        "further": "",
    }
    return {f"line_{name}": [(usual | row)[name] for row in rows] for name in usual}


def path_of(office: Office) -> str:
    return f"/backoffice/bookings/{office.mine.id}/quotes"


async def priced(office: Office, *rows: dict[str, str], who: str = "marc", **head: Any) -> Any:
    """What the builder swaps in for what was typed."""
    async with office.page(who) as browser:
        guard = fields_of((await browser.get(f"{path_of(office)}/new")).text, "/quotes")
        typed = {**guard, **HEAD, **lines(*rows), **head}
        answer = await browser.post(f"{path_of(office)}/total", data=typed)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


async def stepped(office: Office, action: str, *rows: dict[str, str], **head: Any) -> Any:
    """The builder after one of its buttons."""
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(f"{path_of(office)}/new")).text, "/quotes")
        typed = {**guard, **HEAD, **lines(*rows), **head, "action": action}
        answer = await browser.post(path_of(office), data=typed)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


async def test_a_price_is_there_as_soon_as_room_and_nights_are(office: Office, supply: str) -> None:
    page = await priced(office, {"supply": supply, "variant": "Deluxe|BB"})
    line = page.select_one("#line-0-priced").text
    assert "USD 225.00" in line
    assert "costs USD 180.00" in line
    assert page.select_one("#total").text == "USD 225.00"
    note = page.select_one("#total-note").text
    assert "USD 112.50 a person" in note
    assert "profit USD 45.00, 20.00 %" in note
    why = page.select_one("#line-0-priced details").text
    assert "row 1 (All year)" in why
    assert "version 1" in why
    assert all(one.get("hx-swap-oob") == "true" for one in page.find_all(id=True))


async def test_costs_and_profit_are_for_those_who_may_see_them(office: Office, supply: str) -> None:
    page = await priced(office, {"supply": supply, "variant": "Deluxe|BB"}, who="linh")
    assert "USD 225.00" in page.select_one("#line-0-priced").text
    assert "USD 112.50 a person" in page.select_one("#total-note").text
    assert not any(word in page.text for word in ("cost", "profit", "180.00", "Why this price"))


async def test_what_presses_or_forbids_stands_at_the_line(office: Office, supply: str) -> None:
    partner_id = supply.partition(":")[0]
    no_sale = Closure(ClosureKind.STOP_SELL, Span(date(2027, 3, 3), date(2027, 3, 3)))
    rows = (RateRow("", 1, "All year", YEAR, 6_000, min_nights=4),)
    async with office.resources.sessions.begin() as session:
        partner = await session.get_one(Partner, partner_id)
        card = await factories.rate_card(
            session,
            partner,
            rows=rows,
            closures=(no_sale,),
            cancellation=(CancellationTerm(30, 50),),
        )
    page = await priced(office, {"supply": f"{partner_id}:{card}"})
    line = page.select_one("#line-0-priced").text
    assert "has stopped selling on 2027-03-03" in line
    assert "of 4 nights at least" in line
    assert "Book by 31 Jan 2027" in line.replace("\u202f", " ")


async def test_an_open_choice_is_no_price_and_says_what_to_choose(
    office: Office, supply: str
) -> None:
    page = await priced(office, {"supply": supply})
    line = page.select_one("#line-0-priced").text
    assert "No price yet" in line
    assert "Choose one of Deluxe BB, Suite BB" in line
    assert "A price is missing." in page.select_one("#total-note").text


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ({"percent": "50"}, "USD 270.00"),
        ({"markup": "MARGIN", "percent": "40"}, "USD 300.00"),
        ({"price": "100.50", "quantity": "2"}, "USD 201.00"),
    ],
)
async def test_a_markup_or_a_price_by_hand_goes_before_the_rules(
    office: Office, supply: str, row: dict[str, str], total: str
) -> None:
    page = await priced(office, {"supply": supply, "variant": "Deluxe|BB"} | row)
    assert page.select_one("#total").text == total


async def test_a_discount_comes_off_while_it_is_typed(office: Office, supply: str) -> None:
    row = {"supply": supply, "variant": "Deluxe|BB"}
    whole = await priced(office, row)
    less = await priced(office, row, discount_percent="10")
    assert whole.find(id="total").text == "USD 225.00"
    assert less.find(id="total").text == "USD 202.50"
    nonsense = await priced(office, row, discount_percent="ten")
    assert nonsense.find(id="total").text == "USD 225.00"


async def test_a_discount_is_saved_with_its_reason_and_not_without(
    office: Office, supply: str
) -> None:
    row = lines({"supply": supply, "variant": "Deluxe|BB"})
    off = {"discount_amount": "20", "discount_label": "Returning guests"}
    async with office.page("marc") as browser:
        guard = fields_of((await browser.get(f"{path_of(office)}/new")).text, "/quotes")
        refused = await browser.post(path_of(office), data={**guard, **HEAD, **row, **off})
        assert refused.status_code == 422
        assert "Say why there is a discount." in refused.text
        off["discount_reason"] = "Third trip"
        saved = await browser.post(path_of(office), data={**guard, **HEAD, **row, **off})
        assert saved.status_code == 303, saved.text
        async with office.resources.sessions() as session:
            (version,) = await list_versions(session, office.mine.id)
        stored = f"{path_of(office)}/{version.id}"
        edited = (await browser.get(f"{stored}?edit=yes")).text
    kept = fields_of(edited, stored)
    assert {name: kept[name] for name in off} == off | {"discount_amount": "20.00"}


async def test_rooms_are_typed_and_decide_the_price(office: Office, supply: str) -> None:
    rooms: dict[str, Any] = {
        "group_rooms": ["2", "1"],
        "group_adults": ["2", "1"],
        "group_ages": ["", ""],
    }
    row = {"supply": supply, "variant": "Deluxe|BB"}
    page = await priced(office, row, travelers="5", **rooms)
    assert page.select_one("#total").text == "USD 675.00"
    page = await priced(office, row, travelers="4", **rooms)
    assert "5 people, but 4 travel" in page.select_one("#price-trouble").text


@pytest.mark.parametrize("head", [{"departure_on": ""}, {"travelers": "many"}])
async def test_without_dates_or_travellers_nothing_is_guessed(
    office: Office, supply: str, head: dict[str, str]
) -> None:
    page = await priced(office, {"supply": supply, "variant": "Deluxe|BB"}, **head)
    assert "decide the prices" in page.select_one("#price-trouble").text
    assert page.select_one("#line-0-priced details") is None


async def test_a_line_that_can_not_be_read_leaves_the_others_their_prices(
    office: Office, supply: str
) -> None:
    good = {"supply": supply, "variant": "Suite|BB"}
    page = await priced(office, {"price": "cheap"}, good)
    assert "No price yet" in page.select_one("#line-0-priced").text
    assert "USD 337.50" in page.select_one("#line-1-priced").text


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ("up_line:1", ["B", "A", "C"]),
        ("up_line:0", ["A", "B", "C"]),
        ("down_line:1", ["A", "C", "B"]),
        ("down_line:2", ["A", "B", "C"]),
        ("copy_line:1", ["A", "B", "B", "C"]),
        ("remove_line:1", ["A", "C"]),
        ("remove_line:9", ["A", "B", "C"]),
        ("add_line", ["A", "B", "C", ""]),
        ("refresh", ["A", "B", "C"]),
    ],
)
async def test_buttons_order_copy_and_remove_services(
    office: Office, action: str, wanted: list[str]
) -> None:
    page = await stepped(office, action, *({"description": one} for one in "ABC"))
    assert [one["value"] for one in page.find_all("input", {"name": "line_description"})] == wanted


async def test_a_day_is_copied_with_its_services_and_the_rest_is_a_day_later(
    office: Office,
) -> None:
    rows = ({"description": "Museum", "day": "1"}, {"description": "Boat", "day": "2"})
    days = {
        "day_place": ["Hanoi", "Bay"],
        "day_title": ["Arrival", "Cruise"],
        "day_text": ["", ""],
    }
    page = await stepped(office, "copy_day:0", *rows, **days)
    found = [
        (name["value"], day["value"])
        for name, day in zip(
            page.find_all("input", {"name": "line_description"}),
            page.find_all("input", {"name": "line_day"}),
            strict=True,
        )
    ]
    assert found == [("Museum", "1"), ("Museum", "2"), ("Boat", "3")]
    places = [one["value"] for one in page.find_all("input", {"name": "day_place"})]
    assert places == ["Hanoi", "Hanoi", "Bay"]


async def test_a_saved_draft_comes_back_as_it_was_typed(office: Office, supply: str) -> None:
    rooms = {"group_rooms": ["1"], "group_adults": ["2"], "group_ages": [""]}
    rows = (
        {"supply": supply, "variant": "Suite|BB", "markup": "MARGIN", "percent": "12.5"},
        {"supply": supply, "variant": "Deluxe|BB", "price": "99.50", "units": "2"},
        {"price": "10", "quantity": "3", "description": "Visa"},
    )
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(f"{path_of(office)}/new")).text, "/quotes")
        typed = {**guard, **HEAD, **lines(*rows), **rooms, "action": "save"}
        assert (await browser.post(path_of(office), data=typed)).status_code == 303
        async with office.resources.sessions() as session:
            (version,) = await list_versions(session, office.mine.id)
            full = await find_version(session, office.mine.id, version.id)
        page = (await browser.get(f"{path_of(office)}/{version.id}?edit=yes")).text
        again = await browser.post(
            f"{path_of(office)}/{version.id}", data={**typed, "action": "save"}
        )
    assert again.status_code == 303
    soup = BeautifulSoup(page, "html.parser")
    assert [one["value"] for one in soup.find_all("input", {"name": "line_percent"})] == [
        "12.5",
        "",
        "",
    ]
    prices = [one["value"] for one in soup.find_all("input", {"name": "line_price"})]
    assert prices == ["", "99.50", "10.00"]
    chosen = [one["value"] for one in soup.select("select[name=line_variant] option[selected]")]
    assert chosen == ["Suite|BB", "Deluxe|BB"]
    assert [line.total_minor for line in full.lines] == [30_857, 9_950, 3_000]
    assert version.total_minor == 43_807


async def test_what_is_wrong_with_rooms_and_markups_stands_at_the_field(
    office: Office, supply: str
) -> None:
    rooms = {"group_rooms": ["1"], "group_adults": ["3"], "group_ages": [""]}
    row = {"supply": supply, "variant": "Suite|BB", "percent": "much"}
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(f"{path_of(office)}/new")).text, "/quotes")
        typed = {**guard, **HEAD, **lines(row)}
        wrong = await browser.post(path_of(office), data=typed)
        typed = {**guard, **HEAD, **lines({"supply": supply, "variant": "Suite|BB"}), **rooms}
        crowded = await browser.post(path_of(office), data=typed)
    assert (wrong.status_code, crowded.status_code) == (422, 422)
    soup = BeautifulSoup(wrong.text, "html.parser")
    assert "number" in soup.select_one("#line-0-percent-error").text  # type: ignore[union-attr]  # there
    assert "The rooms are for 3 people, not 2." in crowded.text
