"""Payment intents and their charges: from the first card to money received."""

from typing import Any

from sandbox.stripe.cards import Card, Verdict
from sandbox.stripe.errors import StripeError
from sandbox.stripe.events import Events
from sandbox.stripe.objects import Json, Objects, new_id, now
from sandbox.stripe.shapes import ADDRESS, CHARGE, INTENT, made

KIND = "payment_intent"
NEEDS_CARD, NEEDS_HOLDER = "requires_payment_method", "requires_action"
SUCCEEDED, CANCELED = "succeeded", "canceled"
CANCELABLE = (NEEDS_CARD, "requires_capture", "requires_confirmation", NEEDS_HOLDER, "processing")
NOT_CONFIRMED = Verdict(
    "payment_intent_authentication_failure",
    "",
    "We are unable to authenticate your payment method. Please choose a different payment method"
    " and try again.",
)


class Payments:
    """Makes payment intents and moves them, with their charges and events."""

    def __init__(self, objects: Objects, events: Events) -> None:
        self._objects = objects
        self._events = events

    def create(self, params: dict[str, Any]) -> Json:
        """A payment intent that waits for a card."""
        if customer := params.get("customer"):
            self._objects.get("customer", customer, "customer", in_path=False)
        params.pop("expand", None)
        intent_id = new_id("pi")
        intent = made(INTENT, intent_id, client_secret=new_id(f"{intent_id}_secret"), **params)
        self._objects.add(intent)
        self._events.emit("payment_intent.created", intent)
        return intent

    def get(self, intent_id: str) -> Json:
        """The intent of that id."""
        return self._objects.get(KIND, intent_id, "intent")

    def cancel(self, intent_id: str, reason: str | None) -> Json:
        """Ends an intent on which nothing was paid; one of a pay page ends with its page."""
        intent = self.get(intent_id)
        if self._objects.all("checkout.session", KIND, intent_id):
            raise StripeError(
                "You cannot cancel this PaymentIntent because it was created by a Checkout"
                " Session. Expire the Checkout Session instead.",
                code="payment_intent_unexpected_state",
            )
        if intent["status"] not in CANCELABLE:
            raise StripeError(
                f"You cannot cancel this PaymentIntent because it has a status of"
                f" {intent['status']}. Only a PaymentIntent with one of the following statuses may"
                f" be canceled: {', '.join(CANCELABLE)}.",
                code="payment_intent_unexpected_state",
            )
        return self.end(intent, reason)

    def end(self, intent: Json, reason: str | None) -> Json:
        """Cancels an intent."""
        intent |= {
            "status": CANCELED,
            "canceled_at": now(),
            "cancellation_reason": reason,
            "next_action": None,
        }
        self._objects.save(intent)
        self._events.emit("payment_intent.canceled", intent)
        return intent

    def pay(self, intent: Json, card: Card) -> Json:
        """Tries a card: the intent succeeds, wants its holder's word, or wants another card."""
        method = self._objects.add(_payment_method(card))
        intent |= {
            "status": NEEDS_CARD,
            "payment_method": method["id"],
            "last_payment_error": None,
            "next_action": None,
        }
        if card.refusal:
            return self._fail(intent, method, card.refusal)
        return self._ask_holder(intent) if card.asks else self._succeed(intent, method)

    def answer(self, intent: Json, *, approved: bool) -> Json:
        """The holder's word on a payment that waits for it."""
        method = self._objects.get("payment_method", intent["payment_method"])
        if approved:
            return self._succeed(intent, method)
        return self._fail(intent, method, NOT_CONFIRMED)

    def _ask_holder(self, intent: Json) -> Json:
        intent |= {
            "status": NEEDS_HOLDER,
            "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}},
        }
        self._objects.save(intent)
        self._events.emit("payment_intent.requires_action", intent)
        return intent

    def _succeed(self, intent: Json, method: Json) -> Json:
        charge = self._objects.add(_charge(intent, method, None))
        intent |= {
            "status": SUCCEEDED,
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
            "next_action": None,
        }
        self._objects.save(intent)
        self._events.emit("charge.succeeded", charge)
        self._events.emit("payment_intent.succeeded", intent)
        return intent

    def _fail(self, intent: Json, method: Json, verdict: Verdict) -> Json:
        error = {"code": verdict.code, "message": verdict.message, "type": "card_error"}
        if verdict.decline_code:
            charge = self._objects.add(_charge(intent, method, verdict))
            self._events.emit("charge.failed", charge)
            intent["latest_charge"] = charge["id"]
            error |= {"charge": charge["id"], "decline_code": verdict.decline_code}
        intent |= {
            "status": NEEDS_CARD,
            "payment_method": None,
            "last_payment_error": {**error, "payment_method": method},
            "next_action": None,
        }
        self._objects.save(intent)
        self._events.emit("payment_intent.payment_failed", intent)
        return intent


def _payment_method(card: Card) -> Json:
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": _billing(card.name, card.email),
        "card": {
            "brand": card.brand,
            "checks": _checks(),
            "country": "US",
            "display_brand": card.brand,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "fingerprint": new_id("card"),
            "funding": "credit",
            "generated_from": None,
            "last4": card.number[-4:],
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def _billing(name: str, email: str) -> Json:
    return {"address": dict(ADDRESS), "email": email, "name": name, "phone": None, "tax_id": None}


def _checks() -> Json:
    return {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}


def _charge(intent: Json, method: Json, verdict: Verdict | None) -> Json:
    """The charge of an attempt: it moved the whole amount, or nothing when there is a verdict."""
    charge_id = new_id("ch")
    same = ("amount", "currency", "customer", "description", "metadata", "receipt_email")
    return made(
        CHARGE,
        charge_id,
        **{name: intent[name] for name in same},
        amount_captured=0 if verdict else intent["amount"],
        billing_details=method["billing_details"],
        captured=verdict is None,
        failure_code=verdict.code if verdict else None,
        failure_message=verdict.message if verdict else None,
        outcome=_outcome(verdict),
        paid=verdict is None,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"card": _card_details(intent, method["card"]), "type": "card"},
        refunds={
            "data": [],
            "has_more": False,
            "object": "list",
            "url": f"/v1/charges/{charge_id}/refunds",
        },
        statement_descriptor=intent["statement_descriptor"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        status="failed" if verdict else "succeeded",
    )


def _outcome(verdict: Verdict | None) -> Json:
    said = verdict.message if verdict else "Payment complete."
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if verdict else "approved_by_network",
        "reason": verdict.decline_code if verdict else None,
        "seller_message": said,
        "type": "issuer_declined" if verdict else "authorized",
    }


def _card_details(intent: Json, card: Json) -> Json:
    same = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "regulated_status",
    )
    asked = intent["status"] == NEEDS_HOLDER
    unavailable = {"status": "unavailable"}
    return {
        **{name: card[name] for name in same},
        "amount_authorized": intent["amount"],
        "authorization_code": None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": unavailable,
        "installments": None,
        "mandate": None,
        "multicapture": unavailable,
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": intent["amount"], **unavailable},
        "three_d_secure": _confirmed() if asked else None,
        "transaction_link_id": None,
        "wallet": None,
    }


def _confirmed() -> Json:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }
