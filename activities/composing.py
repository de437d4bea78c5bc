"""Writes messages: who gets one, by which channel, in which words, with which files."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from activities.message_case import Person, Writing
from activities.message_subjects import writing_of
from activities.message_texts import EmailText, email_text, short_text
from models.messages.messaging import SendMessage, Template
from models.settings import Settings
from models.store.inbound_threads import reply_address_of

CUSTOMER_PREFIX = "cust_"
PDF = "application/pdf"
BY_PHONE = frozenset({Template.WELCOME})
"""Messages that go to the phone of whoever has one, else by e-mail."""


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "EMAIL"
    WHATSAPP = "WHATSAPP"
    SMS = "SMS"


@dataclass(frozen=True)
class ComposedAttachment:
    """A stored document that goes with an e-mail; its bytes are in the document store."""

    document_id: str
    storage_key: str
    file_name: str
    content_type: str = PDF


@dataclass(frozen=True)
class ComposedMessage:
    """One message to one person, ready to send. `html` is None for WhatsApp and SMS.

    `to_address` is an e-mail address, or a phone number in E.164 without any prefix.
    """

    booking_id: str
    template: Template
    subject_ref: str
    occasion: str
    channel: Channel
    recipient: str
    """The id of the customer, partner, guide or member of staff."""
    to_address: str = field(repr=False)
    to_name: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    attachments: tuple[ComposedAttachment, ...] = ()
    reply_to: str = field(default="", repr=False)
    """Where the customer's answer finds its booking; empty when no domain takes mail in."""


async def compose(
    session: AsyncSession, settings: Settings, send: SendMessage
) -> list[ComposedMessage] | None:
    """The messages of one request, one for each person who gets it.

    Composing again gives the same texts and links. Empty when nobody can be reached; None when the
    subject has moved on (a request to a supplier after another one was asked).

    Args:
        session: a transaction; links that the message carries are stored in it.
        settings: the public address and the secret of links.
        send: the template and its subject.

    Raises:
        NotFoundError: the booking or the subject is unknown.
    """
    writing = await writing_of(session, settings, send)
    if writing is None:
        return None
    composed = (_compose_one(send, settings, writing, person) for person in writing.people)
    return [
        await _answerable(session, settings, message) for message in composed if message is not None
    ]


async def _answerable(
    session: AsyncSession, settings: Settings, message: ComposedMessage
) -> ComposedMessage:
    """A mail to a customer with the booking's own address for answers."""
    to_customer = message.recipient.startswith(CUSTOMER_PREFIX)
    if message.channel is not Channel.EMAIL or not to_customer:
        return message
    secret = settings.link_secret.get_secret_value()
    domain = settings.inbound_mail_domain
    address = await reply_address_of(session, secret, domain, message.booking_id)
    return replace(message, reply_to=address or "")


def _compose_one(
    send: SendMessage, settings: Settings, writing: Writing, person: Person
) -> ComposedMessage | None:
    facts = {**writing.facts, "person": person, "public_url": settings.public_url}
    if send.template in BY_PHONE and person.phone:
        text = short_text(send.template, facts)
        return _message(send, person, Channel.WHATSAPP, person.phone, text)
    if not person.email:
        return None
    mail = email_text(send.template, facts)
    return _message(send, person, Channel.EMAIL, person.email, mail, _attachments(writing))


def _attachments(writing: Writing) -> tuple[ComposedAttachment, ...]:
    return tuple(
        ComposedAttachment(document.id, document.storage_key, file_name)
        for document, file_name in writing.documents
    )


def _message(
    send: SendMessage,
    person: Person,
    channel: Channel,
    to_address: str,
    content: EmailText,
    attachments: tuple[ComposedAttachment, ...] = (),
) -> ComposedMessage:
    return ComposedMessage(
        booking_id=send.booking_id,
        template=send.template,
        subject_ref=send.subject_ref,
        occasion=send.occasion,
        channel=channel,
        recipient=person.id,
        to_address=to_address,
        to_name=person.name,
        subject=content.subject,
        text=content.text,
        html=content.html,
        attachments=attachments,
    )
