"""`POST /webhooks/twilio`: what became of WhatsApp messages and SMS, from Twilio."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request

from activities.providers.names import TWILIO_WEBHOOK_PATH
from api import problems
from api.identity.doors import Door, opened
from api.problems import Problem
from api.resources import ApiResources
from api.webhooks.reports import BOUNCED, take_report
from api.webhooks.signatures import signed_by_twilio
from api.webhooks.stripe import Kept

router = APIRouter(tags=["webhooks"], responses=problems.responses(problems.FORBIDDEN))
STATUSES = {
    "sent": "SENT",
    "delivered": "DELIVERED",
    "read": "DELIVERED",
    "undelivered": BOUNCED,
    "failed": BOUNCED,
}
"""Twilio's word for it and ours; `queued`, `sending` and the like say nothing yet."""


REQUEST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["MessageSid"],
                    "properties": {
                        "MessageSid": {"type": "string"},
                        "MessageStatus": {"type": "string"},
                    },
                },
                "example": {
                    "MessageSid": "SM1f0e8ae6ade43cb3c0ce4525424e404f",
                    "MessageStatus": "delivered",
                },
            }
        },
    }
}


@router.post(TWILIO_WEBHOOK_PATH, openapi_extra=REQUEST)
@opened(Door.SIGNED)
async def take_twilio_status(
    request: Request,
    resources: ApiResources,
    message_id: Annotated[str | None, Query(max_length=100)] = None,
    x_twilio_signature: Annotated[str, Header(max_length=200)] = "",
) -> Kept:
    """Twilio reports on a text, as a form signed with our token over our public address."""
    form = {
        name: value
        for name, value in (await request.form()).multi_items()
        if isinstance(value, str)
    }
    settings = resources.settings
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{settings.public_url.rstrip('/')}{TWILIO_WEBHOOK_PATH}{query}"
    token = settings.twilio_auth_token.get_secret_value()
    if not await signed_by_twilio(token, url, form, x_twilio_signature):
        raise Problem(problems.FORBIDDEN, "This report is not signed by Twilio.")
    status = STATUSES.get(form.get("MessageStatus", ""))
    sid = form.get("MessageSid")
    if status is not None and sid:
        async with resources.sessions.begin() as session:
            await take_report(
                session, status=status, provider_message_id=sid, message_id=message_id
            )
    return Kept()
