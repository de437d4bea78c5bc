"""Checkout sessions: a pay page each, open until it is paid or its time is over."""

from typing import Any

from sandbox.stripe.cards import Card
from sandbox.stripe.customers import Customers
from sandbox.stripe.errors import StripeError, unsound
from sandbox.stripe.events import Events
from sandbox.stripe.line_items import line_items_of
from sandbox.stripe.objects import Json, Objects, new_id, now
from sandbox.stripe.payments import CANCELED, SUCCEEDED, Payments
from sandbox.stripe.shapes import ADDRESS, SESSION, made

KIND = "checkout.session"
DETAILS = "checkout.details"
OPEN, COMPLETE, EXPIRED = "open", "complete", "expired"
ID_LENGTH = 58
SHORTEST_SECONDS = 30 * 60
LONGEST_SECONDS = 24 * 3600
SLACK_SECONDS = 60
"""How far a client's clock may be off."""
NOT_SHOWN = ("expand", "line_items", "payment_intent_data", "ui_mode")


class CheckoutSessions:
    """Makes pay pages and takes what people pay there."""

    def __init__(
        self,
        objects: Objects,
        events: Events,
        payments: Payments,
        customers: Customers,
        public_base: str,
    ) -> None:
        self._objects = objects
        self._events = events
        self._payments = payments
        self._customers = customers
        self._pages = public_base.rstrip("/") + "/checkout"

    def create(self, params: dict[str, Any]) -> Json:
        """A session with its pay page."""
        _check_time(params)
        items = line_items_of(params["line_items"])
        total = sum(item["amount_total"] for item in items)
        session_id = new_id("cs_test", ID_LENGTH)
        shown = {name: sent for name, sent in params.items() if name not in NOT_SHOWN}
        session = made(SESSION, session_id, **shown, **self._payer(params))
        session |= {
            "amount_subtotal": total,
            "amount_total": total,
            "currency": items[0]["currency"],
            "expires_at": params.get("expires_at", session["created"] + LONGEST_SECONDS),
            "url": f"{self._pages}/{session_id}",
        }
        self._objects.add(session)
        self._keep_details(session, items, params.get("payment_intent_data", {}))
        return session

    def get(self, session_id: str) -> Json:
        """The session of that id; it is closed first when its time is over."""
        session = self._objects.get(KIND, session_id, "session")
        if session["status"] == OPEN and session["expires_at"] <= now():
            return self._close(session)
        return session

    def line_items(self, session_id: str) -> list[Json]:
        """What is paid for."""
        items: list[Json] = self._details(session_id)["items"]
        return items

    def expire(self, session_id: str) -> Json:
        """Closes an open session."""
        session = self.get(session_id)
        if session["status"] != OPEN:
            raise StripeError(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
                f" Session has a status of {session['status']}."
            )
        return self._close(session)

    def lapse(self, session_id: str) -> Json:
        """Ends a session's time now."""
        session = self._objects.get(KIND, session_id, "session")
        self._objects.save(session | {"expires_at": now()})
        return self.get(session_id)

    def intent(self, session: Json) -> Json | None:
        """The session's payment intent, once a card was tried."""
        return self._payments.get(session["payment_intent"]) if session["payment_intent"] else None

    def pay(self, session: Json, card: Card) -> Json:
        """Tries a card on an open session; the intent then tells what came of it."""
        known = session["customer_details"] or _details_of(None)
        intent = self.intent(session) or self._new_intent(session)
        session |= {
            "customer_details": known | {"email": card.email, "name": card.name},
            "payment_intent": intent["id"],
        }
        self._objects.save(session)
        return self._settle(session, self._payments.pay(intent, card))

    def answer(self, session: Json, intent: Json, *, approved: bool) -> Json:
        """The holder's word on a payment that waits for it."""
        return self._settle(session, self._payments.answer(intent, approved=approved))

    def _payer(self, params: dict[str, Any]) -> Json:
        """What is known of the payer before the page is opened."""
        customer, email = params.get("customer"), params.get("customer_email")
        if customer and email:
            raise unsound(
                "You may only specify one of these parameters: customer, customer_email.",
                "customer",
            )
        if customer:
            known = self._objects.get("customer", customer, "customer", in_path=False)
            return {"customer_details": _details_of(known["email"])}
        return {"customer_details": _details_of(email)} if email else {}

    def _keep_details(self, session: Json, items: list[Json], intent_data: Json) -> None:
        self._objects.add(
            {
                "id": f"{session['id']}/details",
                "object": DETAILS,
                "created": session["created"],
                "items": items,
                "payment_intent_data": intent_data,
            }
        )

    def _details(self, session_id: str) -> Json:
        return self._objects.get(DETAILS, f"{session_id}/details")

    def _new_intent(self, session: Json) -> Json:
        return self._payments.create(
            {
                "amount": session["amount_total"],
                "currency": session["currency"],
                "customer": session["customer"],
                **self._details(session["id"])["payment_intent_data"],
            }
        )

    def _settle(self, session: Json, intent: Json) -> Json:
        if intent["status"] == SUCCEEDED:
            if session["customer_creation"] == "always" and not session["customer"]:
                details = session["customer_details"]
                payer = {"email": details["email"], "name": details["name"]}
                session["customer"] = self._customers.create(payer)["id"]
            session |= {"status": COMPLETE, "payment_status": "paid", "url": None}
            self._objects.save(session)
            self._events.emit("checkout.session.completed", session)
        return intent

    def _close(self, session: Json) -> Json:
        session |= {"status": EXPIRED, "url": None}
        self._objects.save(session)
        intent = self.intent(session)
        if intent and intent["status"] not in {SUCCEEDED, CANCELED}:
            self._payments.end(intent, "automatic")
        self._events.emit("checkout.session.expired", session)
        return session


def _check_time(params: dict[str, Any]) -> None:
    """Refuses a time that is over too soon or too late."""
    left = params.get("expires_at", now() + LONGEST_SECONDS) - now()
    if left < SHORTEST_SECONDS - SLACK_SECONDS:
        limit = "at least 30 minutes"
    elif left > LONGEST_SECONDS + SLACK_SECONDS:
        limit = "less than 24 hours"
    else:
        return
    raise unsound(
        f"The `expires_at` timestamp must be {limit} from Checkout Session creation.", "expires_at"
    )


def _details_of(email: str | None) -> Json:
    return {
        "address": dict(ADDRESS),
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
