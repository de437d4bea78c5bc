"""Sends messages, each once, and none for a booking that was cancelled.

A message is written before a provider hears of it. A try that finds it written but not sent asks
the provider first and sends only what it does not have (docs/decisions/ask-before-resend.md).
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import quote

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.composing import Channel, ComposedMessage, compose
from activities.providers.ports import (
    DocumentStore,
    MailAttachment,
    MailSender,
    OutgoingMail,
    OutgoingText,
    PermanentProviderError,
    RetryableProviderError,
    TextSender,
)
from activities.refusals import refusals
from models.database import Sessions
from models.domain.access import Role
from models.messages.ids import MessageId
from models.messages.messaging import MessageOutcome, MessageSent, SendMessage, Template
from models.messages.records import NewTask
from models.settings import Settings
from models.store import messages
from models.store.messages import ClaimedMessage, NewMessage
from models.store.progress import open_task

TOLD_OF_CANCELLATION = frozenset(
    {
        Template.BOOKING_CANCELLED,
        Template.SERVICE_RELEASED,
        Template.GUIDE_RELEASED,
        Template.TASK_REMINDER,
    }
)
"""Messages that belong to a cancellation, and those to staff about what it leaves to do; all
others are withdrawn by it."""
SETTLING = timedelta(seconds=15)
"""How long a try may still be under way, and a provider's search may not know what it took."""
STAFF = Role.STAFF.value
SPECIAL = re.compile(r'[()<>@,:;".\[\]\\]')
"""What stands in an address only between quotes."""
OUTCOMES = {
    "SENT": MessageOutcome.SENT,
    "DELIVERED": MessageOutcome.SENT,
    "BOUNCED": MessageOutcome.SENT,
    "WITHDRAWN": MessageOutcome.WITHDRAWN,
    "FAILED": MessageOutcome.UNDELIVERABLE,
}
BEST_FIRST = (MessageOutcome.SENT, MessageOutcome.WITHDRAWN, MessageOutcome.UNDELIVERABLE)


