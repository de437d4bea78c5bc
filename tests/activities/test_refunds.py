"""Money goes back once, newest payments first, and what the provider refuses is finance's task."""

import asyncio

import pytest
from sqlalchemy import select

from activities.providers.ports import PermanentProviderError, RetryableProviderError
from models.messages.booking import BookingStart
from models.messages.ids import BookingId
from models.messages.payments import RefundBooking
from models.tables.finance import Payment, Refund
from tests.support.fake_provider import FakeProvider
from tests.support.money import Desk
from tests.support.rows import Booked, event, intent_event


async def paid_booking(desk: Desk) -> Booked:
    """300 and 700 were paid, in this order."""
    booked = await desk.book()
    first = intent_event(booked, "pi_old", 300_00)
    second = intent_event(booked, "pi_new", 700_00)
    second["created"] += 60
    for payload in (second, first):
        await desk.apply(booked, payload)
    return booked


async def refund(desk: Desk, booked: Booked, amount: int, cause: str = "cancellation") -> int:
    done = await desk.payments.refund_booking(
        RefundBooking(booking_id=BookingId(booked.booking_id), cause=cause, refund_minor=amount)
    )
    return done.refunded_minor


async def refunds(desk: Desk, booked: Booked) -> list[tuple[str, int, str]]:
    async with desk.sessions() as session:
        rows = await session.execute(
            select(Payment.provider_payment_id, Refund.amount_minor, Refund.status)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Refund.booking_id == booked.booking_id)
            .order_by(Payment.provider_payment_id)
        )
        return [(row[0], row[1], row[2]) for row in rows]


async def kept(desk: Desk, booked: Booked) -> int:
    start = BookingStart(booking_id=BookingId(booked.booking_id))
    return (await desk.payments.booking_money(start)).paid_minor


async def test_the_newest_payments_go_back_first(desk: Desk, provider: FakeProvider) -> None:
    booked = await paid_booking(desk)
    assert await refund(desk, booked, 800_00) == 800_00
    assert await refunds(desk, booked) == [
        ("pi_new", 700_00, "DONE"),
        ("pi_old", 100_00, "DONE"),
    ]
    assert await kept(desk, booked) == 200_00
    assert await desk.balances(booked) == {
        ("stripe", "USD"): 200_00,
        ("customer", "USD"): -200_00,
    }
    assert len(provider.refunds) == 2


async def test_asked_again_or_at_the_same_time_nothing_more_goes_back(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await paid_booking(desk)
    answers = await asyncio.gather(*(refund(desk, booked, 500_00) for _ in range(4)))
    assert answers == [500_00] * 4
    assert await refund(desk, booked, 500_00) == 500_00
    assert len(provider.refunds) == 1
    assert (await desk.balances(booked))["stripe", "USD"] == 500_00


async def test_dying_after_the_provider_gave_back_finds_that_refund(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await paid_booking(desk)
    provider.lost.append(RetryableProviderError("fake", "lost"))
    with pytest.raises(RetryableProviderError):
        await refund(desk, booked, 100_00)
    assert await refund(desk, booked, 100_00) == 100_00
    assert provider.asked == ["refund", "find_refund"]


async def test_one_part_waits_while_the_other_is_done(desk: Desk, provider: FakeProvider) -> None:
    booked = await paid_booking(desk)
    provider.faults.append(RetryableProviderError("fake", "away"))
    with pytest.raises(RetryableProviderError):
        await refund(desk, booked, 1_000_00)
    assert sorted(status for _, _, status in await refunds(desk, booked)) == ["DONE", "REQUESTED"]
    assert await refund(desk, booked, 1_000_00) == 1_000_00


async def test_a_part_that_is_refused_for_good_is_a_task_and_not_counted(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await paid_booking(desk)
    provider.faults.append(PermanentProviderError("fake", "charge_disputed"))
    assert await refund(desk, booked, 800_00) == 100_00
    assert await refund(desk, booked, 800_00) == 100_00
    assert await refunds(desk, booked) == [
        ("pi_new", 700_00, "FAILED"),
        ("pi_old", 100_00, "DONE"),
    ]
    assert [key.partition(":")[0] for key in await desk.tasks(booked)] == ["refund"]
    assert await kept(desk, booked) == 900_00
    assert (await desk.balances(booked))["stripe", "USD"] == 900_00


async def test_more_than_was_paid_never_goes_back(desk: Desk) -> None:
    booked = await paid_booking(desk)
    assert await refund(desk, booked, 1_200_00) == 1_000_00
    assert await refund(desk, booked, 50_00, cause="goodwill") == 0
    assert await desk.tasks(booked) == ["refund_short:cancellation", "refund_short:goodwill"]


async def test_the_provider_reports_our_refund_before_we_marked_it(
    desk: Desk, provider: FakeProvider
) -> None:
    booked = await paid_booking(desk)
    provider.lost.append(RetryableProviderError("fake", "lost"))
    with pytest.raises(RetryableProviderError):
        await refund(desk, booked, 100_00)
    (refund_id,) = provider.refunds
    report = {
        "id": f"re_{refund_id}",
        "object": "refund",
        "payment_intent": "pi_new",
        "amount": 100_00,
        "currency": "usd",
        "status": "succeeded",
        "metadata": {"refund_id": refund_id},
    }
    charge = {"payment_intent": "pi_new", "amount_refunded": 100_00, "currency": "usd"}
    await desk.apply(booked, event("charge.refunded", charge))
    for _ in range(2):
        await desk.apply(booked, event("refund.updated", report))
    assert await refund(desk, booked, 100_00) == 100_00
    assert await desk.tasks(booked) == []
    assert (await desk.balances(booked))["stripe", "USD"] == 900_00
    for _ in range(2):
        await desk.apply(booked, event("refund.failed", {**report, "status": "failed"}))
    assert (await desk.balances(booked))["stripe", "USD"] == 1_000_00
    assert await desk.tasks(booked) == [f"refund:{refund_id}"]


async def test_held_money_is_not_touched_by_a_cancellation(desk: Desk) -> None:
    booked = await paid_booking(desk)
    await desk.apply(booked, intent_event(booked, "pi_late", 50_00), hold=True)
    assert await refund(desk, booked, 1_000_00) == 1_000_00
    assert await desk.balances(booked) == {
        ("stripe", "USD"): 50_00,
        ("customer", "USD"): 0,
        ("held", "USD"): -50_00,
    }
