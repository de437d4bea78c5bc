"""An instalment has one payment page at a time, and it asks for what is still open."""

import asyncio

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from activities.providers.ports import (
    CheckoutPage,
    CheckoutRequest,
    PermanentProviderError,
    RetryableProviderError,
)
from models.messages.booking import BookingStart
from models.messages.ids import BookingId, CommandId, InstalmentId
from models.messages.payments import OpenCheckout
from models.tables.crm import Booking, Customer
from models.tables.finance import CheckoutSession, Instalment
from tests.support.fake_provider import FakeProvider
from tests.support.money import Desk
from tests.support.rows import Booked, event, intent_event


async def open_page(desk: Desk, booked: Booked, position: int = 0) -> str:
    opened = await desk.payments.open_checkout(
        OpenCheckout(
            command_id=CommandId("command"),
            actor="customer",
            instalment_id=InstalmentId(booked.instalments[position]),
        )
    )
    return opened.checkout_id


async def expire(desk: Desk, booked: Booked) -> None:
    await desk.payments.expire_checkouts(BookingStart(booking_id=BookingId(booked.booking_id)))


async def pages(desk: Desk) -> dict[str, str]:
    async with desk.sessions() as session:
        rows = await session.execute(select(CheckoutSession.id, CheckoutSession.status))
        return {row.id: row.status for row in rows}


async def test_an_open_page_is_given_again(desk: Desk, provider: FakeProvider) -> None:
    booked = await desk.book()
    first = await open_page(desk, booked)
    assert await open_page(desk, booked) == first
    assert provider.asked == ["open_checkout"]
    async with desk.sessions() as session:
        page = await session.get_one(CheckoutSession, first)
    assert page.status == "OPEN"
    assert page.url == f"https://pay.example/cs_{first}"
    request = provider.pages[first]
    assert (request.amount_minor, request.currency) == (300_00, "USD")
    assert "/pay/" in request.success_url
    assert "home.example" not in request.success_url


async def test_a_page_asks_for_what_is_still_open_and_the_old_one_is_closed(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await desk.book()
    first = await open_page(desk, booked)
    await desk.apply(booked, intent_event(booked, "pi_1", 100_00))
    second = await open_page(desk, booked)
    assert provider.pages[second].amount_minor == 200_00
    assert await pages(desk) == {first: "EXPIRED", second: "OPEN"}


async def test_a_page_about_to_end_is_replaced(desk: Desk, provider: FakeProvider) -> None:
    booked = await desk.book()
    first = await open_page(desk, booked)
    async with desk.sessions.begin() as session:
        await session.execute(update(CheckoutSession).values(expires_at=CheckoutSession.created_at))
    second = await open_page(desk, booked)
    assert second != first
    assert provider.asked == ["open_checkout", "expire_checkout", "open_checkout"]


async def test_an_old_page_that_was_paid_meanwhile_is_not_paid_again(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await desk.book()
    first = await open_page(desk, booked)
    provider.ended[f"cs_{first}"] = "COMPLETE"
    await desk.apply(booked, intent_event(booked, "pi_1", 100_00))
    for _ in range(2):
        with pytest.raises(ApplicationError, match="being recorded") as refusal:
            await open_page(desk, booked)
        assert refusal.value.type == "PAYMENT_NOT_POSSIBLE"
    assert list(provider.pages) == [first]


async def test_dying_after_the_provider_opened_a_page_opens_no_second_one(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await desk.book()
    provider.lost.append(RetryableProviderError("fake", "lost"))
    with pytest.raises(RetryableProviderError):
        await open_page(desk, booked)
    opened = await open_page(desk, booked)
    assert list(provider.pages) == [opened]


async def test_a_changed_address_between_two_tries_takes_a_new_key(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await desk.book()
    provider.lost.append(RetryableProviderError("fake", "lost"))
    with pytest.raises(RetryableProviderError):
        await open_page(desk, booked)
    async with desk.sessions.begin() as session:
        await session.execute(update(Customer).values(email="new@home.example"))
    with pytest.raises(RetryableProviderError, match="idempotency_error"):
        await open_page(desk, booked)
    opened = await open_page(desk, booked)
    assert provider.pages[opened].customer_email == "new@home.example"


async def test_two_at_once_get_the_same_page(desk: Desk, provider: FakeProvider) -> None:
    booked = await desk.book()
    opened = await asyncio.gather(*(open_page(desk, booked) for _ in range(5)))
    assert len(set(opened)) == 1
    assert len(provider.pages) == 1


async def test_paid_withdrawn_cancelled_and_unknown_are_refused(desk: Desk) -> None:
    booked = await desk.book()
    await desk.apply(booked, intent_event(booked, "pi_1", 300_00))
    with pytest.raises(ApplicationError, match="paid already") as refusal:
        await open_page(desk, booked)
    assert (refusal.value.type, refusal.value.non_retryable) == ("PAYMENT_NOT_POSSIBLE", True)
    async with desk.sessions.begin() as session:
        await session.execute(update(Instalment).values(status="WITHDRAWN"))
    with pytest.raises(ApplicationError, match="cancelled"):
        await open_page(desk, booked)
    async with desk.sessions.begin() as session:
        await session.execute(update(Instalment).values(status="OPEN"))
        await session.execute(update(Booking).values(trip_status="CANCELLED"))
    with pytest.raises(ApplicationError, match="cancelled"):
        await open_page(desk, booked, 1)
    with pytest.raises(ApplicationError) as refusal:
        await open_page(desk, Booked(booked.booking_id, ("inst_unknown",)))
    assert refusal.value.type == "NOT_FOUND"


async def test_what_the_provider_refuses_is_a_task_for_finance(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await desk.book()
    provider.faults.append(PermanentProviderError("fake", "amount_too_small"))
    with pytest.raises(ApplicationError, match="can't be paid online") as refusal:
        await open_page(desk, booked)
    assert refusal.value.type == "PAYMENT_NOT_POSSIBLE"
    assert await desk.tasks(booked) == [f"checkout_refused:{booked.instalments[0]}"]


async def test_expiring_closes_every_page_and_takes_a_paid_one_for_what_it_is(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await desk.book()
    first, second = await open_page(desk, booked), await open_page(desk, booked, 1)
    provider.ended[f"cs_{second}"] = "COMPLETE"
    provider.faults.append(RetryableProviderError("fake", "away"))
    with pytest.raises(RetryableProviderError):
        await expire(desk, booked)
    await expire(desk, booked)
    assert sorted((await pages(desk)).items()) == sorted(
        {first: "EXPIRED", second: "COMPLETE"}.items()
    )


async def test_a_page_opened_while_its_booking_was_cancelled_is_closed_at_once(
    desk: Desk,
) -> None:
    booked = await desk.book()

    class CancelledMeanwhile(FakeProvider):
        async def open_checkout(self, request: CheckoutRequest) -> CheckoutPage:
            opened = await super().open_checkout(request)
            await expire(desk, booked)
            return opened

    late = CancelledMeanwhile()
    desk.payments._checkouts._provider = late
    with pytest.raises(ApplicationError, match="nothing to pay"):
        await open_page(desk, booked)
    assert late.asked == ["open_checkout", "expire_checkout"]
    assert list((await pages(desk)).values()) == ["EXPIRED"]


async def test_the_providers_word_that_a_page_ended_is_kept(desk: Desk) -> None:
    booked = await desk.book()
    page = await open_page(desk, booked)
    thing = {"id": f"cs_{page}", "object": "checkout.session"}
    await desk.apply(booked, event("checkout.session.expired", thing))
    assert await pages(desk) == {page: "EXPIRED"}
