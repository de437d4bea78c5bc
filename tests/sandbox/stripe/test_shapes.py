"""Answers have the fields of Stripe's own objects; parameters have the names of its client."""

import json
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import stripe
import stripe.params as theirs
from stripe.params import checkout
from typing_extensions import is_typeddict

from sandbox.stripe import accepted
from sandbox.stripe.parameters import Fields, Listed
from tests.sandbox.stripe.shop import DECLINED, Shop

SHARED = Path(__file__).parents[3] / ".." / "shared"
PUBLISHED = SHARED / "stripe" / "fixtures3.json"


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, Any]]:
    """Stripe's example objects by kind."""
    if not PUBLISHED.exists():
        pytest.skip("Stripe's published example objects are not beside the project")
    resources: dict[str, dict[str, Any]] = json.loads(PUBLISHED.read_text())["resources"]
    return resources


def answers(shop: Shop) -> dict[str, list[Any]]:
    """Objects of each kind, in more than one state."""
    opened, paid, declined = shop.session(), shop.paid(), shop.session()
    shop.pay(declined.id, DECLINED)
    customer = shop.v1.customers.create({"email": "anna@home.example"})
    intents = [shop.intent(paid), shop.intent(declined)]
    return {
        "checkout.session": [opened, paid, shop.v1.checkout.sessions.expire(declined.id)],
        "payment_intent": intents,
        "charge": [shop.v1.charges.retrieve(each.latest_charge) for each in intents],
        "refund": [shop.v1.refunds.create({"payment_intent": intents[0].id})],
        "customer": [customer],
        "event": [shop.events(customer.id)[0]],
        "item": shop.v1.checkout.sessions.line_items.list(opened.id).data,
        "payment_method": [intents[1].last_payment_error.payment_method],
    }


def test_each_object_has_exactly_the_published_fields(
    shop: Shop, published: dict[str, dict[str, Any]]
) -> None:
    for kind, things in answers(shop).items():
        for thing in things:
            fields = thing.to_dict()
            assert fields.keys() == published[kind].keys(), kind
            assert_same_types(kind, fields, published[kind])
    assert fields["card"]["last4"] == "0002"


def test_a_price_has_exactly_the_published_fields(
    shop: Shop, published: dict[str, dict[str, Any]]
) -> None:
    [item] = shop.v1.checkout.sessions.line_items.list(shop.session().id).data
    assert item.price.to_dict().keys() == published["price"].keys()


def assert_same_types(kind: str, fields: dict[str, Any], example: dict[str, Any]) -> None:
    for name, value in fields.items():
        if value is not None and example[name] is not None:
            assert type(value) is type(example[name]), f"{kind}.{name}"


NAMED_ELSEWHERE = {"Mapping": Mapping, "StripeContext": stripe.StripeContext}
"""What the types of the client's options name without importing it at run time."""
CLIENT_TYPES = [
    (accepted.SESSION_CREATE, checkout.SessionCreateParams),
    (accepted.SESSION_LIST, checkout.SessionListParams),
    (accepted.RETRIEVE, checkout.SessionRetrieveParams),
    (accepted.RETRIEVE, checkout.SessionExpireParams),
    (accepted.PAGE, checkout.SessionListLineItemsParams),
    (accepted.INTENT_CREATE, theirs.PaymentIntentCreateParams),
    (accepted.INTENT_LIST, theirs.PaymentIntentListParams),
    (accepted.INTENT_CANCEL, theirs.PaymentIntentCancelParams),
    (accepted.CHARGE_LIST, theirs.ChargeListParams),
    (accepted.REFUND_CREATE, theirs.RefundCreateParams),
    (accepted.REFUND_UPDATE, theirs.RefundUpdateParams),
    (accepted.REFUND_LIST, theirs.RefundListParams),
    (accepted.CUSTOMER_WRITE, theirs.CustomerCreateParams),
    (accepted.CUSTOMER_WRITE, theirs.CustomerUpdateParams),
    (accepted.CUSTOMER_LIST, theirs.CustomerListParams),
    (accepted.EVENT_LIST, theirs.EventListParams),
]


@pytest.mark.parametrize(
    ("ours", "client"), CLIENT_TYPES, ids=[client.__name__ for _, client in CLIENT_TYPES]
)
def test_only_names_of_stripes_client_are_accepted(ours: Fields, client: type) -> None:
    assert_names(ours, client)


def assert_names(ours: Fields, client: type) -> None:
    hints = typing.get_type_hints(client, localns=NAMED_ELSEWHERE)
    assert ours.known.keys() <= hints.keys()
    for name, read in ours.known.items():
        inner = read.item if isinstance(read, Listed) else read
        if isinstance(inner, Fields):
            assert_names(inner, typed_dict(hints[name]))


def typed_dict(hint: Any) -> type:
    """The one TypedDict inside a type such as `NotRequired[List[X]]`."""
    if is_typeddict(hint):
        return typing.cast("type", hint)
    found = [typed_dict(each) for each in typing.get_args(hint) if holds_typed_dict(each)]
    assert len(found) == 1, hint
    return found[0]


def holds_typed_dict(hint: Any) -> bool:
    return is_typeddict(hint) or any(map(holds_typed_dict, typing.get_args(hint)))
