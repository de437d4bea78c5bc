"""What the stand-ins of a whole system keep and send: payments, mails, signed webhooks."""

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import httpx2

from tests.support.stack import WholeStack

PAGE = 100
MAILS = 500


async def payment_intents(stack: WholeStack) -> list[dict[str, Any]]:
    """Every payment intent of the stand-in, page by page."""
    found: list[dict[str, Any]] = []
    headers = {"Authorization": f"Bearer {stack.secret('STRIPE_API_KEY')}"}
    async with httpx2.AsyncClient(base_url=stack.sandbox, headers=headers) as client:
        more = True
        while more:
            after = {"starting_after": found[-1]["id"]} if found else {}
            answer = await client.get("/stripe/v1/payment_intents", params={"limit": PAGE, **after})
            page = answer.raise_for_status().json()
            found += page["data"]
            more = page["has_more"]
    return found


async def sent_mails(stack: WholeStack, **wanted: str) -> list[dict[str, Any]]:
    """Every e-mail in the stand-ins' mailbox that fits, newest first."""
    found: list[dict[str, Any]] = []
    async with httpx2.AsyncClient(base_url=stack.sandbox, timeout=30) as client:
        while True:
            before = {"before": found[-1]["id"]} if found else {}
            params = {"kind": "email", "limit": MAILS, **wanted, **before}
            answer = await client.get("/mailbox/api/messages", params=params)
            page = answer.raise_for_status().json()
            found += page
            if len(page) < MAILS:
                return found


async def stripe_events(stack: WholeStack, kind: str = "") -> list[dict[str, Any]]:
    """The newest events of the stand-in, newest first."""
    headers = {"Authorization": f"Bearer {stack.secret('STRIPE_API_KEY')}"}
    params = {"limit": PAGE} | ({"type": kind} if kind else {})
    async with httpx2.AsyncClient(base_url=stack.sandbox, headers=headers) as client:
        answer = await client.get("/stripe/v1/events", params=params)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]
        return found


async def new_payment(stack: WholeStack, booking_id: str) -> dict[str, Any]:
    """An event like those of earlier payments, of a payment that no page of ours asked for."""
    paid = await stripe_events(stack, "payment_intent.succeeded")
    event: dict[str, Any] = json.loads(json.dumps(paid[0]))
    event["id"], event["data"]["object"]["id"] = f"evt_{uuid4().hex}", f"pi_{uuid4().hex}"
    event["data"]["object"]["metadata"] = {"booking_id": booking_id}
    return event


async def tell(stack: WholeStack, event: dict[str, Any]) -> httpx2.Response:
    """Sends a signed webhook, as Stripe does."""
    content = json.dumps(event).encode()
    at, secret = int(time.time()), stack.secret("STRIPE_WEBHOOK_SECRET").encode()
    digest = hmac.new(secret, b"%d.%s" % (at, content), hashlib.sha256).hexdigest()
    async with httpx2.AsyncClient() as client:
        return await client.post(
            f"{stack.website}/webhooks/stripe",
            content=content,
            headers={"Stripe-Signature": f"t={at},v1={digest}"},
        )
