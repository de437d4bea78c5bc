"""What is included in a draft: drawn from its services, or as staff wrote it."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from models.domain.rates import Meals, RateRow, Span
from models.store.boards import boards_of
from models.store.quote_drafts import find_version
from models.tables.crm import Customer
from models.tables.partners import Partner
from tests.support import office as factories
from tests.support.desk import Office, fields_of

TRIP = {
    "title": "Hanoi",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-05",
    "travelers": 2,
}
STAY = {"day": 1, "nights": 3, "kind": "HOTEL", "description": "Stay"}


async def drafted(office: Office, **changes: Any) -> dict[str, Any]:
    """A draft as the API answers it."""
    async with office.browser("marc") as browser:
        answer = await browser.post(
            f"/api/v1/bookings/{office.mine.id}/quotes", json={**TRIP, **changes}
        )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def card(office: Office, *boards: Meals) -> str:
    """The id of a card with these boards."""
    year = Span(factories.DEPARTURE.replace(month=1, day=1), factories.RETURN.replace(month=12))
    rows = tuple(
        RateRow("", number, "All year", year, 6_000, meals=board)
        for number, board in enumerate(boards, 1)
    )
    async with office.resources.sessions.begin() as session:
        partner_id, _ = await factories.hotel_with_rate(session)
        partner = await session.get_one(Partner, partner_id)
        return await factories.rate_card(session, partner, service="Board", rows=rows)


async def builder(office: Office, path: str) -> BeautifulSoup:
    """The builder's page."""
    async with office.page("linh") as browser:
        answer = await browser.get(f"/backoffice/bookings/{office.mine.id}/quotes/{path}")
    return BeautifulSoup(answer.text, "html.parser")


async def test_texts_by_hand_are_kept_and_copied(office: Office) -> None:
    quote = await drafted(office, included=["Breakfast in bed"], excluded=["Rain"])
    assert (quote["included"], quote["excluded"]) == (["Breakfast in bed"], ["Rain"])
    path = f"/api/v1/bookings/{office.mine.id}/quotes/{quote['quote']['id']}/copies"
    async with office.browser("linh") as browser:
        copied = (await browser.post(path)).json()
    assert (copied["included"], copied["excluded"]) == (["Breakfast in bed"], ["Rain"])


@pytest.mark.parametrize("texts", [[""], ["x" * 301], ["x"] * 41])
async def test_texts_that_are_none_or_too_many_are_refused(
    office: Office, texts: list[str]
) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.post(
            f"/api/v1/bookings/{office.mine.id}/quotes", json={**TRIP, "included": texts}
        )
    assert (answer.status_code, "included" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("boards", "line", "known"),
    [
        ((Meals.BREAKFAST,), {}, "BB"),
        ((Meals.BREAKFAST, Meals.HALF_BOARD), {"meals": "HB"}, "HB"),
        ((Meals.BREAKFAST, Meals.HALF_BOARD), {}, None),
    ],
)
async def test_the_board_is_the_chosen_one_or_the_only_one(
    office: Office, boards: tuple[Meals, ...], line: dict[str, Any], known: str | None
) -> None:
    card_id = await card(office, *boards)
    quote = await drafted(office, lines=[{**STAY, "rate_card_id": card_id, **line}])
    async with office.resources.sessions() as session:
        full = await find_version(session, office.mine.id, quote["quote"]["id"])
        found = await boards_of(session, full.lines)
    assert found.get(full.lines[0].id) == known


async def test_the_builder_shows_what_is_drawn_in_the_customers_language(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Customer).where(Customer.id == office.mine.customer_id).values(language="German")
        )
    card_id = await card(office, Meals.BREAKFAST)
    quote = await drafted(office, lines=[{**STAY, "rate_card_id": card_id}])
    page = await builder(office, f"{quote['quote']['id']}?edit=yes")
    drawn = [one.text for one in page.select("#lists [lang=de] li")]
    assert drawn[0] == "Unterkunft mit Frühstück, 3 Nächte"
    assert "Reiseleitung" in drawn


async def test_the_builder_keeps_one_text_a_line(office: Office) -> None:
    page = f"/backoffice/bookings/{office.mine.id}/quotes"
    async with office.page("linh") as browser:
        form = fields_of((await browser.get(f"{page}/new")).text, "/quotes")
        head = {name: str(value) for name, value in TRIP.items()}
        typed = {**form, **head, "included": "Breakfast \r\n\r\nA view", "action": "preview"}
        saved = await browser.post(page, data=typed)
    assert saved.status_code == 303
    quote_id = saved.headers["location"].partition("?")[0].rpartition("/")[2]
    async with office.resources.sessions() as session:
        full = await find_version(session, office.mine.id, quote_id)
    assert (full.version.included, full.version.excluded) == (["Breakfast", "A view"], [])
    shown = await builder(office, f"{quote_id}?edit=yes")
    area = shown.select_one("#included")
    assert area is not None
    assert area.text.split("\n")[-2:] == ["Breakfast", "A view"]
