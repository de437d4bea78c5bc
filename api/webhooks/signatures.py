"""Whether a provider signed what it sends. Its library is loaded with the first that it sends.

The libraries of Stripe and Twilio, with what they import, are 15 MB of an API that most of the
time hears from customers and staff. Loading and checking happen in a thread.
"""

import asyncio
from collections.abc import Mapping
from typing import Any


async def stripe_event(body: bytes, signature: str, secret: str) -> dict[str, Any] | None:
    """The event in a webhook's body, or None when Stripe did not sign it in the last 5 minutes."""
    return await asyncio.to_thread(_stripe_event, body, signature, secret)


async def signed_by_twilio(token: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio signed a form that it sent to an address of ours."""
    return await asyncio.to_thread(_signed_by_twilio, token, url, form, signature)


def _stripe_event(body: bytes, signature: str, secret: str) -> dict[str, Any] | None:
    from activities.providers import stripe  # noqa: PLC0415 - see above

    return stripe.verified_event(body, signature, secret)


def _signed_by_twilio(token: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    from activities.providers import twilio  # noqa: PLC0415 - see above

    return twilio.is_signed(token, url, form, signature)
