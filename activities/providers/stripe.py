"""Payments by Stripe; the only file that knows its SDK."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import stripe
from stripe import StripeClient
from stripe.params.checkout import SessionCreateParams

from activities.providers.names import STRIPE
from activities.providers.ports import (
    CheckoutPage,
    CheckoutRequest,
    PermanentProviderError,
    ProviderError,
    ProviderRefund,
    RefundRequest,
    RetryableProviderError,
)
from activities.providers.stripe_events import FAILED_REFUNDS, to_stripe
from models.settings import Settings

TIMEOUT_SECONDS = (3.0, 10.0)
"""To connect, and between two bytes of the answer."""
NETWORK_RETRIES = 1
TOO_MANY, SERVER_ERROR = 429, 500
KEY_IN_USE = 409
UNAUTHORISED = frozenset({401, 403})
"""A wrong key is mended by an operator, so what it refused is tried again."""
OPEN, COMPLETE = "open", "complete"

Answer = TypeVar("Answer")


class StripePayments:
    """Takes payments by Stripe Checkout; our ids are Stripe's idempotency keys."""

    def __init__(self, settings: Settings) -> None:
        self._client = StripeClient(
            settings.stripe_api_key.get_secret_value(),
            base_addresses={"api": settings.stripe_api_base.rstrip("/")},
            max_network_retries=NETWORK_RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutPage:
        """See PaymentProvider."""
        session = await _ask(
            lambda: self._client.v1.checkout.sessions.create(
                params=_checkout_params(request), options={"idempotency_key": request.checkout_id}
            )
        )
        if session.url is None:
            raise PermanentProviderError(STRIPE, f"session is {session.status}")
        expires_at = datetime.fromtimestamp(session.expires_at, UTC)
        return CheckoutPage(session.id, session.url, expires_at)

    async def expire_checkout(self, session_id: str) -> str:
        """See PaymentProvider."""
        sessions = self._client.v1.checkout.sessions
        session = await _ask(lambda: sessions.retrieve(session_id))
        if session.status == OPEN:
            try:
                session = await _ask(lambda: sessions.expire(session_id))
            except PermanentProviderError:
                session = await _ask(lambda: sessions.retrieve(session_id))
        return "COMPLETE" if session.status == COMPLETE else "EXPIRED"

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """See PaymentProvider."""
        made = await _ask(
            lambda: self._client.v1.refunds.create(
                params={
                    "payment_intent": request.provider_payment_id,
                    "amount": to_stripe(request.amount_minor, request.currency),
                    "metadata": {"refund_id": request.refund_id, "booking_id": request.booking_id},
                },
                options={"idempotency_key": request.refund_id},
            )
        )
        return ProviderRefund(made.id, failed=made.status in FAILED_REFUNDS)

    async def find_refund(self, request: RefundRequest) -> ProviderRefund | None:
        """See PaymentProvider."""
        made = await _ask(
            lambda: self._client.v1.refunds.list(
                params={"payment_intent": request.provider_payment_id, "limit": 100}
            )
        )
        for refund in made.data:
            if getattr(refund.metadata, "refund_id", None) == request.refund_id:
                return ProviderRefund(refund.id, failed=refund.status in FAILED_REFUNDS)
        return None


def verified_event(body: bytes, signature: str, secret: str) -> dict[str, Any] | None:
    """The event in a webhook's body, or None when Stripe did not sign it in the last 5 minutes."""
    try:
        stripe.WebhookSignature.verify_header(
            body, signature, secret, tolerance=stripe.Webhook.DEFAULT_TOLERANCE
        )
        event: object = json.loads(body)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return None
    return event if isinstance(event, dict) else None


def _checkout_params(request: CheckoutRequest) -> SessionCreateParams:
    metadata = {"booking_id": request.booking_id, "instalment_id": request.instalment_id}
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": request.instalment_id,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency.lower(),
                    "unit_amount": to_stripe(request.amount_minor, request.currency),
                    "product_data": {"name": request.description},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
    }
    if request.customer_email:
        params["customer_email"] = request.customer_email
    return params


async def _ask(call: Callable[[], Answer]) -> Answer:
    try:
        return await asyncio.to_thread(call)
    except stripe.StripeError as error:
        raise _translated(error) from None


def _translated(error: stripe.StripeError) -> ProviderError:
    """Our error for the SDK's; Stripe's sentences may quote what was sent, so codes are kept."""
    status = error.http_status
    code = error.code or type(error).__name__
    if isinstance(error, stripe.IdempotencyError):
        return PermanentProviderError(STRIPE, "idempotency_error")
    if status is None or status >= SERVER_ERROR:
        return RetryableProviderError(STRIPE, code)
    if status in {TOO_MANY, KEY_IN_USE} | UNAUTHORISED:
        return RetryableProviderError(STRIPE, code, maybe_done=False)
    return PermanentProviderError(STRIPE, code)
