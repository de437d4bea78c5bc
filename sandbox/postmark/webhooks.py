"""What Postmark tells its customer: a mail was delivered, or it bounced for good."""

import base64
import json
import time
from datetime import UTC, datetime
from zlib import crc32

from models.settings import Settings
from sandbox.courier import Callback, Envelope
from sandbox.mailbox.messages import Message
from sandbox.memory import Memory

SERVER_ID = 8090
DELIVERED, BOUNCED = "delivered", "bounced"


class PostmarkCarrier:
    """Carries mails: its webhooks go to `/webhooks/postmark` under HTTP basic authentication."""

    def __init__(self, settings: Settings, memory: Memory) -> None:
        self._url = settings.public_url.rstrip("/") + "/webhooks/postmark"
        password = settings.postmark_webhook_password.get_secret_value()
        user_and_password = f"{settings.postmark_webhook_user}:{password}"
        self._authorization = "Basic " + base64.b64encode(user_and_password.encode()).decode()
        self._memory = memory

    def arrived(self, message: Message, address: str, state: str) -> Callback | None:
        """Notes the end of a mail for one address; a hard bounce makes the address inactive."""
        if state == BOUNCED:
            self._memory.change(
                "INSERT OR IGNORE INTO suppressions VALUES (?, ?)", (address, time.time())
            )
        facts = _bounce(message, address) if state == BOUNCED else _delivery(message, address)
        return Callback(self._url, facts)

    def envelope(self, callback: Callback) -> Envelope:
        """The webhook as JSON with the customer's user and password."""
        headers = {
            "Content-Type": "application/json",
            "Authorization": self._authorization,
            "User-Agent": "Postmark",
        }
        return Envelope(json.dumps(callback.payload).encode(), headers)


def timestamp(seconds: float) -> str:
    """Seconds since 1970 as Postmark writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _of_any_kind(message: Message) -> dict[str, object]:
    return {
        "ServerID": SERVER_ID,
        "MessageStream": message.request["MessageStream"],
        "MessageID": message.id,
        "Tag": message.tag,
        "Metadata": message.metadata,
    }


def _changed_at(message: Message, address: str) -> str:
    return timestamp(
        next(each.changed_at for each in message.recipients if each.address == address)
    )


def _delivery(message: Message, address: str) -> dict[str, object]:
    return {
        "RecordType": "Delivery",
        **_of_any_kind(message),
        "Recipient": address,
        "DeliveredAt": _changed_at(message, address),
        "Details": "smtp;250 2.0.0 OK",
    }


def _bounce(message: Message, address: str) -> dict[str, object]:
    return {
        "RecordType": "Bounce",
        **_of_any_kind(message),
        "ID": crc32(f"{message.id}/{address}".encode()),
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": "smtp;550 5.1.1 The account that you tried to reach does not exist.",
        "Email": address,
        "From": message.sender,
        "BouncedAt": _changed_at(message, address),
        "DumpAvailable": False,
        "Inactive": True,
        "CanActivate": True,
        "Subject": message.subject,
    }
