"""WhatsApp messages and SMS by Twilio; the only file that knows its SDK."""

import asyncio
import logging
from base64 import b32encode
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

import requests
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from activities.providers.http_faults import never_left
from activities.providers.names import TWILIO, TWILIO_WEBHOOK_PATH, WHATSAPP
from activities.providers.ports import (
    OutgoingText,
    PermanentProviderError,
    ProviderError,
    RetryableProviderError,
)
from models.settings import Settings

TIMEOUT_SECONDS = 7.0
"""To connect, and again to answer; both together end before another try may begin."""
BAD_REQUEST, SERVER_ERROR = 400, 500
LOOK_BACK = timedelta(minutes=5)
"""How far Twilio's clock may be behind ours."""
TEXTS_LOOKED_AT = 100
SILENT = logging.getLogger("twilio.http_client")
SILENT.disabled = True
"""The SDK logs addresses of requests, and telephone numbers in them."""


class TwilioSender:
    """Sends by Twilio.

    Twilio knows no idempotency key and no metadata. So a text ends with a mark made of our message
    id, and a text that may have been taken is looked for by its receiver and that mark.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=TwilioHttpClient(timeout=TIMEOUT_SECONDS, logger=SILENT),
        )
        self._client.api.base_url = settings.twilio_api_base

    async def send(self, text: OutgoingText) -> str:
        """See TextSender."""
        return await asyncio.to_thread(self._send, text)

    async def find(self, text: OutgoingText) -> str | None:
        """See TextSender."""
        return await asyncio.to_thread(self._find, text)

    def _send(self, text: OutgoingText) -> str:
        settings = self._settings
        whatsapp = text.to.startswith(WHATSAPP)
        try:
            sent = self._client.messages.create(
                to=text.to,
                from_=settings.twilio_whatsapp_from if whatsapp else settings.twilio_sms_from,
                body=f"{text.body}\n{mark(text.message_id)}",
                status_callback=status_callback(settings.public_url, text.message_id),
            )
        except (TwilioException, requests.RequestException) as error:
            raise _translated(error) from None
        return str(sent.sid)

    def _find(self, text: OutgoingText) -> str | None:
        oldest = text.written_at - LOOK_BACK
        wanted = mark(text.message_id)
        try:
            for sent in self._client.messages.list(to=text.to, limit=TEXTS_LOOKED_AT):
                if sent.date_created >= oldest and (sent.body or "").endswith(wanted):
                    return str(sent.sid)
        except (TwilioException, requests.RequestException) as error:
            raise RetryableProviderError(TWILIO, _translated(error).code) from None
        return None


def mark(message_id: str) -> str:
    """The last line of a text, `Ref. 7KQ2X9BA`: 40 bits of our message id's hash."""
    return f"Ref. {b32encode(sha256(message_id.encode()).digest()[:5]).decode()}"


def status_callback(public_url: str, message_id: str) -> str:
    """Where Twilio reports what became of a text."""
    return f"{public_url.rstrip('/')}{TWILIO_WEBHOOK_PATH}?message_id={message_id}"


def is_signed(auth_token: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio, who knows our token, signed this callback. `url`: as Twilio called it."""
    return bool(RequestValidator(auth_token).validate(url, dict(form), signature))


def _translated(error: Exception) -> ProviderError:
    """Our error for the SDK's; Twilio's sentences name numbers, so only codes are kept."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        code = str(error.code or error.status)
        if error.status == BAD_REQUEST:
            return PermanentProviderError(TWILIO, code)
        return RetryableProviderError(TWILIO, code, maybe_done=error.status >= SERVER_ERROR)
    if isinstance(error, requests.RequestException):
        maybe_done = not never_left(error)
        return RetryableProviderError(TWILIO, type(error).__name__, maybe_done=maybe_done)
    return RetryableProviderError(TWILIO, type(error).__name__)
