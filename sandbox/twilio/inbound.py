"""WhatsApp messages and SMS to the customer's numbers: what Twilio's webhook sends of them."""

import json
from http import HTTPStatus
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.settings import Settings
from sandbox.bodies import LARGEST_FORM_BYTES, TooLargeError, read_body
from sandbox.mailbox.messages import Kind, Messages
from sandbox.twilio.errors import TwilioError
from sandbox.twilio.resource import API_VERSION

WEBHOOK_PATH = "/webhooks/twilio/inbound"
WHATSAPP = "whatsapp:"


class InboundText(BaseModel):
    """A text that somebody writes to us, as tests and people ask for it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sender: str = Field(alias="from")
    """E.164; with `whatsapp:` before it for WhatsApp."""
    body: str = ""
    name: str = ""
    """What the person is called in WhatsApp."""
    media: list[str] = []
    """The content types of pictures and the like."""


class TwilioInbound:
    """Queues texts for the inbound webhook; the courier signs and sends them until taken."""

    def __init__(self, settings: Settings, messages: Messages) -> None:
        self._settings = settings
        self._url = settings.public_url.rstrip("/") + WEBHOOK_PATH
        self._messages = messages

    async def receive(self, request: Request) -> Response:
        """`POST /_sandbox/inbound`: somebody writes us a text; answers with its MessageSid."""
        try:
            body = await read_body(request, LARGEST_FORM_BYTES)
            text = InboundText.model_validate(json.loads(body))
        except TooLargeError as error:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            raise TwilioError(20413, "Request entity too large", status) from error
        except ValidationError as error:
            place = ".".join(map(str, error.errors()[0]["loc"])) or "body"
            raise TwilioError(20001, f"Invalid value of parameter {place}") from error
        except ValueError as error:
            raise TwilioError(20001, "The body is no JSON.") from error
        return JSONResponse({"MessageSid": self.queue(text)})

    def queue(self, text: InboundText, seq: int = 0) -> str:
        """Queues a text; returns its MessageSid."""
        fields = self._webhook_of(text)
        kind = Kind.WHATSAPP if text.sender.startswith(WHATSAPP) else Kind.SMS
        self._messages.queue(seq, kind, self._url, fields)
        return fields["MessageSid"]

    def _webhook_of(self, text: InboundText) -> dict[str, str]:
        """The form of Twilio's inbound webhook."""
        sid = ("MM" if text.media else "SM") + uuid4().hex
        whatsapp = text.sender.startswith(WHATSAPP)
        settings = self._settings
        fields = {
            "AccountSid": settings.twilio_account_sid,
            "ApiVersion": API_VERSION,
            "Body": text.body,
            "From": text.sender,
            "MessageSid": sid,
            "NumMedia": str(len(text.media)),
            "NumSegments": "1",
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "To": settings.twilio_whatsapp_from if whatsapp else settings.twilio_sms_from,
        }
        if whatsapp:
            fields |= {"WaId": text.sender.removeprefix(f"{WHATSAPP}+"), "ProfileName": text.name}
        for number, content_type in enumerate(text.media):
            fields[f"MediaContentType{number}"] = content_type
            fields[f"MediaUrl{number}"] = f"{settings.sandbox_url}/twilio/media/{sid}/{number}"
        return fields
