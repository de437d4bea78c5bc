"""Webhooks: signed, repeated until they are taken, steered by tests."""

import itertools

import httpx2
import pytest
import stripe

from tests.sandbox.running import Receiver, eventually
from tests.sandbox.stripe.shop import Shop


def customer_event(shop: Shop, name: str = "A") -> str:
    made = shop.v1.customers.create({"name": name})
    return str(shop.events(made.id)[0].id)


def test_every_event_arrives_under_a_genuine_signature(listening: Shop, receiver: Receiver) -> None:
    session = listening.paid(metadata={"booking_id": "booking_1"})
    receiver.wait_for(4)
    read = listening.read(receiver)
    assert {event.type for event in read} == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    }
    [paid] = [event for event in read if event.type == "checkout.session.completed"]
    assert paid.data.object["id"] == session.id
    assert receiver.received[0].url.endswith("/webhooks/stripe")
    webhook = receiver.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            webhook.body, webhook.headers["Stripe-Signature"], "whsec_other"
        )


def test_a_webhook_is_sent_again_until_it_is_taken(listening: Shop, receiver: Receiver) -> None:
    receiver.statuses += [500, 302]
    event = customer_event(listening)
    assert listening.v1.events.retrieve(event).pending_webhooks == 1
    assert len(receiver.wait_for(3)) == 3
    assert {each.id for each in listening.read(receiver)} == {event}
    eventually(lambda: listening.v1.events.retrieve(event).pending_webhooks == 0)
    [delivery] = listening.deliveries(event)
    assert (delivery["attempts"], delivery["answer"]) == (3, "200")
    taken = listening.v1.events.list({"delivery_success": True}).data
    assert event in [each.id for each in taken]
    assert listening.v1.events.list({"delivery_success": False}).data == []


def test_a_webhook_comes_more_often_when_asked(listening: Shop, receiver: Receiver) -> None:
    event = customer_event(listening)
    receiver.wait_for(1)
    assert listening.control("duplicate", event=event, times=3) == {"queued": 3}
    receiver.wait_for(4)
    assert [each.id for each in listening.read(receiver)] == [event] * 4


def test_held_webhooks_wait_for_their_release(listening: Shop, receiver: Receiver) -> None:
    listening.control("hold")
    event = customer_event(listening)
    assert listening.deliveries(event)[0]["held"]
    assert listening.v1.events.retrieve(event).pending_webhooks == 1
    assert receiver.received == []
    assert listening.control("release") == {"holding": False, "released": 1}
    receiver.wait_for(1)


def test_events_are_delivered_in_any_order_that_is_asked_for(
    listening: Shop, receiver: Receiver
) -> None:
    listening.control("hold")
    events = [customer_event(listening, name) for name in "ABC"]
    for count, chosen in enumerate(itertools.permutations(events), start=1):
        sent = listening.control("deliver", events=list(chosen))["deliveries"]
        assert [delivery["answer"] for delivery in sent] == ["200"] * 3
        assert [each.id for each in listening.read(receiver)][-3:] == list(chosen)
        assert len(receiver.received) == 3 * count
    assert listening.control("release")["released"] == 0


def test_an_ordered_delivery_that_fails_is_tried_again(listening: Shop, receiver: Receiver) -> None:
    listening.control("hold")
    event = customer_event(listening)
    receiver.statuses += [500]
    sent = listening.control("deliver", events=[event])["deliveries"]
    assert sent == [{"event": event, "answer": "500"}]
    listening.control("release")
    receiver.wait_for(2)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("duplicate", {"event": "evt_none"}),
        ("duplicate", {"event": "evt_none", "times": 0}),
        ("deliver", {"events": "evt_none"}),
        ("deliver", {"events": ["evt_none"]}),
        ("lag", {"seconds": -1}),
        ("sessions/cs_test_none/lapse", {}),
        ("refunds/re_none/fail", {}),
    ],
)
def test_control_requests_that_make_no_sense_are_refused(
    shop: Shop, path: str, body: dict[str, object]
) -> None:
    answer = httpx2.post(f"{shop.url}/_sandbox/{path}", json=body)
    assert answer.status_code in {400, 404}
    assert answer.json()["error"]["message"]
