"""Lists: numbered pages or a cursor, the same names everywhere, and clear refusals."""

import pytest

from tests.api.conventions.conftest import World
from tests.api.conventions.operations import OPERATIONS, SCHEMAS, Operation, names, send

LISTS = [
    one
    for one in OPERATIONS
    if one.method == "GET" and "items" in SCHEMAS.get(one.answer(200), {}).get("properties", {})
]
PAGED = [one for one in LISTS if "page" in one.parameters]
BY_CURSOR = [one for one in LISTS if "page_size" in one.parameters and one not in PAGED]
SORTED = [one for one in OPERATIONS if "sort" in one.parameters]
WHOLE = {
    "GET /public/v1/tours": "the website's own paging: limit and offset",
    "GET /api/v1/booking-views": "what one person keeps and what is shared: 50 of each at most",
    "GET /api/v1/segments": "what one person keeps and what is shared: 50 of each at most",
    "GET /api/v1/staff": "the people of one company",
    "GET /api/v1/policy": "the policies in force: one, and one for each campaign",
    "GET /api/v1/exchange-rates": "one for each currency: some forty",
    "GET /api/v1/bookings/{booking_id}/activities": "the website's contract: a booking's whole",
    "GET /api/v1/bookings/{booking_id}/invoices": "a booking has a few",
    "GET /api/v1/bookings/{booking_id}/quotes": "a booking has a few",
    "GET /api/v1/quote-declines": "one for each reason",
    "GET /api/v1/bookings/{booking_id}/service-orders": "one for each line of the quote",
    "GET /api/v1/bookings/{booking_id}/checklist": "one for each item of the policy",
    "GET /api/v1/bookings/{booking_id}/deadlines": "the next ones, a dozen at most",
    "GET /api/v1/bookings/{booking_id}/proposals": "one for each member of staff",
    "GET /api/v1/bookings/{booking_id}/tasks": "a booking has a few",
    "GET /api/v1/bookings/{booking_id}/attachments": "a booking has a few",
    "GET /api/v1/partners/{partner_id}/contracts": "a partner has a few",
    "GET /api/v1/rate-cards/{card_id}/versions": "a card is agreed anew once or twice a year",
    "GET /api/v1/customers/{customer_id}/passports": "a person has a few",
}
"""Lists that are told whole, each with the reason."""


def test_every_list_is_paged_or_small_for_a_reason() -> None:
    whole = {one.name for one in LISTS if one not in PAGED and one not in BY_CURSOR}
    assert whole == set(WHOLE)


@names(PAGED)
async def test_numbered_pages_are_told_and_bounded(world: World, operation: Operation) -> None:
    answer = await send(*world, operation)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert {"items", "total", "page", "page_size", "total_pages"} <= told.keys()
    assert told["page"] == 1
    assert told["total_pages"] == max(1, -(-told["total"] // told["page_size"]))
    assert len(told["items"]) <= told["page_size"]
    behind = (await send(*world, operation, query={"page": "900000"})).json()
    assert (behind["items"], behind["total"]) == ([], told["total"])


@names(BY_CURSOR)
async def test_cursors_lead_through_the_whole_list_once(world: World, operation: Operation) -> None:
    whole = (await send(*world, operation, query={"page_size": "100"})).json()
    assert whole["items"], "the world has none of these"
    assert whole["next"] is None
    read: list[object] = []
    query = {"page_size": "1"}
    while len(read) < len(whole["items"]):
        told = (await send(*world, operation, query=query)).json()
        read += told["items"]
        query["before"] = told["next"]
    assert read == whole["items"]
    assert told["next"] is None


@names(PAGED + BY_CURSOR)
@pytest.mark.parametrize(
    "wrong", [{"page_size": "0"}, {"page_size": "101"}, {"page": "0"}], ids=str
)
async def test_a_page_that_cannot_be_is_refused(
    world: World, operation: Operation, wrong: dict[str, str]
) -> None:
    if not wrong.keys() <= operation.parameters.keys():
        wrong = {"page_size": "1000"}
    answer = await send(*world, operation, query=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT"), answer.text
    assert answer.json()["errors"][0]["field"] in wrong


@names(SORTED)
async def test_an_unknown_order_is_refused_with_those_there_are(
    world: World, operation: Operation
) -> None:
    answer = await send(*world, operation, query={"sort": "by_magic"})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    assert "_desc" in answer.json()["error"]
