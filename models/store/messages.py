"""Messages to people: claimed before they are sent, marked after, followed to their arrival."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.stages import TripStatus
from models.messages.ids import new_id
from models.messages.messaging import Template
from models.store.invoices import mark_invoice_mailed
from models.store.timeline import add_activity
from models.tables.crm import Booking
from models.tables.integration import Message

FINAL_BEFORE = {"DELIVERED": ("SENDING", "SENT"), "BOUNCED": ("SENDING", "SENT", "DELIVERED")}
"""From which states a report may take a message on: a late report never takes it back."""

CHANNELS = {"EMAIL": "e-mail", "WHATSAPP": "WhatsApp", "SMS": "SMS"}
RECIPIENTS = {"cust": "the customer", "partner": "the supplier", "guide": "the guide"}


@dataclass(frozen=True)
class NewMessage:
    """A message to claim; the same `dedupe_key` is the same message."""

    booking_id: str
    dedupe_key: str
    template: str
    channel: str
    recipient: str
    to_address: str
    subject_ref: str
    subject: str


@dataclass(frozen=True)
class ClaimedMessage:
    """A message as it stands. `fresh`: this claim wrote it, so nobody can have sent it.

    `attempted_at`: when somebody last began to send it and did not say how that ended.
    """

    id: str
    status: str
    to_address: str
    created_at: datetime
    attempted_at: datetime | None
    fresh: bool


async def _is_cancelled(session: AsyncSession, booking_id: str) -> bool:
    """Whether the trip is cancelled; it can't become so before this transaction ends."""
    statement = select(Booking.trip_status).where(Booking.id == booking_id)
    status = await session.scalar(statement.with_for_update(read=True))
    return status == TripStatus.CANCELLED


async def claim_message(
    session: AsyncSession, message: NewMessage, *, even_if_cancelled: bool
) -> ClaimedMessage:
    """Writes a message that is about to be sent, or finds the one that was written before.

    A new one of a cancelled booking is written as WITHDRAWN, unless `even_if_cancelled`.
    """
    withdrawn = await _is_cancelled(session, message.booking_id) and not even_if_cancelled
    statement = insert(Message).values(
        id=new_id("msg"),
        **message.__dict__,
        status="WITHDRAWN" if withdrawn else "SENDING",
        status_at=func.now(),
    )
    fresh_id = await session.scalar(
        statement.on_conflict_do_nothing(index_elements=[Message.dedupe_key]).returning(Message.id)
    )
    stored = await session.scalar(
        select(Message).where(Message.dedupe_key == message.dedupe_key).with_for_update()
    )
    assert stored is not None  # noqa: S101 - it was there or has just been written
    return ClaimedMessage(
        id=stored.id,
        status=stored.status,
        to_address=stored.to_address,
        created_at=stored.created_at,
        attempted_at=stored.status_at,
        fresh=fresh_id is not None,
    )


async def claim_again(
    session: AsyncSession, booking_id: str, claimed: ClaimedMessage, *, even_if_cancelled: bool
) -> str:
    """Claims a message whose last attempt came to nothing; returns its status.

    SENDING: it is ours to send. WITHDRAWN: the booking was cancelled meanwhile. Anything else, or
    `TAKEN` when somebody else has just claimed it: leave it alone.
    """
    withdrawn = await _is_cancelled(session, booking_id) and not even_if_cancelled
    status = await session.scalar(
        update(Message)
        .where(
            Message.id == claimed.id,
            Message.status == "SENDING",
            Message.status_at.is_not_distinct_from(claimed.attempted_at),
        )
        .values(status="WITHDRAWN" if withdrawn else "SENDING", status_at=func.clock_timestamp())
        .returning(Message.status)
    )
    return status or "TAKEN"


async def release_claim(session: AsyncSession, message_id: str) -> None:
    """Says that an attempt surely sent nothing: the next may send without asking first."""
    await session.execute(
        update(Message)
        .where(Message.id == message_id, Message.status == "SENDING")
        .values(status_at=None)
    )


def in_words(message: Message) -> str:
    """A message for the timeline: what went how to whom, naming nobody."""
    what = message.template.replace("_", " ").capitalize()
    kind = message.recipient.split("_", 1)[0]
    return f"{what}, by {CHANNELS[message.channel]} to {RECIPIENTS.get(kind, message.recipient)}"


async def mark_sent(session: AsyncSession, message_id: str, provider_message_id: str) -> None:
    """Keeps the provider's id of a message and writes the timeline, once; a mailed invoice is sent.

    A report of its arrival may have come first; then that status stays.
    """
    stored = await session.get_one(Message, message_id, with_for_update=True)
    if stored.status == "SENDING":
        stored.status = "SENT"
        stored.status_at = func.now()
    stored.provider_message_id = stored.provider_message_id or provider_message_id
    stored.sent_at = stored.sent_at or func.now()
    await session.flush()
    await add_activity(
        session,
        booking_id=stored.booking_id,
        type="MESSAGE_SENT",
        actor="system",
        detail=in_words(stored),
        dedupe_key=message_id,
    )
    if stored.template == Template.INVOICE:
        await mark_invoice_mailed(session, stored.subject_ref)


async def mark_refused(session: AsyncSession, message_id: str) -> None:
    """The provider will never take this message."""
    await session.execute(
        update(Message)
        .where(Message.id == message_id, Message.status == "SENDING")
        .values(status="FAILED", status_at=func.now())
    )


async def record_report(
    session: AsyncSession,
    *,
    status: str,
    provider_message_id: str,
    message_id: str | None,
) -> Message | None:
    """Takes a provider's report of what became of a message; returns the message if it moved.

    Args:
        session: the transaction.
        status: `SENT`, `DELIVERED` or `BOUNCED`.
        provider_message_id: the provider's id, by which the message is found.
        message_id: our id, where the provider gave it back: it knows also a message whose
            provider's id was never stored.
    """
    found = Message.provider_message_id == provider_message_id
    if message_id is not None:
        unknown_yet = Message.provider_message_id.is_(None)
        found |= (Message.id == message_id) & unknown_yet
    stored = await session.scalar(select(Message).where(found).with_for_update())
    if stored is None:
        return None
    if stored.sent_at is None:
        await mark_sent(session, stored.id, provider_message_id)
    if stored.status not in FINAL_BEFORE.get(status, ()):
        return None
    stored.status, stored.status_at = status, func.now()
    await session.flush()
    return stored
