"""Mails to the customer's inbound stream: what Postmark's inbound webhook sends of them."""

import json
import time
from datetime import UTC, datetime
from email.utils import format_datetime, getaddresses, parseaddr
from http import HTTPStatus
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.settings import Settings
from sandbox.bodies import TooLargeError, read_body
from sandbox.mailbox.messages import Kind, Message, Messages
from sandbox.postmark.errors import PostmarkError

LARGEST_BYTES = 35 << 20
WEBHOOK_PATH = "/webhooks/postmark/inbound"
HOST = "mtasv.net"
"""Postmark's ids stand before it in the Message-ID of what it sent."""


class InboundFile(BaseModel):
    """A file of a mail; `content` is base 64."""

    model_config = ConfigDict(extra="forbid")

    name: str
    content_type: str = "application/octet-stream"
    content: str = ""


class InboundMail(BaseModel):
    """A mail that somebody writes to us, as tests and people ask for it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sender: str = Field(alias="from")
    """`Anna Sommer <anna@home.example>`, or the address alone."""
    to: str
    subject: str = ""
    text: str = ""
    html: str = ""
    reply: str = ""
    """The text without the mail that it answers."""
    headers: dict[str, str] = {}
    attachments: list[InboundFile] = []


class PostmarkInbound:
    """Queues mails for the inbound webhook; the courier sends them until they are taken."""

    def __init__(self, settings: Settings, messages: Messages) -> None:
        self._url = settings.public_url.rstrip("/") + WEBHOOK_PATH
        self._messages = messages

    async def receive(self, request: Request) -> Response:
        """`POST /_sandbox/inbound`: somebody writes us a mail; answers with its MessageID."""
        try:
            mail = InboundMail.model_validate(json.loads(await read_body(request, LARGEST_BYTES)))
        except TooLargeError as error:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            raise PostmarkError(300, "The message is larger than 35 MB.", status) from error
        except ValidationError as error:
            place = ".".join(map(str, error.errors()[0]["loc"])) or "body"
            raise PostmarkError(403, f"Invalid request field(s) - {place}") from error
        except ValueError as error:
            raise PostmarkError(402, "Invalid JSON") from error
        return JSONResponse({"MessageID": self.queue(mail)})

    def queue(self, mail: InboundMail, seq: int = 0) -> str:
        """Queues a mail, beside the message that it answers; returns its MessageID."""
        payload = webhook_of(mail)
        self._messages.queue(seq, Kind.EMAIL, self._url, payload)
        return str(payload["MessageID"])


def answer_to(message: Message, text: str, *, automatic: bool = False) -> InboundMail:
    """The recipient's answer to a mail, as a mail program writes it."""
    quoted = "\n".join(f"> {line}" for line in message.text.splitlines())
    named = f"<{message.id}@{HOST}>"
    headers = {"In-Reply-To": named, "References": named}
    if automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Autoreply": "yes"}
    return InboundMail(
        sender=message.recipient,
        to=str(message.request.get("ReplyTo") or message.sender),
        subject=f"Re: {message.subject}",
        text=f"{text}\n\n{parseaddr(message.sender)[0] or 'Somebody'} wrote:\n{quoted}\n",
        reply=text,
        headers=headers,
    )


def webhook_of(mail: InboundMail) -> dict[str, object]:
    """The JSON of Postmark's inbound webhook."""
    sender = _person(mail.sender)
    people = [_person(each) for each in _addresses(mail.to)]
    first = people[0] if people else _person("")
    own = {
        "Message-ID": f"<{uuid4()}@mail.example>",
        "X-Spam-Status": "No, score=-0.1",
        "MIME-Version": "1.0",
    }
    return {
        "FromName": sender["Name"],
        "MessageStream": "inbound",
        "From": sender["Email"],
        "FromFull": sender,
        "To": mail.to,
        "ToFull": people,
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": first["Email"],
        "Subject": mail.subject,
        "MessageID": str(uuid4()),
        "ReplyTo": "",
        "MailboxHash": first["MailboxHash"],
        "Date": format_datetime(datetime.fromtimestamp(time.time(), UTC)),
        "TextBody": mail.text,
        "HtmlBody": mail.html,
        "StrippedTextReply": mail.reply,
        "Tag": "",
        "Headers": [{"Name": name, "Value": value} for name, value in (own | mail.headers).items()],
        "Attachments": [
            {
                "Name": file.name,
                "Content": file.content,
                "ContentType": file.content_type,
                "ContentLength": len(file.content) * 3 // 4,
                "ContentID": "",
            }
            for file in mail.attachments
        ],
    }


def _addresses(to: str) -> list[str]:
    return [address for _name, address in getaddresses([to]) if address]


def _person(address: str) -> dict[str, str]:
    name, email = parseaddr(address)
    mailbox = email.partition("@")[0]
    return {"Email": email, "Name": name, "MailboxHash": mailbox.partition("+")[2]}
