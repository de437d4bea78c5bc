"""Stripe's webhooks: an event as JSON under a signature that is made anew at each attempt."""

import hashlib
import hmac
import json
import time

from sandbox.courier import Callback, Envelope
from sandbox.mailbox.messages import Message


class StripeCarrier:
    """Signs events for the courier."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def arrived(self, message: Message, address: str, state: str) -> None:
        """Stripe carries no messages, so that nobody is told of any."""

    def envelope(self, callback: Callback) -> Envelope:
        """The webhook with its signature."""
        content = json.dumps(callback.payload, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(content, self._secret),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        return Envelope(content, headers)


def signature(content: bytes, secret: bytes) -> str:
    """The `Stripe-Signature` of a body: the time, and an HMAC-SHA256 over time and body."""
    at = int(time.time())
    digest = hmac.new(secret, b"%d.%s" % (at, content), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
