"""Templates by the JSON API: kept, found, renamed, archived, and put into quotes."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from models.domain.rates import RateRow, Span
from models.store.rate_cards import add_card, load_card
from models.tables.audit import AuditEvent
from models.tables.catalog import Tour
from models.tables.crm import BookingActivity
from models.tables.partners import Partner, RateCard
from models.tables.quote import QuoteVersion
from tests.support import office as factories
from tests.support.desk import Office

API = "/api/v1/trip-templates"
TRIP = {
    "title": "For Amélie",
    "intro": "Dear Amélie Laurent",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-05",
    "travelers": 2,
    "days": [
        {"place": "Hanoi", "title": "Arrival", "text": "A walk by the lake."},
        {"place": "Hanoi", "title": "Amélie's day", "text": ""},
    ],
}
WALK = {
    "day": 2,
    "kind": "ACTIVITY",
    "description": "A walk",
    "quantity": 2,
    "unit_price_minor": 2_500,
}


@pytest_asyncio.fixture
async def hotel(office: Office) -> tuple[str, str]:
    """The ids of a hotel and its card: USD 62.00 a night, all through 2027."""
    async with office.resources.sessions.begin() as session:
        return await factories.hotel_with_rate(session)


async def asked(
    office: Office, method: str, path: str, who: str = "linh", **content: Any
) -> tuple[int, dict[str, Any]]:
    """The status and the answer of the API."""
    async with office.browser(who) as browser:
        answer = await browser.request(method, path, **content)
    found: dict[str, Any] = answer.json()
    return answer.status_code, found


def quotes_of(office: Office) -> str:
    """Where Linh's booking has its quotes."""
    return f"/api/v1/bookings/{office.mine.id}/quotes"


async def drafted(office: Office, *lines: dict[str, Any], **changes: Any) -> str:
    """The id of a draft of Linh's booking."""
    status, quote = await asked(
        office, "POST", quotes_of(office), json={**TRIP, "lines": list(lines), **changes}
    )
    assert status == 201, quote
    return str(quote["quote"]["id"])


