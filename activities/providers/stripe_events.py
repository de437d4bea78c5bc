"""What Stripe's events say about money, read from their stored payloads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

HUNDREDFOLD = frozenset({"LAK", "KHR"})
"""Sold by us without decimals, yet counted by Stripe with two."""
PAID_SESSIONS = frozenset(
    {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
)
EXPIRED_SESSION = "checkout.session.expired"
PAID_INTENT = "payment_intent.succeeded"
REFUND_EVENTS = frozenset(
    {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
)
REFUNDED_CHARGE = "charge.refunded"
FAILED_REFUNDS = frozenset({"failed", "canceled"})


@dataclass(frozen=True)
class MoneyIn:
    """A payment that arrived. Minor units of ours; ids as its metadata name them."""

    provider_payment_id: str
    amount_minor: int
    currency: str
    received_at: datetime
    booking_id: str | None
    instalment_id: str | None


@dataclass(frozen=True)
class MoneyBack:
    """Where a refund stands. `refund_id` is ours, when we asked for it."""

    provider_refund_id: str
    provider_payment_id: str | None
    refund_id: str | None
    amount_minor: int
    currency: str
    failed: bool


@dataclass(frozen=True)
class ChargeRefunded:
    """How much of a payment has gone back in all. Minor units of ours."""

    provider_payment_id: str
    refunded_minor: int


@dataclass(frozen=True)
class SessionEnded:
    """A payment page that can't be paid any more: `COMPLETE` or `EXPIRED`."""

    session_id: str
    status: str


def to_stripe(amount_minor: int, currency: str) -> int:
    """Our minor units in Stripe's."""
    return amount_minor * 100 if currency in HUNDREDFOLD else amount_minor


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's minor units in ours."""
    return amount // 100 if currency in HUNDREDFOLD else amount


def event_booking(event: Mapping[str, Any]) -> str | None:
    """The booking that an event names in its metadata."""
    return _metadata(_object(event)).get("booking_id")


def event_subjects(event: Mapping[str, Any]) -> list[str]:
    """Ids of the thing that an event is about, and of its payment.

    By these a booking is found when metadata names none: a refund made at the provider directly.
    """
    thing = _object(event)
    return [value for value in (thing.get("id"), thing.get("payment_intent")) if value]


def read_money_in(event: Mapping[str, Any]) -> MoneyIn | None:
    """The payment of an event; None when it moved no money or names no payment."""
    thing, kind = _object(event), event.get("type")
    if kind in PAID_SESSIONS and thing.get("payment_status") == "paid":
        payment, amount = thing.get("payment_intent"), thing.get("amount_total")
    elif kind == PAID_INTENT:
        payment, amount = thing.get("id"), thing.get("amount_received")
    else:
        return None
    currency = str(thing.get("currency") or "").upper()
    amount_minor = from_stripe(int(amount or 0), currency)
    if not isinstance(payment, str) or amount_minor <= 0:
        return None
    metadata = _metadata(thing)
    return MoneyIn(
        provider_payment_id=payment,
        amount_minor=amount_minor,
        currency=currency,
        received_at=datetime.fromtimestamp(int(event.get("created") or 0), UTC),
        booking_id=metadata.get("booking_id"),
        instalment_id=metadata.get("instalment_id"),
    )


def read_session_ended(event: Mapping[str, Any]) -> SessionEnded | None:
    """The payment page that an event ended, if it ended one."""
    thing, kind = _object(event), event.get("type")
    if kind == EXPIRED_SESSION:
        return SessionEnded(str(thing.get("id")), "EXPIRED")
    return SessionEnded(str(thing.get("id")), "COMPLETE") if kind in PAID_SESSIONS else None


def read_money_back(event: Mapping[str, Any]) -> MoneyBack | None:
    """The refund of an event, if it is about one."""
    thing = _object(event)
    if event.get("type") not in REFUND_EVENTS or thing.get("object") != "refund":
        return None
    currency = str(thing.get("currency") or "").upper()
    return MoneyBack(
        provider_refund_id=str(thing["id"]),
        provider_payment_id=thing.get("payment_intent"),
        refund_id=_metadata(thing).get("refund_id"),
        amount_minor=from_stripe(int(thing.get("amount") or 0), currency),
        currency=currency,
        failed=thing.get("status") in FAILED_REFUNDS,
    )


def read_charge_refunded(event: Mapping[str, Any]) -> ChargeRefunded | None:
    """The refunded payment of a `charge.refunded` event."""
    thing = _object(event)
    payment = thing.get("payment_intent")
    if event.get("type") != REFUNDED_CHARGE or not isinstance(payment, str):
        return None
    currency = str(thing.get("currency") or "").upper()
    return ChargeRefunded(payment, from_stripe(int(thing.get("amount_refunded") or 0), currency))


def concerns_money(event: Mapping[str, Any]) -> bool:
    """Whether a booking needs to hear of an event; most only tell how a payment came about."""
    reads = (read_session_ended, read_money_in, read_money_back, read_charge_refunded)
    return any(read(event) is not None for read in reads)


def _object(event: Mapping[str, Any]) -> Mapping[str, Any]:
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    return thing if isinstance(thing, dict) else {}


def _metadata(thing: Mapping[str, Any]) -> Mapping[str, str]:
    metadata = thing.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
