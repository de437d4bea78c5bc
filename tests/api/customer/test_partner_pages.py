"""The pages of suppliers and guides: what is asked, and that each answer is taken once."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx2 import AsyncClient

from models.domain.links import LinkPurpose
from models.messages.ids import QuoteLineId, guide_search_id
from models.tables.crm import Remark
from tests.support.desk import fields_of
from tests.support.trip import Trip, an_accepted_trip
from tests.support.visitors import Visitors, post, read


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


async def request_page(visitors: Visitors, trip: Trip, attempt: int = 1) -> str:
    subject = f"{trip.orders[0].id}:{attempt}"
    return await visitors.link(trip, LinkPurpose.SERVICE_ORDER, subject)


async def offer_page(visitors: Visitors, trip: Trip) -> str:
    assert trip.assignment is not None
    return await visitors.link(trip, LinkPurpose.GUIDE_OFFER, trip.assignment.id)


def search_of(trip: Trip) -> str:
    assert trip.assignment is not None
    return guide_search_id(QuoteLineId(trip.assignment.quote_line_id))


async def test_a_request_says_what_is_asked_for(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    text = read(await browser.get(await request_page(visitors, accepted)), "supplier-open")
    for words in ("La Siesta", "14 Mar 2030 to 16 Mar 2030", "USD 294.00", "Lead guest"):
        assert words in text, words


async def test_confirming_keeps_the_reference_and_asks_the_order_once(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    order = accepted.orders[0]
    await visitors.start(order.id)
    path = await request_page(visitors, accepted)
    fields = fields_of((await browser.get(path)).text, "/confirm") | {"reference": " LSP-77 "}
    for _ in range(2):
        taken = await browser.post(f"{path}/confirm", data=fields)
        assert (taken.status_code, taken.headers["location"]) == (303, path)
    (asked,) = await visitors.asked(order.id)
    command = json.loads(asked)
    remark = (await visitors.rows(Remark))[0]
    assert isinstance(remark, Remark)
    assert (remark.body, remark.author) == ("LSP-77", "supplier")
    assert (command["remark_id"], command["attempt"]) == (remark.id, 1)


async def test_declining_keeps_the_reason(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    order = accepted.orders[0]
    await visitors.start(order.id)
    path = await request_page(visitors, accepted)
    assert (await post(browser, path, "/decline", reason="Fully booked")).status_code == 303
    (remark,) = await visitors.rows(Remark)
    assert isinstance(remark, Remark)
    assert remark.body == "Fully booked"


@pytest.mark.parametrize("action", ["/confirm", "/decline"])
async def test_a_supplier_says_a_reference_or_a_reason(
    action: str, visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    page = await post(browser, await request_page(visitors, accepted), action)
    assert page.status_code == 422
    assert "Please" in read(page, "supplier-invalid")
    assert await visitors.rows(Remark) == []


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"status": "CONFIRMED", "supplier_reference": "LSP-77"}, "You have confirmed"),
        ({"status": "DECLINED"}, "You have declined"),
        ({"status": "RELEASED"}, "This request was withdrawn"),
        ({"attempt": 2}, "We have asked another supplier"),
    ],
)
async def test_a_closed_request_says_so_and_takes_no_answer(
    columns: dict[str, object], words: str,
    visitors: Visitors, browser: AsyncClient, accepted: Trip,
) -> None:  # fmt: skip
    order = accepted.orders[0]
    await visitors.start(order.id, refuse="SERVICE_ORDER_NOT_OPEN")
    path = await request_page(visitors, accepted)
    fields = fields_of((await browser.get(path)).text, "/confirm")
    await visitors.change(order, **columns)
    page = await browser.get(path)
    assert page.status_code == 200
    assert words in read(page, f"supplier-{words.rpartition(' ')[2]}")
    assert "<form" not in page.text
    late = await browser.post(f"{path}/confirm", data=fields | {"reference": "LSP-78"})
    assert late.status_code == 409
    assert words in read(late)


async def test_another_supplier_sees_nothing_of_the_guests(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    await visitors.change(accepted.orders[0], attempt=2)
    text = read(await browser.get(await request_page(visitors, accepted)))
    assert accepted.customer.name not in text


async def test_an_offer_shows_the_trip_and_is_answered_once(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    await visitors.start(search_of(accepted))
    path = await offer_page(visitors, accepted)
    shown = await browser.get(path)
    text = read(shown, "guide-open")
    assert "Yes, I take the trip" in text
    assert "Lanterns of Hoi An" in text
    assert accepted.customer.name not in text
    fields = fields_of(shown.text, "/take")
    for _ in range(2):
        assert (await browser.post(f"{path}/take", data=fields)).status_code == 303
    (asked,) = await visitors.asked(search_of(accepted))
    assert json.loads(asked)["accepted"] is True


async def test_a_guide_may_say_no(visitors: Visitors, browser: AsyncClient, accepted: Trip) -> None:
    await visitors.start(search_of(accepted))
    assert (await post(browser, await offer_page(visitors, accepted), "/decline")).is_redirect
    (asked,) = await visitors.asked(search_of(accepted))
    assert json.loads(asked)["accepted"] is False


async def test_the_least_offer_can_be_read(visitors: Visitors, browser: AsyncClient) -> None:
    async with visitors.resources.sessions.begin() as session:
        trip = await an_accepted_trip(session, minimal=True)
    assert "Phạm Văn Đức" in read(await browser.get(await offer_page(visitors, trip)))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("ACCEPTED", "You have taken this trip"),
        ("DECLINED", "You have not taken this trip"),
        ("LAPSED", "This offer has lapsed"),
        ("RELEASED", "This trip was cancelled"),
    ],
)
async def test_a_closed_offer_says_so_and_takes_no_answer(
    status: str, words: str, visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    assert accepted.assignment is not None
    await visitors.start(search_of(accepted), refuse="GUIDE_OFFER_NOT_OPEN")
    path = await offer_page(visitors, accepted)
    fields = fields_of((await browser.get(path)).text, "/take")
    await visitors.change(accepted.assignment, status=status)
    page = await browser.get(path)
    assert words in read(page, f"guide-{status.lower()}")
    assert "<form" not in page.text
    late = await browser.post(f"{path}/take", data=fields)
    assert late.status_code == 409
    assert words in read(late)


async def test_a_guide_who_is_not_free_is_told_why(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    await visitors.start(search_of(accepted), refuse="GUIDE_NOT_FREE")
    page = await post(browser, await offer_page(visitors, accepted), "/take")
    assert page.status_code == 409
    assert "The stub says what to do." in read(page, "guide-not-free")


async def test_a_scanners_post_answers_for_nobody(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    request, offer = await request_page(visitors, accepted), await offer_page(visitors, accepted)
    for address in (f"{request}/confirm", f"{request}/decline", f"{offer}/take"):
        assert (await browser.post(address, data={"reference": "x"})).status_code == 403
    assert await visitors.rows(Remark) == []
