"""Reads an inbound mail as Postmark's webhook gives it: leniently, since it can't be refused."""

import json
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from activities.providers.names import POSTMARK
from api import problems
from api.problems import Problem
from models.contacts import compared_email
from models.domain.plain_text import lines, one_line, text_of_html
from models.domain.threads import (
    InboundKind,
    answered_ids,
    first_token,
    is_spam,
    kind_of_mail,
    wants_silence,
)
from models.settings import Settings
from models.store.inbound import EMAIL, Arrival

LONGEST_TEXT = 50_000
LONGEST_HTML = 1_000_000
LONGEST_LINE = 500
LONGEST_ID = 200
MOST_FILES = 100


def _text(value: object) -> object:
    return value if isinstance(value, str) else ""


def _list(value: object) -> object:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _size(value: object) -> object:
    return value if isinstance(value, int) and 0 <= value < 1 << 40 else 0


Text = Annotated[str, BeforeValidator(_text)]
"""Anything that is no text counts as none."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class MailPerson(_Part):
    """An address with its name."""

    email: Text = Field("", alias="Email")
    name: Text = Field("", alias="Name")
    mailbox_hash: Text = Field("", alias="MailboxHash")


class MailHeader(_Part):
    """A header of the mail."""

    name: Text = Field("", alias="Name")
    value: Text = Field("", alias="Value")


class MailFile(_Part):
    """An attachment; its content stays with Postmark."""

    name: Text = Field("", alias="Name")
    content_type: Text = Field("", alias="ContentType")
    size: Annotated[int, BeforeValidator(_size)] = Field(0, alias="ContentLength")


class PostmarkMail(_Part):
    """An inbound mail; of Postmark's many fields those that we keep or judge by."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
                    "From": "anna@home.example",
                    "FromFull": {"Email": "anna@home.example", "Name": "Anna", "MailboxHash": ""},
                    "OriginalRecipient": "reply+token@reply.asiatravelplan.example",
                    "MailboxHash": "token",
                    "Subject": "Re: Your quote",
                    "TextBody": "Yes, please!\n\nOn Monday you wrote: ...",
                    "StrippedTextReply": "Yes, please!",
                    "Headers": [{"Name": "In-Reply-To", "Value": "<883953f4@mtasv.net>"}],
                    "Attachments": [
                        {"Name": "pass.pdf", "ContentType": "application/pdf", "ContentLength": 9}
                    ],
                }
            ]
        },
    )

    message_id: str = Field(alias="MessageID", max_length=LONGEST_ID, pattern=r"^[!-~]+$")
    sender: Text = Field("", alias="From")
    sender_full: Annotated[
        MailPerson, BeforeValidator(lambda value: value if isinstance(value, dict) else {})
    ] = Field(default=MailPerson(), alias="FromFull")
    to: Text = Field("", alias="To")
    to_full: Annotated[list[MailPerson], BeforeValidator(_list)] = Field([], alias="ToFull")
    cc_full: Annotated[list[MailPerson], BeforeValidator(_list)] = Field([], alias="CcFull")
    original_recipient: Text = Field("", alias="OriginalRecipient")
    mailbox_hash: Text = Field("", alias="MailboxHash")
    subject: Text = Field("", alias="Subject")
    text: Text = Field("", alias="TextBody")
    reply: Text = Field("", alias="StrippedTextReply")
    html: Text = Field("", alias="HtmlBody")
    headers: Annotated[list[MailHeader], BeforeValidator(_list)] = Field([], alias="Headers")
    files: Annotated[list[MailFile], BeforeValidator(_list)] = Field([], alias="Attachments")


def read_mail(body: bytes) -> PostmarkMail:
    """The mail in a webhook's body.

    Raises:
        Problem: this is no JSON, or it has no MessageID.
    """
    try:
        return PostmarkMail.model_validate(json.loads(body))
    except ValidationError:
        raise Problem(problems.INVALID_INPUT, "This is no inbound mail: no MessageID.") from None
    except (ValueError, RecursionError):
        raise Problem(problems.NOT_JSON) from None


def arrival_of(mail: PostmarkMail, settings: Settings) -> Arrival:
    """The mail made plain, with what its headers tell of it."""
    address = _address(mail)
    headers = [(header.name, header.value) for header in mail.headers]
    body, cut = lines(mail.text or text_of_html(mail.html[:LONGEST_HTML]), LONGEST_TEXT)
    reply, _ = lines(mail.reply, LONGEST_TEXT)
    subject = one_line(mail.subject, LONGEST_LINE)
    kind = kind_of_mail(headers, address, own_addresses(settings))
    return Arrival(
        provider=POSTMARK,
        provider_message_id=mail.message_id,
        channel=EMAIL,
        kind=kind,
        sender=one_line(address, LONGEST_LINE),
        sender_name=one_line(mail.sender_full.name, LONGEST_LINE),
        sender_compared=_compared(address),
        recipient=one_line(mail.original_recipient or mail.to, LONGEST_LINE),
        subject=subject,
        body=body,
        reply=reply if reply and reply != body else None,
        shortened=cut,
        stop=kind is InboundKind.PERSON and wants_silence(reply or body or subject),
        spam=is_spam(headers),
        attachments=_files(mail.files),
        answers=answered_ids(headers),
        token=first_token(*_recipients(mail)),
    )


def own_addresses(settings: Settings) -> frozenset[str]:
    """From where only we write: the sender of our mails, and the domain of reply addresses."""
    sender = parseaddr(settings.mail_from)[1].lower()
    domain = settings.inbound_mail_domain.lower()
    return frozenset({sender} | ({f"@{domain}"} if domain else set()))


def _address(mail: PostmarkMail) -> str:
    return (mail.sender_full.email or parseaddr(mail.sender)[1] or mail.sender).strip()


def _compared(address: str) -> str | None:
    try:
        return compared_email(address)
    except ValueError:
        return None


def _recipients(mail: PostmarkMail) -> tuple[list[str], list[str]]:
    """What Postmark found after plus signs, and every address that the mail went to."""
    people = [*mail.to_full, *mail.cc_full]
    hashes = [mail.mailbox_hash, *(one.mailbox_hash for one in people)]
    return hashes, [mail.original_recipient, *(one.email for one in people)]


def _files(files: Sequence[MailFile]) -> list[dict[str, Any]]:
    return [
        {
            "name": one_line(file.name, LONGEST_LINE) or "file",
            "content_type": one_line(file.content_type, LONGEST_LINE),
            "size": file.size,
        }
        for file in files[:MOST_FILES]
    ]
