"""Messages from outside: stored once, matched to a booking exactly or left for people to sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.stages import Stage, TripStatus
from models.domain.threads import InboundKind, InboundReason, InboundState
from models.messages.ids import new_id
from models.store.inbound_filing import SYSTEM, put_on_timeline, trace, withdraw_consent
from models.store.inbound_threads import booking_of_token
from models.store.matching import reached_at
from models.tables.crm import Booking, Customer
from models.tables.inbound import InboundMessage
from models.tables.integration import Message

EMAIL = "EMAIL"
NEVER_SORTED = {
    InboundKind.OWN: InboundReason.OWN,
    InboundKind.AUTO_REPLY: InboundReason.AUTO_REPLY,
}
"""What nobody needs to look at when it belongs to no booking."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A message as it came in, read and made plain; see `InboundMessage` for the fields."""

    provider: str
    provider_message_id: str
    channel: str
    kind: InboundKind
    sender: str
    sender_compared: str | None
    recipient: str
    body: str
    sender_name: str = ""
    subject: str = ""
    reply: str | None = None
    shortened: bool = False
    stop: bool = False
    spam: bool = False
    attachments: Sequence[dict[str, Any]] = ()
    answers: Sequence[str] = ()
    token: str | None = None
    """Of the reply address that it went to."""


@dataclass(frozen=True)
class Place:
    """Where a message goes, and why."""

    state: InboundState
    reason: InboundReason
    booking_id: str | None = None


async def take_in(
    session: AsyncSession, arrival: Arrival, answer_within: timedelta | None
) -> str | None:
    """Stores a message with all that follows from it; None when it was stored before.

    On a booking: a line of the timeline, and a task for its owner when a person wrote. Whoever asks
    for silence has their consent withdrawn, whether or not a booking is known.

    Args:
        session: the transaction, to be committed before the provider gets its 2xx.
        arrival: the message.
        answer_within: how long the owner has to answer, in real time; None for no due time.
    """
    place = await _place(session, arrival)
    message = await _store(session, arrival, place)
    if message is None:
        return None
    if message.stop:
        await withdraw_consent(session, message)
    if place.state is InboundState.FILED:
        await put_on_timeline(session, message, answer_within)
    if place.state is not InboundState.WAITING:
        await trace(session, message, place.state, SYSTEM, note=place.reason)
    return message.id


async def _store(session: AsyncSession, arrival: Arrival, place: Place) -> InboundMessage | None:
    columns = {**vars(arrival), **vars(place)}
    for name in ("spam", "token"):
        del columns[name]
    columns |= {"attachments": list(arrival.attachments), "answers": list(arrival.answers)}
    statement = insert(InboundMessage).values(id=new_id("inbound"), **columns)
    stored: InboundMessage | None = await session.scalar(
        statement.on_conflict_do_nothing(
            index_elements=[InboundMessage.provider, InboundMessage.provider_message_id]
        ).returning(InboundMessage)
    )
    return stored


async def _place(session: AsyncSession, arrival: Arrival) -> Place:
    """By the token, else by the mail it answers, else by its sender; else for people to sort."""
    if arrival.kind is InboundKind.OWN:
        return Place(InboundState.DISMISSED, InboundReason.OWN)
    if arrival.token and (found := await booking_of_token(session, arrival.token)):
        return Place(InboundState.FILED, InboundReason.TOKEN, found)
    if arrival.answers and (found := await _booking_of_answered(session, arrival.answers)):
        return Place(InboundState.FILED, InboundReason.ANSWER, found)
    place = await _place_by_sender(session, arrival)
    if place.state is InboundState.WAITING and arrival.kind in NEVER_SORTED:
        return Place(InboundState.DISMISSED, NEVER_SORTED[arrival.kind])
    return place


async def _booking_of_answered(session: AsyncSession, answers: Sequence[str]) -> str | None:
    """The booking of our mail that a mail answers; of several, the one that it names first."""
    rank = case({one: number for number, one in enumerate(answers)}, value=_PROVIDER_ID)
    found: str | None = await session.scalar(
        select(Message.booking_id).where(_PROVIDER_ID.in_(answers)).order_by(rank).limit(1)
    )
    return found


_PROVIDER_ID = Message.provider_message_id


async def _place_by_sender(session: AsyncSession, arrival: Arrival) -> Place:
    if arrival.spam:
        return Place(InboundState.WAITING, InboundReason.SPAM)
    if arrival.sender_compared is None:
        return Place(InboundState.WAITING, InboundReason.UNKNOWN_SENDER)
    sender = is_customer(arrival.sender_compared)
    statement = select(Booking.id).join(Customer, Customer.id == Booking.customer_id)
    found = list(await session.scalars(statement.where(sender, *is_open()).limit(2)))
    if len(found) == 1:
        return Place(InboundState.FILED, InboundReason.SENDER, found[0])
    if found:
        return Place(InboundState.WAITING, InboundReason.SEVERAL_BOOKINGS)
    known = await session.scalar(select(Customer.id).where(sender).limit(1))
    reason = InboundReason.NO_OPEN_BOOKING if known else InboundReason.UNKNOWN_SENDER
    return Place(InboundState.WAITING, reason)


def is_customer(compared: str) -> ColumnElement[bool]:
    """Customers with exactly this address or number, of whichever of their records it was."""
    return Customer.id.in_(reached_at(compared))


def is_open() -> tuple[ColumnElement[bool], ...]:
    """Bookings that somebody works on: neither ended, lost nor cancelled."""
    return (
        Booking.closed_at.is_(None),
        Booking.stage != Stage.LOST,
        Booking.trip_status != TripStatus.CANCELLED,
    )
