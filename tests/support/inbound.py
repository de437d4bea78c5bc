"""Mails and texts as the providers hand them over, and what stands in the database after."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from models.database import Sessions
from models.domain.threads import InboundKind
from models.messages.ids import new_id
from models.settings import Settings
from models.store.inbound import Arrival, take_in
from models.store.inbound_threads import reply_address_of
from models.store.timeline import TimelineEntry, list_activities
from models.tables.base import Base
from models.tables.crm import Booking, ConsentRecord, Customer, Task
from models.tables.inbound import InboundMessage
from models.tables.integration import Message
from tests.support.rows import Booked, book

PUBLIC_URL = "https://trips.example"
DOMAIN = "reply.asiatravelplan.example"
MAIL_PATH = "/webhooks/postmark/inbound"
TEXT_PATH = "/webhooks/twilio/inbound"
ANNA = "anna@home.example"
PHONE = "+4915123456789"


def a_mail(**changes: Any) -> dict[str, Any]:
    """Postmark's JSON of a mail from Anna to our inbound address."""
    sender = changes.pop("sender", ANNA)
    to = changes.pop("to", f"trips@{DOMAIN}")
    return {
        "FromName": "Anna Sommer",
        "MessageStream": "inbound",
        "From": sender,
        "FromFull": {"Email": sender, "Name": "Anna Sommer", "MailboxHash": ""},
        "To": to,
        "ToFull": [{"Email": to, "Name": "", "MailboxHash": ""}],
        "CcFull": [],
        "OriginalRecipient": to,
        "Subject": "Our trip",
        "MessageID": str(uuid4()),
        "MailboxHash": "",
        "Date": "Thu, 5 Apr 2027 16:59:01 +0200",
        "TextBody": "When do we leave?",
        "HtmlBody": "<p>When do we leave?</p>",
        "StrippedTextReply": "",
        "Headers": [],
        "Attachments": [],
        **changes,
    }


def headers(**named: str) -> list[dict[str, str]]:
    """Headers of a mail; underscores stand for dashes."""
    return [{"Name": name.replace("_", "-"), "Value": value} for name, value in named.items()]


def a_text(**changes: str) -> dict[str, str]:
    """Twilio's form of a WhatsApp message from Anna."""
    return {
        "MessageSid": f"SM{uuid4().hex}",
        "AccountSid": "AC5a4db000000000000000000000000000",
        "From": f"whatsapp:{PHONE}",
        "To": "whatsapp:+14155238886",
        "Body": "Is breakfast included?",
        "NumMedia": "0",
        "ProfileName": "Anna S",
    } | changes


async def arrive(sessions: Sessions, sid: str = "one", **changes: Any) -> str:
    """A mail from somebody unknown; the id under which it waits."""
    facts: dict[str, Any] = {
        "provider": "postmark",
        "provider_message_id": sid,
        "channel": "EMAIL",
        "kind": InboundKind.PERSON,
        "sender": "mai@home.example",
        "sender_name": "Mai",
        "sender_compared": "mai@home.example",
        "recipient": "trips@x.example",
        "subject": "A journey",
        "body": "We are two.\nFor ten days.",
    }
    async with sessions.begin() as session:
        inbound_id = await take_in(session, Arrival(**facts | changes), None)
    assert inbound_id is not None
    return inbound_id


@dataclass
class Inbox:
    """The providers' doors, and what stands behind them."""

    http: httpx2.AsyncClient
    sessions: Sessions
    settings: Settings

    async def mail(
        self, mail: dict[str, Any] | bytes | None = None, *, password: str | None = None
    ) -> httpx2.Response:
        """Hands a mail over as Postmark does."""
        given = password
        if given is None:
            given = self.settings.postmark_webhook_password.get_secret_value()
        credentials = b64encode(f"postmark:{given}".encode()).decode()
        sent: dict[str, Any] = (
            {"content": mail} if isinstance(mail, bytes) else {"json": mail or a_mail()}
        )
        authorization = {"Authorization": f"Basic {credentials}"}
        return await self.http.post(MAIL_PATH, headers=authorization, **sent)

    async def text(self, form: dict[str, str] | None = None, *, token: str = "") -> httpx2.Response:
        """Hands a text over as Twilio does."""
        form = form or a_text()
        key = token or self.settings.twilio_auth_token.get_secret_value()
        signature = RequestValidator(key).compute_signature(PUBLIC_URL + TEXT_PATH, form)
        return await self.http.post(TEXT_PATH, data=form, headers={"X-Twilio-Signature": signature})

    async def book(self, email: str = ANNA, phone: str | None = PHONE, **columns: Any) -> Booked:
        """A booking of somebody; of Anna unless said otherwise."""
        async with self.sessions.begin() as session:
            known = await session.scalar(select(Customer).where(Customer.email == email))
            booked = await book(
                session,
                email=f"{uuid4().hex}@other.example" if known else email,
                phone=None if known else phone,
            )
            booking = await session.get_one(Booking, booked.booking_id)
            if known:
                booking.customer_id = known.id
            for name, value in columns.items():
                setattr(booking, name, value)
        return booked

    async def reply_address(self, booked: Booked) -> str:
        """Where answers to mails about a booking go."""
        secret = self.settings.link_secret.get_secret_value()
        async with self.sessions.begin() as session:
            address = await reply_address_of(session, secret, DOMAIN, booked.booking_id)
        assert address is not None
        return address

    async def sent(self, booked: Booked, provider_message_id: str) -> None:
        """A mail of ours that went out."""
        message = Message(
            id=new_id("msg"),
            booking_id=booked.booking_id,
            dedupe_key=uuid4().hex,
            template="quote_sent",
            channel="EMAIL",
            recipient="cust_1",
            to_address=ANNA,
            subject_ref=booked.booking_id,
            subject="Your quote",
            status="SENT",
            provider_message_id=provider_message_id,
        )
        async with self.sessions.begin() as session:
            session.add(message)

    async def rows(self, table: type[Base]) -> list[Any]:
        """All rows of a table."""
        async with self.sessions() as session:
            return list(await session.scalars(select(table)))

    async def only(self) -> InboundMessage:
        """The one message that came in."""
        (message,) = await self.rows(InboundMessage)
        assert isinstance(message, InboundMessage)
        return message

    async def lines(self, booked: Booked) -> list[TimelineEntry]:
        """The timeline of a booking."""
        async with self.sessions() as session:
            return await list_activities(session, booked.booking_id)

    async def tasks(self, booked: Booked) -> list[Task]:
        """The tasks of a booking."""
        return [task for task in await self.rows(Task) if task.booking_id == booked.booking_id]

    async def withdrawn(self) -> list[tuple[str, bool]]:
        """Channels of the consents that stand, and whether they were given."""
        return [(one.channel, one.granted) for one in await self.rows(ConsentRecord)]
