"""A shop that sells through the stand-in by Stripe's own client, and people who pay."""

from dataclasses import dataclass
from typing import Any

import httpx2
import stripe
from stripe.checkout import Session

from tests.sandbox.running import Receiver, Sandbox

GOOD = "4242424242424242"
DECLINED = "4000000000000002"
ASKING = "4000002500003155"
PAGE = "https://trips.example/pay/token"


@dataclass(frozen=True)
class Shop:
    """A customer of the stand-in."""

    url: str
    key: str
    webhook_secret: str

    @classmethod
    def at(cls, sandbox: Sandbox) -> "Shop":
        settings = sandbox.settings
        return cls(
            f"{sandbox.url}/stripe",
            settings.stripe_api_key.get_secret_value(),
            settings.stripe_webhook_secret.get_secret_value(),
        )

    def client(self, key: str = "") -> stripe.StripeClient:
        return stripe.StripeClient(
            key or self.key, base_addresses={"api": self.url}, max_network_retries=0
        )

    @property
    def v1(self) -> Any:
        return self.client().v1

    def session(self, key: str = "", **more: Any) -> Session:
        """Opens a pay page over 300 USD."""
        options: Any = {"idempotency_key": key} if key else {}
        made: Session = self.v1.checkout.sessions.create(order(**more), options)
        return made

    def page(self, session_id: str, path: str = "") -> str:
        return f"{self.url}/checkout/{session_id}{path}"

    def pay(self, session_id: str, number: str = GOOD, **more: str) -> httpx2.Response:
        """Fills in the pay page and sends it."""
        form = {
            "email": "anna@home.example",
            "card_number": number,
            "expiry": "12 / 40",
            "cvc": "123",
            "name": "Anna Home",
        }
        return httpx2.post(self.page(session_id, "/pay"), data=form | more)

    def confirm(self, session_id: str, outcome: str) -> httpx2.Response:
        """Answers the bank's question."""
        return httpx2.post(self.page(session_id, "/authenticate"), data={"outcome": outcome})

    def paid(self, **more: Any) -> Session:
        """A session that was paid."""
        session = self.session(**more)
        assert self.pay(session.id).status_code == 303
        return self.again(session)

    def again(self, session: Session, *expand: str) -> Session:
        """The session as it is now."""
        params: Any = {"expand": list(expand)} if expand else {}
        found: Session = self.v1.checkout.sessions.retrieve(session.id, params)
        return found

    def intent(self, session: Session) -> Any:
        """The payment of a session."""
        return self.v1.payment_intents.retrieve(self.again(session).payment_intent)

    def control(self, path: str, **body: Any) -> Any:
        """Asks something of the stand-in beside Stripe's API."""
        response = httpx2.post(f"{self.url}/_sandbox/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def deliveries(self, event_id: str) -> list[dict[str, Any]]:
        """What became of an event's webhooks."""
        response = httpx2.get(f"{self.url}/_sandbox/deliveries", params={"event": event_id})
        listed: list[dict[str, Any]] = response.json()["deliveries"]
        return listed

    def events(self, subject: str, *types: str) -> list[Any]:
        """The events about an object, oldest first."""
        params = {"limit": 100} | ({"types": list(types)} if types else {})
        found = self.v1.events.list(params).data
        return [event for event in reversed(found) if event.data.object.id == subject]

    def read(self, receiver: Receiver) -> list[stripe.Event]:
        """The webhooks that came in, each with its signature checked."""
        return [
            stripe.Webhook.construct_event(
                webhook.body, webhook.headers["Stripe-Signature"], self.webhook_secret
            )
            for webhook in receiver.received
        ]


def order(**more: Any) -> dict[str, Any]:
    """The parameters of a pay page."""
    return {
        "mode": "payment",
        "line_items": [item()],
        "success_url": f"{PAGE}?outcome=success&session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{PAGE}?outcome=cancelled",
    } | more


def item(amount: int = 300_00, quantity: int = 1, **price: Any) -> dict[str, Any]:
    """A line item."""
    product = {"name": "Deposit: Hanoi and the bay"}
    data = {"currency": "usd", "unit_amount": amount, "product_data": product} | price
    return {"quantity": quantity, "price_data": data}
