"""`POST /webhooks/stripe`: payments, payment pages and refunds, from Stripe, as they happen."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from activities.providers.names import STRIPE
from activities.providers.stripe_events import event_booking, event_subjects
from api import problems
from api.identity.doors import Door, opened
from api.problems import Problem
from api.resources import ApiResources
from api.webhooks.signatures import stripe_event
from models.store.payments import booking_of_provider_ids
from models.store.provider_events import store_event

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


class Kept(BaseModel):
    """The event is stored; sending it again changes nothing."""

    received: bool = True


REQUEST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["id", "type"],
                    "properties": {"id": {"type": "string"}, "type": {"type": "string"}},
                },
                "example": {
                    "id": "evt_1PqT8u2eZvKYlo2C",
                    "object": "event",
                    "type": "payment_intent.succeeded",
                    "data": {"object": {"id": "pi_3PqT8u2eZvKYlo2C", "object": "payment_intent"}},
                },
            }
        },
    }
}


@router.post("/stripe", openapi_extra=REQUEST)
@opened(Door.SIGNED)
async def take_stripe_event(
    request: Request,
    resources: ApiResources,
    stripe_signature: Annotated[str, Header(max_length=2000)] = "",
) -> Kept:
    """Stripe sends an event, at least once and in any order; the relay takes it to its booking."""
    secret = resources.settings.stripe_webhook_secret.get_secret_value()
    event = await stripe_event(await request.body(), stripe_signature, secret)
    if event is None:
        raise Problem(problems.BAD_REQUEST, "This event is not signed by Stripe.")
    event_id, kind = event.get("id"), event.get("type")
    if not isinstance(event_id, str) or not isinstance(kind, str):
        raise Problem(problems.BAD_REQUEST, "This is no event: it has no id or no type.")
    async with resources.sessions.begin() as session:
        booking_id = event_booking(event)
        if booking_id is None:
            booking_id = await booking_of_provider_ids(session, event_subjects(event))
        await store_event(session, STRIPE, event_id, kind, event, booking_id)
    return Kept()
