"""What Twilio tells its customer of each message, signed with the account's token."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

from models.settings import Settings
from sandbox.courier import Callback, Envelope
from sandbox.mailbox.messages import Kind, Message
from sandbox.twilio.resource import API_VERSION, UNDELIVERED, UNKNOWN_HANDSET


class TwilioCarrier:
    """Carries text and WhatsApp messages; each change goes to the message's status callback."""

    def __init__(self, settings: Settings) -> None:
        self._account = settings.twilio_account_sid
        self._auth_token = settings.twilio_auth_token.get_secret_value()

    def arrived(self, message: Message, address: str, state: str) -> Callback | None:
        """The status callback of one change, if the message asked for any."""
        url = message.request.get("status_callback")
        if not isinstance(url, str) or not url:
            return None
        payload: dict[str, object] = {
            "AccountSid": self._account,
            "ApiVersion": API_VERSION,
            "From": message.sender,
            "MessageSid": message.id,
            "MessageStatus": state,
            "SmsSid": message.id,
            "SmsStatus": state,
            "To": message.recipient,
        }
        if message.kind is Kind.WHATSAPP:
            payload |= {"ChannelPrefix": "whatsapp", "ChannelToAddress": address}
        if state == UNDELIVERED:
            payload["ErrorCode"] = str(UNKNOWN_HANDSET)
        return Callback(url, payload)

    def envelope(self, callback: Callback) -> Envelope:
        """The callback as a signed form."""
        fields = {name: str(value) for name, value in callback.payload.items()}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(self._auth_token, callback.url, fields),
            "User-Agent": "TwilioProxy/1.1",
        }
        return Envelope(urlencode(fields).encode(), headers)


def signature(auth_token: str, url: str, fields: dict[str, str]) -> str:
    """Twilio's signature of a form post: HMAC-SHA1 of the address and the sorted fields."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
