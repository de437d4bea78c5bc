"""Pay pages by the API: opened, read, listed, closed."""

import time
from typing import Any

import httpx2
import pytest
import stripe

from tests.sandbox.stripe.shop import PAGE, Shop, item, order

DAY = 24 * 3600


def test_a_page_is_open_for_a_day(shop: Shop) -> None:
    session = shop.session(client_reference_id="inst_1", customer_email="anna@home.example")
    assert session.url is not None
    assert session.url.endswith(f"/stripe/checkout/{session.id}")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_total, session.currency) == (300_00, "usd")
    assert (session.client_reference_id, session.customer_email) == ("inst_1", "anna@home.example")
    assert abs(session.expires_at - time.time() - DAY) < 60
    assert session.payment_intent is None


def test_the_amount_is_the_sum_of_the_line_items(shop: Shop) -> None:
    session = shop.session(line_items=[item(100_00, 2), item(50)])
    assert session.amount_total == 200_50
    listed = shop.v1.checkout.sessions.line_items.list(session.id)
    assert [(line.amount_total, line.quantity) for line in listed.data] == [(200_00, 2), (50, 1)]
    first = shop.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert first.has_more
    rest = {"limit": 1, "starting_after": first.data[0].id}
    assert not shop.v1.checkout.sessions.line_items.list(session.id, rest).has_more
    expanded = shop.again(session, "line_items").line_items
    assert expanded is not None
    assert [line.id for line in expanded.data] == [line.id for line in listed.data]


def test_a_paid_page_gives_a_payment_a_charge_and_its_metadata(shop: Shop) -> None:
    metadata = {"booking_id": "booking_1"}
    session = shop.paid(
        metadata=metadata,
        payment_intent_data={"metadata": metadata, "description": "Deposit"},
    )
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.metadata is not None
    assert session.metadata.to_dict() == metadata
    assert session.customer_details is not None
    assert session.customer_details.email == "anna@home.example"
    intent = shop.intent(session)
    assert (intent.status, intent.amount_received) == ("succeeded", 300_00)
    assert (intent.metadata.to_dict(), intent.description) == (metadata, "Deposit")
    charge = shop.v1.charges.retrieve(intent.latest_charge)
    assert (charge.paid, charge.amount_captured, charge.payment_intent) == (True, 300_00, intent.id)
    assert charge.metadata.to_dict() == metadata
    assert charge.payment_method_details.card.last4 == "4242"


def test_answers_hold_whole_objects_where_asked(shop: Shop) -> None:
    session = shop.paid()
    found = shop.again(session, "payment_intent.latest_charge")
    assert isinstance(found.payment_intent, stripe.PaymentIntent)
    assert isinstance(found.payment_intent.latest_charge, stripe.Charge)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.again(session, "nonsense")


def test_an_open_page_can_be_closed_once(shop: Shop) -> None:
    session = shop.session()
    closed = shop.v1.checkout.sessions.expire(session.id)
    assert (closed.status, closed.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        shop.v1.checkout.sessions.expire(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        shop.v1.checkout.sessions.expire(shop.paid().id)
    assert len(shop.events(session.id, "checkout.session.expired")) == 1


def test_a_page_closes_when_its_time_is_over(shop: Shop) -> None:
    session = shop.session()
    shop.pay(session.id, "4000000000000002")
    intent = shop.again(session).payment_intent
    assert shop.control(f"sessions/{session.id}/lapse")["status"] == "expired"
    assert shop.again(session).status == "expired"
    assert isinstance(intent, str)
    assert [event.type for event in shop.events(intent)][-1] == "payment_intent.canceled"
    assert len(shop.events(session.id, "checkout.session.expired")) == 1


def test_pages_are_listed_by_what_they_are(shop: Shop) -> None:
    paid, opened = shop.paid(), shop.session()
    listed = shop.v1.checkout.sessions.list({"payment_intent": paid.payment_intent})
    assert [each.id for each in listed.data] == [paid.id]
    states = shop.v1.checkout.sessions.list({"status": "open", "limit": 1})
    assert [each.id for each in states.data] == [opened.id]


def test_a_customer_is_made_when_asked_for(shop: Shop) -> None:
    session = shop.paid(customer_creation="always")
    customer = shop.v1.customers.retrieve(session.customer)
    assert customer.email == "anna@home.example"


def test_a_known_customer_pays_under_the_known_address(shop: Shop) -> None:
    customer = shop.v1.customers.create({"email": "ben@home.example"})
    session = shop.paid(customer=customer.id)
    assert session.customer_details is not None
    assert session.customer_details.email == "ben@home.example"
    assert shop.intent(session).customer == customer.id


@pytest.mark.parametrize(
    ("wrong", "param", "code"),
    [
        ({"mode": "subscription"}, "mode", None),
        ({"success_url": "nowhere"}, "success_url", "url_invalid"),
        ({"line_items": [item(-1)]}, "line_items[0][price_data][unit_amount]", None),
        ({"line_items": [item(0)]}, "line_items", None),
        ({"line_items": [item(currency="xxx")]}, "line_items[0][price_data][currency]", None),
        ({"line_items": [item(), item(currency="eur")]}, "line_items", None),
        ({"customer": "cus_none"}, "customer", "resource_missing"),
        ({"expires_at": 1}, "expires_at", None),
        ({"expires_at": int(time.time()) + 2 * DAY}, "expires_at", None),
        ({"customer_email": "anna"}, "customer_email", "email_invalid"),
        ({"nonsense": "1"}, "nonsense", "parameter_unknown"),
        ({"payment_intent_data": {"nonsense": 1}}, "payment_intent_data[nonsense]", None),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(
    shop: Shop, wrong: dict[str, Any], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.session(**wrong)
    assert refusal.value.http_status == 400
    assert refusal.value.param == param
    assert code in {None, refusal.value.code}


def test_what_is_missing_is_named(shop: Shop) -> None:
    params = order()
    del params["success_url"]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.checkout.sessions.create(params)
    assert (refusal.value.param, refusal.value.code) == ("success_url", "parameter_missing")


def test_an_unknown_page_is_not_found(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.checkout.sessions.retrieve("cs_test_none")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_the_address_after_success_names_the_session(shop: Shop) -> None:
    session = shop.session()
    answer: httpx2.Response = shop.pay(session.id)
    assert answer.headers["location"] == f"{PAGE}?outcome=success&session={session.id}"
