"""Every cent of a provider's events is recorded once, whatever their order and number."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.messages.booking import BookingStart
from models.messages.ids import BookingId, InstalmentId
from models.messages.payments import IssueInvoice, PaymentApplied
from models.tables.crm import BookingActivity
from models.tables.finance import Invoice, LedgerEntry, Payment, Refund
from models.tables.integration import ProviderEvent
from tests.support.money import Desk
from tests.support.rows import event, intent_event, session_event, store


async def test_a_payment_settles_the_instalment_it_completes(desk: Desk) -> None:
    booked = await desk.book()
    applied = await desk.apply(booked, intent_event(booked, "pi_1a", 300_00))
    assert applied.settled == (booked.instalments[0],)
    assert (applied.amount_minor, applied.currency) == (300_00, "USD")
    assert (applied.credit_minor, applied.held_minor) == (0, 0)
    assert await desk.balances(booked) == {
        ("stripe", "USD"): 300_00,
        ("customer", "USD"): -300_00,
    }
    async with desk.sessions() as session:
        line = await session.scalar(
            select(BookingActivity).where(BookingActivity.booking_id == booked.booking_id)
        )
    assert line is not None
    assert line.type == "PAYMENT_RECEIVED"
    assert "Anna" not in line.detail


async def test_the_same_event_five_times_gives_the_same_answer_and_one_payment(desk: Desk) -> None:
    booked = await desk.book()
    async with desk.sessions.begin() as session:
        row = await store(session, booked, intent_event(booked, "pi_five", 300_00))
    answers = [await desk.apply_row(booked, row) for _ in range(5)]
    assert answers == [answers[0]] * 5
    assert answers[0].settled == (booked.instalments[0],)
    assert await desk.count(Payment, booked) == 1
    assert await desk.count(LedgerEntry, booked) == 2


@pytest.mark.parametrize("page_first", [True, False])
async def test_page_and_payment_are_one_payment_in_either_order(
    desk: Desk, page_first: bool
) -> None:
    booked = await desk.book()
    intent = f"pi_order_{page_first}"
    events = [session_event(booked, intent, 300_00), intent_event(booked, intent, 300_00)]
    answers = [
        await desk.apply(booked, payload) for payload in (events if page_first else events[::-1])
    ]
    assert answers[0].settled == (booked.instalments[0],)
    assert answers[1].payment_id is None
    assert await desk.count(Payment, booked) == 1
    assert await desk.paid(booked) == [300_00, 0]


async def test_money_goes_to_the_oldest_open_instalment_whatever_it_names(desk: Desk) -> None:
    booked = await desk.book()
    balance = intent_event(booked, "pi_rev", 300_00, instalment=booked.instalments[1])
    applied = await desk.apply(booked, balance)
    assert applied.settled == (booked.instalments[0],)


async def test_partial_payments_settle_with_the_last_of_them(desk: Desk) -> None:
    booked = await desk.book()
    first = await desk.apply(booked, intent_event(booked, "pi_p1", 100_00))
    second = await desk.apply(booked, intent_event(booked, "pi_p2", 250_00))
    assert first.settled == ()
    assert second.settled == (booked.instalments[0],)
    assert await desk.paid(booked) == [300_00, 50_00]


async def test_one_payment_may_settle_two_instalments_and_the_rest_is_credit(desk: Desk) -> None:
    booked = await desk.book()
    applied = await desk.apply(booked, intent_event(booked, "pi_all", 1_100_00))
    assert applied.settled == booked.instalments
    assert applied.credit_minor == 100_00
    assert await desk.tasks(booked) == [f"credit:{applied.payment_id}"]
    late = await desk.apply(booked, intent_event(booked, "pi_more", 5_00))
    assert (late.credit_minor, late.settled) == (5_00, ())


@pytest.mark.parametrize(
    ("facts", "fields", "hold"),
    [
        ({}, {}, True),
        ({"trip_status": "CANCELLED"}, {}, False),
        ({"amounts": ()}, {"instalment": "inst_unknown"}, False),
        ({}, {"currency": "eur"}, False),
        ({}, {"instalment": "inst_unknown"}, False),
        ({}, {"booking_id": "booking_other"}, False),
    ],
    ids=["ended", "cancelled", "nothing agreed", "currency", "instalment", "booking"],
)
async def test_money_without_a_place_is_held_for_finance(
    desk: Desk,
    facts: dict[str, Any],
    fields: dict[str, Any],
    hold: bool,
    request: pytest.FixtureRequest,
) -> None:
    booked = await desk.book(**facts)
    payload = intent_event(booked, f"pi_held_{request.node.name}", 40_00, **fields)
    applied = await desk.apply(booked, payload, hold=hold)
    assert (applied.held_minor, applied.credit_minor, applied.settled) == (40_00, 0, ())
    assert await desk.tasks(booked) == [f"held:{applied.payment_id}"]
    currency = fields.get("currency", "usd").upper()
    assert await desk.balances(booked) == {("stripe", currency): 40_00, ("held", currency): -40_00}
    money = await desk.payments.booking_money(BookingStart(booking_id=BookingId(booked.booking_id)))
    assert money.paid_minor == 0


@pytest.mark.parametrize(
    "payload",
    [
        event("customer.created", {"id": "cus_1", "object": "customer"}),
        event("checkout.session.completed", {"id": "cs_0", "payment_status": "unpaid"}),
        event(
            "payment_intent.succeeded",
            {"id": "pi_zero", "amount_received": 0, "currency": "usd", "metadata": {}},
        ),
        event("payment_intent.succeeded", {"id": None, "amount_received": 5}),
        {"id": "evt_bare", "type": "payment_intent.succeeded", "data": None},
    ],
    ids=["unknown kind", "not paid yet", "zero", "no id", "no object"],
)
async def test_an_event_that_moves_no_money_changes_nothing(
    desk: Desk, payload: dict[str, Any]
) -> None:
    booked = await desk.book()
    assert await desk.apply(booked, payload) == PaymentApplied()
    assert await desk.balances(booked) == {}
    async with desk.sessions() as session:
        stored = await session.scalar(
            select(ProviderEvent).where(ProviderEvent.event_id == payload["id"])
        )
    assert stored is not None
    assert stored.applied_at is not None


async def test_an_event_that_cannot_be_read_becomes_a_task(desk: Desk) -> None:
    booked = await desk.book()
    payload = intent_event(booked, "pi_odd", 1)
    payload["data"]["object"]["amount_received"] = "many"
    assert await desk.apply(booked, payload) == PaymentApplied()
    assert [key.partition(":")[0] for key in await desk.tasks(booked)] == ["unreadable"]


async def test_an_unknown_event_row_changes_nothing(desk: Desk) -> None:
    booked = await desk.book()
    assert await desk.apply_row(booked, 2**40) == PaymentApplied()


async def test_the_invoice_follows_the_payments(desk: Desk) -> None:
    booked = await desk.book()
    issue = IssueInvoice(instalment_id=InstalmentId(booked.instalments[0]))
    first = await desk.payments.issue_invoice(issue)
    again = await desk.payments.issue_invoice(issue)
    assert first == again
    await desk.apply(booked, intent_event(booked, "pi_inv", 100_00))
    async with desk.sessions() as session:
        invoice = await session.get_one(Invoice, first.invoice_id)
        assert (invoice.status, invoice.due_amount_cents) == ("DRAFT", 200_00)
        assert invoice.items == [
            {
                "id": booked.instalments[0],
                "description": "Deposit: Hanoi and the bay",
                "quantity": 1,
                "unit_amount_cents": 300_00,
                "total_amount_cents": 300_00,
            }
        ]
    await desk.apply(booked, intent_event(booked, "pi_inv2", 200_00))
    async with desk.sessions() as session:
        invoice = await session.get_one(Invoice, first.invoice_id)
        assert (invoice.status, invoice.due_amount_cents) == ("PAID", 0)


async def test_invoice_numbers_have_no_gaps(desk: Desk) -> None:
    booked = await desk.book(amounts=(1, 2, 3, 4))
    ids = [
        (
            await desk.payments.issue_invoice(IssueInvoice(instalment_id=InstalmentId(each)))
        ).invoice_id
        for each in booked.instalments
    ]
    async with desk.sessions() as session:
        numbers = [(await session.get_one(Invoice, each)).invoice_number for each in ids]
    counted = [int(number.removeprefix("ATP-")) for number in numbers]
    assert counted == list(range(counted[0], counted[0] + 4))
    assert all(len(number) == len("ATP-000001") for number in numbers)


async def test_a_refund_made_at_the_provider_is_posted_and_shown_to_finance(desk: Desk) -> None:
    booked = await desk.book()
    await desk.apply(booked, intent_event(booked, "pi_foreign", 300_00))
    refund = {
        "id": "re_foreign",
        "object": "refund",
        "payment_intent": "pi_foreign",
        "amount": 50_00,
        "currency": "usd",
        "status": "succeeded",
    }
    for _ in range(2):
        await desk.apply(booked, event("refund.created", refund))
    assert await desk.count(Refund, booked) == 1
    assert (await desk.balances(booked))["stripe", "USD"] == 250_00
    assert [key.partition(":")[0] for key in await desk.tasks(booked)] == ["foreign_refund"]
    await desk.apply(booked, event("refund.failed", {**refund, "status": "failed"}))
    assert (await desk.balances(booked))["stripe", "USD"] == 300_00


async def test_a_refunded_charge_that_we_do_not_know_of_becomes_a_task(desk: Desk) -> None:
    booked = await desk.book()
    await desk.apply(booked, intent_event(booked, "pi_charge", 300_00))
    charge = {"id": "ch_1", "payment_intent": "pi_charge", "amount_refunded": 10, "currency": "usd"}
    await desk.apply(booked, event("charge.refunded", charge))
    assert [key.partition(":")[0] for key in await desk.tasks(booked)] == ["foreign_refund"]


RUNS = count()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_the_ledger_balances_in_any_order_and_number_of_events(
    desk: Desk, data: st.DataObject
) -> None:
    amounts = data.draw(st.lists(st.integers(1, 900_00), min_size=1, max_size=4))
    payments = list(enumerate(amounts))
    told = data.draw(
        st.lists(st.tuples(st.sampled_from(payments), st.booleans(), st.booleans()), max_size=10)
    )
    await _play(desk, payments, told, next(RUNS))


async def _play(
    desk: Desk,
    payments: Sequence[tuple[int, int]],
    told: Sequence[tuple[tuple[int, int], bool, bool]],
    run: int,
) -> None:
    booked = await desk.book()
    every = [*told, *((payment, True, False) for payment in payments)]
    for (number, amount), as_page, hold in every:
        make = session_event if as_page else intent_event
        await desk.apply(booked, make(booked, f"pi_h{run}_{number}", amount), hold=hold)
    total = sum(amount for _, amount in payments)
    books = await desk.balances(booked)
    assert sum(books.values()) == 0
    assert books["stripe", "USD"] == total
    async with desk.sessions() as session:
        taken = list(
            await session.scalars(select(Payment).where(Payment.booking_id == booked.booking_id))
        )
    free = sum(payment.amount_minor for payment in taken if not payment.held)
    assert sum(payment.amount_minor for payment in taken) == total
    assert await desk.paid(booked) == [min(free, 300_00), min(max(free - 300_00, 0), 700_00)]
