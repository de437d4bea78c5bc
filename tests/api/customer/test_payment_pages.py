"""The page of an instalment: what is due, on to the provider, and back."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx2 import AsyncClient

from models.domain.links import LinkPurpose
from models.messages.ids import new_id
from models.tables.finance import CheckoutSession
from tests.support.desk import fields_of
from tests.support.trip import DEPOSIT, TOTAL, Trip, an_accepted_trip, store
from tests.support.visitors import Visitors, post, read

REST = f"USD {(TOTAL - DEPOSIT) / 100:,.2f}"
PAGE_OF_PROVIDER = "http://127.0.0.1:8090/stripe/pay/cs_1"


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


async def balance_page(visitors: Visitors, trip: Trip) -> str:
    return await visitors.link(trip, LinkPurpose.PAYMENT, trip.instalments[1].id)


async def a_checkout(visitors: Visitors, trip: Trip, *, status: str = "OPEN") -> str:
    checkout = CheckoutSession(
        id=new_id("checkout"), booking_id=trip.booking.id, instalment_id=trip.instalments[1].id,
        attempt=1, url=PAGE_OF_PROVIDER, status=status, amount_minor=TOTAL - DEPOSIT,
        currency="USD",
    )  # fmt: skip
    async with visitors.resources.sessions.begin() as session:
        await store(session, checkout)
    return checkout.id


async def test_what_is_due_is_said_to_the_cent(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    page = await browser.get(await balance_page(visitors, accepted))
    text = read(page, "pay-open")
    for words in (f"Pay {REST} by card", "Balance", "28 Jan 2030", accepted.booking.reference):
        assert words in text, words
    assert "form-action 'self' http://127.0.0.1:8090" in page.headers["content-security-policy"]


async def test_the_least_trip_can_be_paid(visitors: Visitors, browser: AsyncClient) -> None:
    async with visitors.resources.sessions.begin() as session:
        trip = await an_accepted_trip(session, minimal=True)
    path = await visitors.link(trip, LinkPurpose.PAYMENT, trip.instalments[0].id)
    assert "Payment in full" in read(await browser.get(path))


async def test_paying_leads_to_the_providers_page(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    checkout_id = await a_checkout(visitors, accepted)
    await visitors.start(accepted.instalments[1].id, checkout_id=checkout_id)
    paying = await post(browser, await balance_page(visitors, accepted), "")
    assert (paying.status_code, paying.headers["location"]) == (303, PAGE_OF_PROVIDER)


async def test_a_payment_page_that_has_ended_is_opened_again_by_the_next_click(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    checkout_id = await a_checkout(visitors, accepted, status="EXPIRED")
    await visitors.start(accepted.instalments[1].id, checkout_id=checkout_id)
    page = await post(browser, await balance_page(visitors, accepted), "")
    assert page.status_code == 409
    assert "Press the button once more" in read(page)


@pytest.mark.parametrize(
    ("columns", "words"),
    [({"status": "PAID"}, "this is paid"), ({"status": "WITHDRAWN"}, "nothing to pay")],
)
async def test_what_is_not_due_any_more_is_refused_with_a_page(
    columns: dict[str, str], words: str,
    visitors: Visitors, browser: AsyncClient, accepted: Trip,
) -> None:  # fmt: skip
    await visitors.start(accepted.instalments[1].id, refuse="PAYMENT_NOT_POSSIBLE")
    path = await balance_page(visitors, accepted)
    fields_page = await browser.get(path)
    await visitors.change(accepted.instalments[1], **columns)
    shown = await browser.get(path)
    assert shown.status_code == 200
    assert words in read(shown, f"pay-{columns['status'].lower()}")
    assert "<form" not in shown.text
    late = await browser.post(path, data=fields_of(fields_page.text, ""))
    assert late.status_code == 409
    assert words in read(late)


async def test_a_cancelled_booking_takes_no_money(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    path = await balance_page(visitors, accepted)
    fields = fields_of((await browser.get(path)).text, "")
    await visitors.change(accepted.booking, trip_status="CANCELLED")
    assert "There is nothing to pay" in read(await browser.get(path))
    late = await browser.post(path, data=fields)
    assert late.status_code == 409
    assert "There is nothing to pay" in read(late, "pay-cancelled")


async def test_an_instalment_whose_collection_has_not_begun_is_tried_again(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    page = await post(browser, await balance_page(visitors, accepted), "")
    assert page.status_code == 503
    assert "try again in a moment" in read(page)


async def test_the_provider_being_away_is_said(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    await visitors.start(accepted.instalments[1].id, refuse="PAYMENT_PROVIDER_UNAVAILABLE")
    page = await post(browser, await balance_page(visitors, accepted), "")
    assert page.status_code == 503
    assert "The payment page was not opened" in read(page, "pay-provider-away")


async def test_coming_back_waits_for_the_money_then_says_thank_you(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    path = await balance_page(visitors, accepted)
    for address in (f"{path}/return", f"{path}?outcome=success"):
        assert "waiting for the confirmation" in read(await browser.get(address), "pay-return")
    left = read(await browser.get(f"{path}?outcome=cancelled"), "pay-left")
    assert "nothing was charged" in left
    await visitors.change(accepted.instalments[1], status="PAID")
    assert "this is paid" in read(await browser.get(f"{path}/return"))


async def test_what_was_paid_for_a_trip_that_was_cancelled_is_not_the_last_word(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    path = await balance_page(visitors, accepted)
    await visitors.change(accepted.instalments[1], status="PAID")
    await visitors.change(accepted.booking, trip_status="CANCELLED")
    text = read(await browser.get(path))
    assert "cancelled since then" in text
    assert "need not do anything" not in text


async def test_a_get_opens_no_payment_page(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    await visitors.start(accepted.instalments[1].id)
    path = await balance_page(visitors, accepted)
    await browser.get(path)
    assert (await browser.post(path, data={"idempotency_key": "x"})).status_code == 403
    assert await visitors.asked(accepted.instalments[1].id) == []
