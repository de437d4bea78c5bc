"""The addresses of Stripe's API that the stand-in has."""

from sandbox.stripe import accepted
from sandbox.stripe.api import Operation
from sandbox.stripe.customers import Customers
from sandbox.stripe.events import Events
from sandbox.stripe.objects import PAGE_SIZE, Json, Objects
from sandbox.stripe.payments import Payments
from sandbox.stripe.refunds import Refunds
from sandbox.stripe.sessions import CheckoutSessions

SESSIONS = "/v1/checkout/sessions"
INTENTS = "/v1/payment_intents"
CHARGES = "/v1/charges"
REFUNDS = "/v1/refunds"
CUSTOMERS = "/v1/customers"
EVENTS = "/v1/events"


def of_sessions(objects: Objects, sessions: CheckoutSessions) -> list[Operation]:
    """Checkout sessions."""

    def page(params: Json, _id: str) -> Json:
        equal = ("customer", "payment_intent", "status")
        return objects.page("checkout.session", SESSIONS, params, *equal)

    return [
        Operation("POST", SESSIONS, accepted.SESSION_CREATE, lambda sent, _: sessions.create(sent)),
        Operation("GET", SESSIONS, accepted.SESSION_LIST, page),
        Operation("GET", f"{SESSIONS}/{{id}}", accepted.RETRIEVE, lambda _, id_: sessions.get(id_)),
        Operation(
            "POST",
            f"{SESSIONS}/{{id}}/expire",
            accepted.RETRIEVE,
            lambda _, id_: sessions.expire(id_),
        ),
        Operation(
            "GET",
            f"{SESSIONS}/{{id}}/line_items",
            accepted.PAGE,
            lambda sent, id_: items_of(sessions, id_, sent),
        ),
    ]


def items_of(sessions: CheckoutSessions, session_id: str, params: Json) -> Json:
    """A page of a session's line items, in the order in which they were sent."""
    items = sessions.line_items(sessions.get(session_id)["id"])
    ids = [item["id"] for item in items]
    start = ids.index(params["starting_after"]) + 1 if params.get("starting_after") in ids else 0
    end = ids.index(params["ending_before"]) if params.get("ending_before") in ids else len(ids)
    limit = params.get("limit", PAGE_SIZE)
    shown = items[start:end][:limit]
    return {
        "object": "list",
        "data": shown,
        "has_more": end - start > limit,
        "url": f"{SESSIONS}/{session_id}/line_items",
    }


def of_payments(objects: Objects, payments: Payments) -> list[Operation]:
    """Payment intents and charges."""

    def page(params: Json, _id: str) -> Json:
        return objects.page("payment_intent", INTENTS, params, "customer")

    def cancel(params: Json, intent_id: str) -> Json:
        return payments.cancel(intent_id, params.get("cancellation_reason"))

    def charges(params: Json, _id: str) -> Json:
        return objects.page("charge", CHARGES, params, "customer", "payment_intent")

    def charge(_params: Json, charge_id: str) -> Json:
        return objects.get("charge", charge_id)

    return [
        Operation("POST", INTENTS, accepted.INTENT_CREATE, lambda sent, _: payments.create(sent)),
        Operation("GET", INTENTS, accepted.INTENT_LIST, page),
        Operation("GET", f"{INTENTS}/{{id}}", accepted.RETRIEVE, lambda _, id_: payments.get(id_)),
        Operation("POST", f"{INTENTS}/{{id}}/cancel", accepted.INTENT_CANCEL, cancel),
        Operation("GET", CHARGES, accepted.CHARGE_LIST, charges),
        Operation("GET", f"{CHARGES}/{{id}}", accepted.RETRIEVE, charge),
    ]


def of_refunds(objects: Objects, refunds: Refunds) -> list[Operation]:
    """Refunds."""

    def page(params: Json, _id: str) -> Json:
        return objects.page("refund", REFUNDS, params, "charge", "payment_intent")

    def update(params: Json, refund_id: str) -> Json:
        return refunds.update(refund_id, params)

    return [
        Operation("POST", REFUNDS, accepted.REFUND_CREATE, lambda sent, _: refunds.create(sent)),
        Operation("GET", REFUNDS, accepted.REFUND_LIST, page),
        Operation("GET", f"{REFUNDS}/{{id}}", accepted.RETRIEVE, lambda _, id_: refunds.get(id_)),
        Operation("POST", f"{REFUNDS}/{{id}}", accepted.REFUND_UPDATE, update),
    ]


def of_customers(objects: Objects, customers: Customers) -> list[Operation]:
    """Customers."""

    def create(params: Json, _id: str) -> Json:
        return customers.create(params)

    def page(params: Json, _id: str) -> Json:
        return objects.page("customer", CUSTOMERS, params, "email")

    def update(params: Json, customer_id: str) -> Json:
        return customers.update(customer_id, params)

    def get(_params: Json, customer_id: str) -> Json:
        return customers.get(customer_id)

    return [
        Operation("POST", CUSTOMERS, accepted.CUSTOMER_WRITE, create),
        Operation("GET", CUSTOMERS, accepted.CUSTOMER_LIST, page),
        Operation("GET", f"{CUSTOMERS}/{{id}}", accepted.RETRIEVE, get),
        Operation("POST", f"{CUSTOMERS}/{{id}}", accepted.CUSTOMER_WRITE, update),
    ]


def of_events(events: Events) -> list[Operation]:
    """Events."""

    def get(_params: Json, event_id: str) -> Json:
        return events.retrieve(event_id)

    return [
        Operation("GET", EVENTS, accepted.EVENT_LIST, lambda sent, _: events.page(sent)),
        Operation("GET", f"{EVENTS}/{{id}}", accepted.RETRIEVE, get),
    ]
