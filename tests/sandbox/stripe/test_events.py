"""Events: listed by filters and pages."""

import pytest
import stripe

from tests.sandbox.stripe.shop import Shop


def test_a_payment_is_told_in_the_order_in_which_it_happened(shop: Shop) -> None:
    session = shop.paid()
    intent = shop.intent(session)
    subjects = {session.id, intent.id, intent.latest_charge}
    told = [
        event.type
        for event in reversed(shop.v1.events.list({"limit": 100}).data)
        if event.data.object.id in subjects
    ]
    assert told == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_events_are_filtered_by_type_and_time(shop: Shop) -> None:
    shop.paid()
    by_type = shop.v1.events.list({"type": "charge.succeeded"}).data
    assert {event.type for event in by_type} == {"charge.succeeded"}
    group = shop.v1.events.list({"type": "payment_intent.*"}).data
    assert {event.type for event in group} >= {"payment_intent.created", "payment_intent.succeeded"}
    both = shop.v1.events.list({"types": ["charge.succeeded", "checkout.session.completed"]}).data
    assert {event.type for event in both} == {"charge.succeeded", "checkout.session.completed"}
    latest = both[0].created
    assert shop.v1.events.list({"created": {"gt": latest}}).data == []
    assert shop.v1.events.list({"created": {"gte": latest, "lt": latest + 1}}).data
    assert shop.v1.events.list({"created": {"lt": 1}}).data == []


def test_pages_of_events_join_without_gap_or_repetition(shop: Shop) -> None:
    for _ in range(3):
        shop.paid()
    every = [event.id for event in shop.v1.events.list({"limit": 100}).data]
    assert len(every) >= 12
    paged = shop.v1.events.list({"limit": 5})
    assert paged.has_more
    assert [event.id for event in paged.auto_paging_iter()] == every
    before = shop.v1.events.list({"ending_before": every[7], "limit": 3})
    assert [event.id for event in before.data] == every[4:7]
    assert before.has_more
    assert not shop.v1.events.list({"starting_after": every[-2]}).has_more


def test_an_event_keeps_its_object_as_it_was(shop: Shop) -> None:
    intent = shop.intent(shop.paid())
    shop.v1.refunds.create({"payment_intent": intent.id})
    [paid] = shop.events(intent.latest_charge, "charge.succeeded")
    assert paid.data.object.amount_refunded == 0
    assert shop.v1.events.retrieve(paid.id).data.object.amount_refunded == 0


def test_an_event_names_the_request_that_caused_it(shop: Shop) -> None:
    made = shop.v1.customers.create({"name": "A"}, {"idempotency_key": "key-cause"})
    [event] = shop.events(made.id)
    assert event.request.idempotency_key == "key-cause"
    assert event.request.id == made.last_response.headers["request-id"]
    [paid] = shop.events(shop.paid().id)
    assert paid.request.id is None


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 101}, {"starting_after": "evt_none"}, {"created": "now"}]
)
def test_filters_that_make_no_sense_are_refused(shop: Shop, wrong: dict[str, object]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.events.list(wrong)
