"""Refunds: a charge's money given back, at most all of it."""

from typing import Any

from sandbox.stripe.currencies import money
from sandbox.stripe.customers import merged
from sandbox.stripe.errors import StripeError, missing, unsound
from sandbox.stripe.events import Events
from sandbox.stripe.objects import Json, Objects, new_id
from sandbox.stripe.payments import SUCCEEDED
from sandbox.stripe.shapes import REFUND, made

KIND = "refund"


class Refunds:
    """Gives money back."""

    def __init__(self, objects: Objects, events: Events) -> None:
        self._objects = objects
        self._events = events

    def create(self, params: dict[str, Any]) -> Json:
        """Gives back the amount, or all that is left of the charge."""
        charge = self._charge(params)
        amount = _amount(charge, params)
        refund = self._objects.add(_refund(charge, amount, params))
        self._events.emit("refund.created", refund)
        self._events.emit("charge.refunded", *self._count(charge, amount))
        return refund

    def get(self, refund_id: str) -> Json:
        """The refund of that id."""
        return self._objects.get(KIND, refund_id)

    def update(self, refund_id: str, params: dict[str, Any]) -> Json:
        """Changes a refund's metadata."""
        refund = self.get(refund_id)
        before = refund["metadata"]
        if "metadata" in params:
            refund["metadata"] = merged(before, params["metadata"])
        if refund["metadata"] != before:
            self._objects.save(refund)
            self._events.emit("refund.updated", refund, {"metadata": before})
        return refund

    def fail(self, refund_id: str) -> Json:
        """The customer's bank sends the money back: the charge is as if never refunded."""
        refund = self.get(refund_id)
        if refund["status"] != SUCCEEDED:
            raise StripeError(f"The refund has a status of {refund['status']}.")
        refund |= {"status": "failed", "failure_reason": "unknown"}
        self._objects.save(refund)
        self._count(self._objects.get("charge", refund["charge"]), -refund["amount"])
        for kind in ("refund.updated", "refund.failed"):
            self._events.emit(kind, refund, {"status": SUCCEEDED})
        return refund

    def _charge(self, params: dict[str, Any]) -> Json:
        """The charge that a request names, itself or by its payment intent."""
        if ("charge" in params) == ("payment_intent" in params):
            raise unsound(
                "One of the following params should be provided for this request: payment_intent"
                " or charge.",
                "payment_intent",
            )
        if "charge" in params:
            return self._paid(params["charge"])
        intent_id = params["payment_intent"]
        intent = self._objects.find(intent_id, "payment_intent")
        if intent is None:
            raise missing("payment_intent", intent_id, "payment_intent", in_path=False)
        if intent["status"] != SUCCEEDED:
            raise StripeError(
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        return self._paid(intent["latest_charge"])

    def _paid(self, charge_id: str) -> Json:
        charge = self._objects.get("charge", charge_id, "charge", in_path=False)
        if not charge["paid"]:
            raise StripeError(f"Charge {charge_id} was not paid and can't be refunded.")
        return charge

    def _count(self, charge: Json, amount: int) -> tuple[Json, Json]:
        """The charge with so much more given back, and what it said before."""
        given = charge["amount_refunded"] + amount
        changes = {"amount_refunded": given, "refunded": given == charge["amount"]}
        previous = {name: charge[name] for name in changes if charge[name] != changes[name]}
        return self._objects.save(charge | changes), previous


def _amount(charge: Json, params: dict[str, Any]) -> int:
    """How much goes back; refuses more than is left of the charge."""
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount: int = params.get("amount", left)
    if amount > left:
        code = charge["currency"]
        whole = "charge amount" if left == charge["amount"] else "unrefunded amount on charge"
        raise StripeError(
            f"Refund amount ({money(amount, code)}) is greater than {whole} ({money(left, code)})",
            param="amount",
        )
    return amount


def _refund(charge: Json, amount: int, params: dict[str, Any]) -> Json:
    return made(
        REFUND,
        new_id("re"),
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        customer=charge["customer"],
        destination_details={"card": {"type": "refund"}, "type": "card"},
        metadata=params.get("metadata", {}),
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=params.get("reason"),
        status=SUCCEEDED,
    )