async def kept(office: Office, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A template of a draft of Linh's booking."""
    quote_id = await drafted(office, *lines)
    body = {"name": "Hanoi", "booking_id": office.mine.id, "quote_id": quote_id, **changes}
    status, found = await asked(office, "POST", API, json=body)
    assert status == 201, found
    return found


def stay(card_id: str) -> dict[str, Any]:
    """Three nights of a card, from the first day."""
    return {
        "day": 1,
        "nights": 3,
        "kind": "HOTEL",
        "description": "Maison de Hanoi",
        "rate_card_id": card_id,
    }


def start_of(template: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A request to begin with a template."""
    return {
        "trip_template_id": template["template"]["id"],
        "departure_on": "2027-05-10",
        **changes,
    }


async def test_a_draft_becomes_a_template_without_the_customers_name(
    office: Office, hotel: tuple[str, str]
) -> None:
    found = await kept(office, stay(hotel[1]), WALK, variant="Deluxe", destination="Vietnam")
    head = found["template"]
    assert (head["name"], head["variant"], head["length_days"]) == ("Hanoi", "Deluxe", 4)
    assert (found["title"], found["intro"], found["naming_days"]) == ("Hanoi", "", [2])
    assert [line["unit_price_minor"] for line in found["lines"]] == [None, 2_500]
    async with office.resources.sessions() as session:
        event = await session.scalar(
            select(AuditEvent).where(AuditEvent.action == "TEMPLATE_SAVED")
        )
    assert event is not None
    assert event.subject == head["id"]


async def test_a_version_that_was_sent_becomes_a_template_too(office: Office) -> None:
    quote_id = await drafted(office, WALK)
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(QuoteVersion).where(QuoteVersion.id == quote_id).values(status="SENT")
        )
    body = {"name": "Sent", "booking_id": office.mine.id, "quote_id": quote_id}
    assert (await asked(office, "POST", API, json=body))[0] == 201


async def test_a_tour_becomes_a_template_of_its_days(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        tour = await factories.tour(session)
    status, found = await asked(office, "POST", API, json={"name": "North", "tour_id": tour.id})
    assert status == 201
    assert [day["title"] for day in found["days"]] == ["Arrival", "The old quarter", "On board"]
    assert found["intro"] == tour.short_description


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"tour_id": "tour_unknown"}, 404, "no such tour"),
        ({"booking_id": "{mine}", "quote_id": "quote_unknown"}, 404, "no such quote version"),
        ({"booking_id": "{other}", "quote_id": "quote_unknown"}, 404, "booking"),
        ({"quote_id": "quote_1"}, 422, "name a version with its booking"),
        ({"tour_id": "tour_1", "quote_id": "quote_1"}, 422, "not both"),
        ({"tour_id": "tour_1", "name": ""}, 422, "name"),
    ],
)
async def test_what_is_not_there_is_no_template(
    office: Office, body: dict[str, str], status: int, words: str
) -> None:
    ids = {"{mine}": office.mine.id, "{other}": office.other.id}
    body = {"name": "x"} | {name: ids.get(value, value) for name, value in body.items()}
    found, answer = await asked(office, "POST", API, json=body)
    assert found == status, answer
    assert words in str(answer).replace("Booking", "booking")


async def test_an_empty_draft_is_no_template(office: Office) -> None:
    quote_id = await drafted(office, days=[])
    body = {"name": "x", "booking_id": office.mine.id, "quote_id": quote_id}
    status, answer = await asked(office, "POST", API, json=body)
    assert (status, "no days and no services" in answer["error"]) == (422, True)


async def test_a_tour_of_more_than_sixty_days_is_no_template(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        tour = await factories.tour(session)
        days = [{"place": "Hue", "title": "x", "text": ""}] * 61
        await session.execute(update(Tour).where(Tour.id == tour.id).values(days=days))
    status, answer = await asked(office, "POST", API, json={"name": "x", "tour_id": tour.id})
    assert (status, "at most 60 days" in answer["error"]) == (422, True)


async def test_templates_are_found_by_their_words_page_by_page(office: Office) -> None:
    for variant in ("Classic", "Deluxe", "Family"):
        await kept(office, WALK, variant=variant, destination="Vietnam")
    await kept(office, WALK, name="Luang Prabang", destination="Laos")
    _, first = await asked(office, "GET", f"{API}?search=hanoi+viet&page_size=2")
    _, second = await asked(
        office, "GET", f"{API}?search=hanoi+viet&page_size=2&before={first['next']}"
    )
    assert [one["variant"] for one in first["items"]] == ["Family", "Deluxe"]
    assert ([one["variant"] for one in second["items"]], second["next"]) == (["Classic"], None)
    _, laos = await asked(office, "GET", f"{API}?destination=laos")
    assert [one["name"] for one in laos["items"]] == ["Luang Prabang"]
    assert (await asked(office, "GET", f"{API}?before=nonsense"))[0] == 422


async def test_a_template_is_renamed_archived_and_put_back(office: Office) -> None:
    template = await kept(office, WALK)
    path = f"{API}/{template['template']['id']}"
    _, renamed = await asked(office, "PATCH", path, json={"name": "Red river", "archived": True})
    assert renamed["template"]["name"] == "Red river"
    assert renamed["template"]["archived_at"]
    assert (await asked(office, "GET", API))[1]["items"] == []
    _, archived = await asked(office, "GET", f"{API}?archived=true")
    assert [one["name"] for one in archived["items"]] == ["Red river"]
    status, answer = await asked(
        office, "POST", f"{quotes_of(office)}/from-template", json=start_of(template)
    )
    assert (status, "archived" in answer["error"]) == (422, True)
    await asked(office, "PATCH", path, json={"archived": False})
    assert len((await asked(office, "GET", API))[1]["items"]) == 1


async def test_a_template_takes_over_what_another_version_says(office: Office) -> None:
    template = await kept(office, WALK)
    path = f"{API}/{template['template']['id']}/content"
    quote_id = await drafted(office, WALK, {**WALK, "day": 3})
    source = {"booking_id": office.mine.id, "quote_id": quote_id}
    _, found = await asked(office, "PATCH", path, json=source)
    assert [line["day"] for line in found["lines"]] == [2, 3]
    unknown = f"{API}/template_unknown/content"
    assert (await asked(office, "PATCH", unknown, json=source))[0] == 404


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_an_unknown_template_is_not_found(office: Office, method: str) -> None:
    content: dict[str, Any] = {"json": {"name": "x"}} if method == "PATCH" else {}
    status, answer = await asked(office, method, f"{API}/template_unknown", **content)
    assert (status, answer["error"]) == (404, "There is no such template.")


async def test_accountants_read_templates_and_change_none(office: Office) -> None:
    template = await kept(office, WALK)
    path = f"{API}/{template['template']['id']}"
    assert (await asked(office, "GET", path, "ana"))[0] == 200
    assert (await asked(office, "PATCH", path, "ana", json={"name": "x"}))[0] == 403


async def test_a_template_begins_a_quote_at_the_rates_of_its_new_days(
    office: Office, hotel: tuple[str, str]
) -> None:
    template = await kept(office, stay(hotel[1]))
    await agreed_anew(office, hotel[1], 8_000)
    status, found = await asked(
        office, "POST", f"{quotes_of(office)}/from-template", "marc", json=start_of(template)
    )
    assert (status, found["notes"]) == (201, [])
    assert (found["quote"]["departure_on"], found["quote"]["return_on"]) == (
        "2027-05-10",
        "2027-05-13",
    )
    (line,) = found["lines"]
    assert (line["cost_minor"], line["total_minor"]) == (24_000, 30_000)
    assert line["rate_card_id"] != hotel[1]


async def agreed_anew(office: Office, card_id: str, price_minor: int) -> None:
    """The next version of a card, at another price all through its year."""
    async with office.resources.sessions.begin() as session:
        card = await load_card(session, card_id)
        stored = await session.get_one(RateCard, card_id)
        stored.current = False
        await session.flush()
        row = RateRow("", 1, "All year", card.validity, price_minor)
        newer = replace(card, id="rate_newer", version=2, rows=(row,))
        assert await add_card(session, newer, by="tests")
        await session.execute(
            update(RateCard)
            .where(RateCard.id == "rate_newer")
            .values(series_id=stored.series_id, current=True, version=2)
        )


async def test_a_stay_over_new_year_is_priced_by_the_contracts_that_follow(
    office: Office, hotel: tuple[str, str]
) -> None:
    template = await kept(office, stay(hotel[1]))
    next_year = Span(date(2028, 1, 1), date(2028, 12, 31))
    async with office.resources.sessions.begin() as session:
        partner = await session.get_one(Partner, hotel[0])
        await factories.rate_card(
            session,
            partner,
            validity=next_year,
            rows=(RateRow("", 1, "All year", next_year, 10_000),),
        )
    start = start_of(template, departure_on="2027-12-30")
    _, found = await asked(office, "POST", f"{quotes_of(office)}/from-template", "marc", json=start)
    assert found["notes"] == []
    assert found["lines"][0]["cost_minor"] == 2 * 6_200 + 10_000


async def test_what_has_no_rate_any_more_comes_in_without_a_price_and_says_so(
    office: Office, hotel: tuple[str, str]
) -> None:
    template = await kept(office, stay(hotel[1]), WALK)
    start = start_of(template, departure_on="2029-03-02")
    status, found = await asked(office, "POST", f"{quotes_of(office)}/from-template", json=start)
    assert status == 201
    assert [line["total_minor"] for line in found["lines"]] == [0, 5_000]
    (note,) = found["notes"]
    assert (note["kind"], note["line"]) == ("NO_RATE", 1)
    assert "no rate holds on 2029-03-02" in note["reason"]
    assert found["quote"]["total_minor"] == 0


async def test_a_supplier_that_is_not_used_any_more_is_told(
    office: Office, hotel: tuple[str, str]
) -> None:
    template = await kept(office, stay(hotel[1]))
    async with office.resources.sessions.begin() as session:
        await session.execute(update(Partner).where(Partner.id == hotel[0]).values(active=False))
    _, found = await asked(
        office, "POST", f"{quotes_of(office)}/from-template", json=start_of(template)
    )
    assert [note["kind"] for note in found["notes"]] == ["SUPPLIER_INACTIVE"]
    assert found["lines"][0]["total_minor"] == 0


async def test_a_gap_within_the_year_is_told_as_the_price_list_finds_it(
    office: Office, hotel: tuple[str, str]
) -> None:
    winter = RateRow("", 1, "Winter", Span(date(2027, 11, 1), date(2027, 12, 31)), 5_000)
    async with office.resources.sessions.begin() as session:
        partner = await session.get_one(Partner, hotel[0])
        late = await factories.rate_card(session, partner, service="Winter room", rows=(winter,))
    template = await kept(office, stay(late))
    _, found = await asked(
        office, "POST", f"{quotes_of(office)}/from-template", json=start_of(template)
    )
    assert [(note["kind"], note["line"]) for note in found["notes"]] == [("NO_PRICE", 1)]


async def test_another_destination_is_only_a_warning(office: Office) -> None:
    template = await kept(office, WALK, destination="Laos")
    status, found = await asked(
        office, "POST", f"{quotes_of(office)}/from-template", json=start_of(template)
    )
    assert status == 201
    assert [note["kind"] for note in found["notes"]] == ["OTHER_DESTINATION"]


async def test_prices_by_hand_in_other_money_are_left_out(office: Office) -> None:
    template = await kept(office, WALK)
    _, found = await asked(
        office,
        "POST",
        f"{quotes_of(office)}/from-template",
        json=start_of(template, currency="EUR"),
    )
    assert [note["kind"] for note in found["notes"]] == ["OTHER_CURRENCY"]
    assert [line["total_minor"] for line in found["lines"]] == [0]


async def test_a_template_is_put_into_a_draft_once_for_a_key(office: Office) -> None:
    template = await kept(office, WALK)
    quote_id = await drafted(office, WALK)
    body = {"trip_template_id": template["template"]["id"], "after_day": 1}
    for _ in range(2):
        status, found = await asked(
            office,
            "POST",
            f"{quotes_of(office)}/{quote_id}/template",
            json=body,
            headers={"Idempotency-Key": "once"},
        )
        assert status == 200
    assert [line["day"] for line in found["lines"]] == [3, 4]
    assert [day["title"] for day in found["days"]] == [
        "Arrival",
        "Arrival",
        "Amélie's day",
        "Amélie's day",
    ]
    assert found["quote"]["return_on"] == "2027-03-07"
    async with office.resources.sessions() as session:
        lines = await session.scalars(
            select(BookingActivity.detail).where(BookingActivity.type == "TEMPLATE_INSERTED")
        )
        assert list(lines) == [quote_id]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"trip_template_id": "template_unknown"}, 404, "no such template"),
        ({"after_day": 9}, 422, "the draft has 2 days"),
        ({"after_day": 61}, 422, "after_day"),
    ],
)
async def test_a_template_that_can_not_be_put_in_is_refused(
    office: Office, body: dict[str, Any], status: int, words: str
) -> None:
    template = await kept(office, WALK)
    quote_id = await drafted(office, WALK)
    body = {"trip_template_id": template["template"]["id"]} | body
    found, answer = await asked(
        office, "POST", f"{quotes_of(office)}/{quote_id}/template", json=body
    )
    assert (found, words in str(answer)) == (status, True), answer


async def test_nothing_is_put_into_what_was_sent(office: Office) -> None:
    template = await kept(office, WALK)
    quote_id = await drafted(office, WALK)
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(QuoteVersion).where(QuoteVersion.id == quote_id).values(status="SENT")
        )
    body = {"trip_template_id": template["template"]["id"]}
    status, answer = await asked(
        office, "POST", f"{quotes_of(office)}/{quote_id}/template", json=body
    )
    assert (status, answer["code"]) == (409, "QUOTE_NOT_SENDABLE")
