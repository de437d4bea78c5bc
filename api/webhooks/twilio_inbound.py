"""`POST /webhooks/twilio/inbound`: WhatsApp messages and SMS to us, from Twilio."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response

from activities.providers.names import TWILIO, TWILIO_WEBHOOK_PATH, WHATSAPP
from api import problems
from api.identity.doors import Door, opened
from api.problems import Problem
from api.resources import ApiResources
from api.webhooks.signatures import signed_by_twilio
from models.contacts import e164
from models.domain.plain_text import lines, one_line
from models.domain.threads import InboundKind, wants_silence
from models.settings import Settings
from models.store.inbound import Arrival, take_in

router = APIRouter(tags=["webhooks"], responses=problems.responses(problems.FORBIDDEN))
PATH = f"{TWILIO_WEBHOOK_PATH}/inbound"
NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""TwiML that says nothing: people answer, by hand."""
LONGEST_TEXT = 10_000
LONGEST_LINE = 500
LONGEST_SID = 100
MOST_MEDIA = 10


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
                        "From": {"type": "string"},
                        "To": {"type": "string"},
                        "Body": {"type": "string"},
                    },
                },
                "example": {
                    "MessageSid": "SM1f0e8ae6ade43cb3c0ce4525424e404f",
                    "From": "whatsapp:+84901234567",
                    "To": "whatsapp:+14155238886",
                    "Body": "Two nights in Hue, please",
                },
            }
        },
    }
}


@router.post(PATH, response_class=Response, openapi_extra=REQUEST)
@opened(Door.SIGNED)
async def take_text(
    request: Request,
    resources: ApiResources,
    x_twilio_signature: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Twilio hands over a text as a signed form; it is stored before this is answered."""
    form = {
        name: value
        for name, value in (await request.form()).multi_items()
        if isinstance(value, str)
    }
    await _admit(request, form, x_twilio_signature, resources.settings)
    arrival = _arrival(form, resources.settings)
    terms = (await resources.terms.of(None)).terms
    async with resources.sessions.begin() as session:
        await take_in(session, arrival, terms.sla)
    return Response(NO_ANSWER, media_type="text/xml")


async def _admit(
    request: Request, form: Mapping[str, str], signature: str, settings: Settings
) -> None:
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{settings.public_url.rstrip('/')}{PATH}{query}"
    token = settings.twilio_auth_token.get_secret_value()
    if not await signed_by_twilio(token, url, form, signature):
        raise Problem(problems.FORBIDDEN, "This message is not signed by Twilio.")


def _arrival(form: Mapping[str, str], settings: Settings) -> Arrival:
    """The text made plain.

    Raises:
        Problem: it has no MessageSid.
    """
    sid = one_line(form.get("MessageSid", ""), LONGEST_SID)
    if not sid:
        raise Problem(problems.INVALID_INPUT, "This is no inbound message: no MessageSid.")
    given = form.get("From", "")
    number = one_line(given.removeprefix(WHATSAPP), LONGEST_LINE)
    body, cut = lines(form.get("Body", ""), LONGEST_TEXT)
    own = {settings.twilio_sms_from, settings.twilio_whatsapp_from}
    kind = InboundKind.OWN if given in own else InboundKind.PERSON
    asked = form.get("OptOutType", "").upper() == "STOP" or wants_silence(body)
    return Arrival(
        provider=TWILIO,
        provider_message_id=sid,
        channel="WHATSAPP" if given.startswith(WHATSAPP) else "SMS",
        kind=kind,
        sender=number,
        sender_name=one_line(form.get("ProfileName", ""), LONGEST_LINE),
        sender_compared=e164(number, None),
        recipient=one_line(form.get("To", ""), LONGEST_LINE),
        body=body,
        shortened=cut,
        stop=asked and kind is InboundKind.PERSON,
        attachments=_media(form),
    )


def _media(form: Mapping[str, str]) -> list[dict[str, object]]:
    """What came along, by type; Twilio tells no names and no sizes."""
    told = form.get("NumMedia", "0")
    count = min(int(told), MOST_MEDIA) if re.fullmatch("[0-9]{1,3}", told) else 0
    return [
        {
            "name": f"media-{number + 1}",
            "content_type": one_line(form.get(f"MediaContentType{number}", ""), LONGEST_LINE),
            "size": 0,
        }
        for number in range(count)
    ]