class Messaging:
    """Sends by e-mail, WhatsApp and SMS."""

    def __init__(
        self,
        sessions: Sessions,
        settings: Settings,
        *,
        mail: MailSender,
        texts: TextSender,
        documents: DocumentStore,
        settling: timedelta = SETTLING,
    ) -> None:
        self._sessions = sessions
        self._settings = settings
        self._mail = mail
        self._texts = texts
        self._documents = documents
        self._settling = settling

    @activity.defn
    async def send_message(self, request: SendMessage) -> MessageSent:
        """Sends one message to everyone who gets it; repeating it sends nothing twice.

        Fails, to be tried again, when a provider did not take one of them; the others have gone.
        """
        with refusals():
            async with self._sessions.begin() as session:
                composed = await compose(session, self._settings, request)
        if composed is None:
            return MessageSent(outcome=MessageOutcome.WITHDRAWN)
        if not composed:
            return await self._nobody(request)
        return await self._deliver_all(composed)

    async def _deliver_all(self, composed: Sequence[ComposedMessage]) -> MessageSent:
        ids: list[MessageId] = []
        outcomes: set[MessageOutcome] = set()
        faults: list[RetryableProviderError] = []
        for message in composed:
            try:
                message_id, outcome = await self._deliver(message)
            except RetryableProviderError as fault:
                faults.append(fault)
            else:
                ids.append(message_id)
                outcomes.add(outcome)
        if faults:
            raise self._later(faults[0])
        outcome = next(each for each in BEST_FIRST if each in outcomes)
        return MessageSent(outcome=outcome, message_ids=tuple(ids))

    async def _deliver(self, message: ComposedMessage) -> tuple[MessageId, MessageOutcome]:
        exempt = message.template in TOLD_OF_CANCELLATION
        async with self._sessions.begin() as session:
            claimed = await messages.claim_message(session, _row(message), even_if_cancelled=exempt)
        status = claimed.status
        if status == "SENDING" and not claimed.fresh:
            status = await self._take_up(message, claimed, exempt=exempt)
        if status == "SENDING":
            status = await self._send(message, claimed)
        if status not in OUTCOMES:
            raise RetryableProviderError(message.channel, "somebody else is sending it")
        return MessageId(claimed.id), OUTCOMES[status]

    async def _take_up(
        self, message: ComposedMessage, claimed: ClaimedMessage, *, exempt: bool
    ) -> str:
        """What to do with a message that an earlier try left: SENDING means send it now."""
        if claimed.attempted_at is not None:
            if datetime.now(UTC) - claimed.attempted_at < self._settling:
                raise RetryableProviderError(message.channel, "an earlier try may be under way")
            taken = await self._find(message, claimed)
            if taken is not None:
                return await self._mark_sent(claimed, taken)
        async with self._sessions.begin() as session:
            return await messages.claim_again(
                session, message.booking_id, claimed, even_if_cancelled=exempt
            )

    async def _send(self, message: ComposedMessage, claimed: ClaimedMessage) -> str:
        try:
            provider_id = await self._hand_over(message, claimed)
        except PermanentProviderError as refusal:
            return await self._refused(message, claimed, refusal)
        except RetryableProviderError as fault:
            if not fault.maybe_done:
                async with self._sessions.begin() as session:
                    await messages.release_claim(session, claimed.id)
            raise
        return await self._mark_sent(claimed, provider_id)

    async def _hand_over(self, message: ComposedMessage, claimed: ClaimedMessage) -> str:
        if message.channel is not Channel.EMAIL:
            return await self._texts.send(_text(message, claimed))
        return await self._mail.send(
            OutgoingMail(
                message_id=claimed.id,
                to=_addressee(message.to_name, claimed.to_address),
                subject=message.subject,
                text=message.text,
                html=message.html or "",
                tag=message.template,
                booking_id=message.booking_id,
                reply_to=message.reply_to,
                attachments=await self._attachments(message),
            )
        )

    async def _find(self, message: ComposedMessage, claimed: ClaimedMessage) -> str | None:
        if message.channel is Channel.EMAIL:
            return await self._mail.find(claimed.id)
        return await self._texts.find(_text(message, claimed))

    async def _attachments(self, message: ComposedMessage) -> tuple[MailAttachment, ...]:
        return tuple(
            [
                MailAttachment(
                    name=attachment.file_name,
                    content_type=attachment.content_type,
                    content=await self._documents.read(attachment.storage_key),
                )
                for attachment in message.attachments
            ]
        )

    async def _mark_sent(self, claimed: ClaimedMessage, provider_id: str) -> str:
        async with self._sessions.begin() as session:
            await messages.mark_sent(session, claimed.id, provider_id)
        return "SENT"

    async def _refused(
        self, message: ComposedMessage, claimed: ClaimedMessage, refusal: PermanentProviderError
    ) -> str:
        async with self._sessions.begin() as session:
            await messages.mark_refused(session, claimed.id)
            task = NewTask(
                key=f"undeliverable:{claimed.id}",
                title=f"{_words(message.template)} can't be delivered ({refusal}): "
                "check the address and get in touch another way",
                owner_role=STAFF,
            )
            await open_task(session, message.booking_id, task)
        return "FAILED"

    async def _nobody(self, request: SendMessage) -> MessageSent:
        async with self._sessions.begin() as session:
            task = NewTask(
                key=f"unreachable:{request.template}:{request.subject_ref}:{request.occasion}",
                title=f"{_words(request.template)} has nobody to go to: add an address",
                owner_role=STAFF,
            )
            await open_task(session, request.booking_id, task)
        return MessageSent(outcome=MessageOutcome.UNDELIVERABLE)

    def _later(self, fault: RetryableProviderError) -> ApplicationError:
        """What may have been taken is looked for only when the provider can know it."""
        delay = self._settling if fault.maybe_done else None
        kind = type(fault).__name__
        return ApplicationError(str(fault), type=kind, next_retry_delay=delay)


def _row(message: ComposedMessage) -> NewMessage:
    key = (
        f"{message.template}:{message.subject_ref}:{message.occasion}"
        f":{message.channel}:{message.recipient}"
    )
    return NewMessage(
        booking_id=message.booking_id,
        dedupe_key=key,
        template=message.template,
        channel=message.channel,
        recipient=message.recipient,
        to_address=message.to_address,
        subject_ref=message.subject_ref,
        subject=message.subject,
    )


def _addressee(name: str, address: str) -> str:
    """`Thị Mai <mai@example.com>`: the provider takes JSON, so a name is quoted but not encoded."""
    name = " ".join(name.split())
    if SPECIAL.search(name):
        name = f'"{quote(name)}"'
    return f"{name} <{address}>" if name else address


def _text(message: ComposedMessage, claimed: ClaimedMessage) -> OutgoingText:
    prefix = "whatsapp:" if message.channel is Channel.WHATSAPP else ""
    return OutgoingText(
        message_id=claimed.id,
        to=prefix + claimed.to_address,
        body=message.text,
        written_at=claimed.created_at,
    )


def _words(template: Template) -> str:
    return template.replace("_", " ").capitalize()
