"""Payment intents, refunds and customers by the API."""

from typing import Any

import pytest
import stripe

from tests.sandbox.stripe.shop import Shop


def test_an_intent_waits_for_a_card_until_it_is_canceled(shop: Shop) -> None:
    made = shop.v1.payment_intents.create(
        {"amount": 500, "currency": "EUR", "metadata": {"a": "b", "none": ""}}
    )
    assert (made.status, made.currency) == ("requires_payment_method", "eur")
    assert made.metadata.to_dict() == {"a": "b"}
    assert made.client_secret.startswith(f"{made.id}_secret_")
    reason = {"cancellation_reason": "abandoned"}
    canceled = shop.v1.payment_intents.cancel(made.id, reason)
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    assert [event.type for event in shop.events(made.id)] == [
        "payment_intent.created",
        "payment_intent.canceled",
    ]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.payment_intents.cancel(made.id)
    assert refusal.value.code == "payment_intent_unexpected_state"


def test_the_intent_of_a_page_is_canceled_with_its_page_alone(shop: Shop) -> None:
    session = shop.session()
    shop.pay(session.id, "4000000000000002")
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        shop.v1.payment_intents.cancel(shop.again(session).payment_intent)


def test_intents_and_charges_are_listed(shop: Shop) -> None:
    customer = shop.v1.customers.create({"email": "list@home.example"})
    intent = shop.intent(shop.paid(customer=customer.id))
    by_customer = shop.v1.payment_intents.list({"customer": customer.id})
    assert [each.id for each in by_customer.data] == [intent.id]
    charges = shop.v1.charges.list({"payment_intent": intent.id})
    assert [each.id for each in charges.data] == [intent.latest_charge]


def refund(shop: Shop, intent: Any, **more: Any) -> Any:
    return shop.v1.refunds.create({"payment_intent": intent.id} | more)


def test_refunds_add_up_to_the_charge_and_never_beyond(shop: Shop) -> None:
    intent = shop.intent(shop.paid())
    first = refund(shop, intent, amount=100_00, metadata={"refund_id": "refund_1"})
    assert (first.status, first.amount, first.charge) == (
        "succeeded",
        100_00,
        intent.latest_charge,
    )
    assert first.metadata.to_dict() == {"refund_id": "refund_1"}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refund(shop, intent, amount=200_01)
    assert refusal.value.param == "amount"
    assert "($200.01) is greater than unrefunded amount on charge ($200.00)" in str(refusal.value)
    assert refund(shop, intent).amount == 200_00
    charge = shop.v1.charges.retrieve(intent.latest_charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 300_00)
    with pytest.raises(stripe.InvalidRequestError) as again:
        refund(shop, intent)
    assert again.value.code == "charge_already_refunded"


def test_a_refund_tells_of_itself_and_of_its_charge(shop: Shop) -> None:
    intent = shop.intent(shop.paid())
    made = refund(shop, intent, amount=1)
    shop.v1.refunds.update(made.id, {"metadata": {"a": "b"}})
    assert [event.type for event in shop.events(made.id)] == ["refund.created", "refund.updated"]
    [told] = shop.events(intent.latest_charge, "charge.refunded")
    assert told.data.object.amount_refunded == 1
    assert told.data.previous_attributes.to_dict() == {"amount_refunded": 0}


def test_a_refund_that_the_bank_sends_back_is_undone(shop: Shop) -> None:
    intent = shop.intent(shop.paid())
    made = refund(shop, intent)
    shop.control(f"refunds/{made.id}/fail")
    assert shop.v1.refunds.retrieve(made.id).status == "failed"
    assert shop.v1.charges.retrieve(intent.latest_charge).amount_refunded == 0
    assert [event.type for event in shop.events(made.id)][-1] == "refund.failed"
    assert refund(shop, intent).amount == 300_00


def test_refunds_are_listed_by_their_payment(shop: Shop) -> None:
    intent = shop.intent(shop.paid())
    made = [refund(shop, intent, amount=amount).id for amount in (1, 2, 3)]
    listed = shop.v1.refunds.list({"payment_intent": intent.id, "limit": 2})
    assert [each.id for each in listed.auto_paging_iter()] == made[::-1]
    by_charge = shop.v1.refunds.list({"charge": intent.latest_charge})
    assert len(by_charge.data) == 3


def test_what_was_not_paid_is_not_refunded(shop: Shop) -> None:
    unpaid = shop.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        refund(shop, unpaid)
    declined = shop.session()
    shop.pay(declined.id, "4000000000000002")
    charge = shop.intent(declined).latest_charge
    with pytest.raises(stripe.InvalidRequestError, match="was not paid"):
        shop.v1.refunds.create({"charge": charge})
    for wrong in ({}, {"payment_intent": "pi_none"}, {"charge": "ch_none"}):
        with pytest.raises(stripe.InvalidRequestError):
            shop.v1.refunds.create(wrong)


def test_customers_are_made_changed_and_found_by_their_address(shop: Shop) -> None:
    made = shop.v1.customers.create(
        {
            "email": "carla@home.example",
            "name": "Carla",
            "address": {"city": "Hue"},
            "metadata": {"a": "1", "b": "2"},
        }
    )
    changed = shop.v1.customers.update(
        made.id, {"name": "", "metadata": {"a": "", "c": "3"}, "phone": "+84901234567"}
    )
    assert (changed.name, changed.phone, changed.email) == (None, "+84901234567", made.email)
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert changed.address.city == "Hue"
    found = shop.v1.customers.list({"email": "carla@home.example"})
    assert [each.id for each in found.data] == [made.id]
    assert shop.v1.customers.retrieve(made.id).metadata.to_dict() == {"b": "2", "c": "3"}
    assert [event.type for event in shop.events(made.id)] == [
        "customer.created",
        "customer.updated",
    ]
