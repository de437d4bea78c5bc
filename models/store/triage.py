"""The triage list: messages from outside that people sort, and every step of it.

Whoever changes a message locks it first and names the revision that they saw: of two people who
sort the same message at once, the second is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.errors import MessageSortedError, NotFoundError
from models.domain.threads import InboundReason, InboundState
from models.store.inbound import is_customer
from models.store.inbound_filing import put_on_timeline, take_off, trace
from models.tables.crm import Booking, Customer, Staff
from models.tables.inbound import InboundMessage, InboundSorting

MOST_CANDIDATES = 10
MOST_STEPS = 50
ENQUIRY_MADE = "ENQUIRY_MADE"
RETURNED = "RETURNED"
SORTED = (InboundState.FILED, InboundState.DISMISSED)


@dataclass(frozen=True)
class InboundRow:
    """A message, with what people call the booking where it is filed."""

    message: InboundMessage
    reference: str | None
    customer_name: str | None


@dataclass(frozen=True)
class InboundPage:
    """A page of messages and how many there are in all."""

    items: list[InboundRow]
    total: int


@dataclass(frozen=True)
class Step:
    """One step of sorting: who did what when."""

    action: str
    actor: str
    reference: str | None
    note: str
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """A booking of the same sender."""

    booking: Booking
    customer_name: str


@dataclass(frozen=True)
class Sorter:
    """Who sorts, and the revision of the message that they saw; None: whatever it is now."""

    actor: str
    seen: int | None


def _rows() -> Select[InboundMessage, str, str]:
    return (
        select(InboundMessage, Booking.reference, Customer.name)
        .outerjoin(Booking, Booking.id == InboundMessage.booking_id)
        .outerjoin(Customer, Customer.id == Booking.customer_id)
    )


async def list_inbound(
    session: AsyncSession, *, waiting: bool, page: int, page_size: int
) -> InboundPage:
    """Messages that wait, the oldest first, or those that are sorted, the newest first."""
    states: Sequence[InboundState] = (InboundState.WAITING,) if waiting else SORTED
    chosen = InboundMessage.state.in_(states)
    total = await session.scalar(select(func.count()).select_from(InboundMessage).where(chosen))
    received, last = InboundMessage.received_at, InboundMessage.id
    order = (received.asc(), last.asc()) if waiting else (received.desc(), last.desc())
    statement = _rows().where(chosen).order_by(*order)
    statement = statement.limit(page_size).offset((page - 1) * page_size)
    return InboundPage([InboundRow(*row) for row in await session.execute(statement)], total or 0)


async def find_inbound(session: AsyncSession, inbound_id: str) -> InboundRow:
    """A message.

    Raises:
        NotFoundError: there is none of this id.
    """
    statement = _rows().where(InboundMessage.id == inbound_id)
    row = (await session.execute(statement.execution_options(populate_existing=True))).first()
    if row is None:
        raise NotFoundError("There is no such message.")
    return InboundRow(*row)


async def steps_of(session: AsyncSession, inbound_id: str) -> list[Step]:
    """How a message was sorted, the newest step first, at most 50."""
    statement = (
        select(
            InboundSorting.action,
            func.coalesce(Staff.name, InboundSorting.actor),
            Booking.reference,
            InboundSorting.note,
            InboundSorting.created_at,
        )
        .outerjoin(Staff, Staff.id == InboundSorting.actor)
        .outerjoin(Booking, Booking.id == InboundSorting.booking_id)
        .where(InboundSorting.inbound_id == inbound_id)
        .order_by(InboundSorting.created_at.desc())
        .limit(MOST_STEPS)
    )
    return [Step(*row) for row in await session.execute(statement)]


async def candidates(session: AsyncSession, message: InboundMessage) -> list[Candidate]:
    """Bookings of customers with the sender's exact address or number, the newest first."""
    if message.sender_compared is None:
        return []
    sender: ColumnElement[bool] = is_customer(message.sender_compared)
    statement = (
        select(Booking, Customer.name)
        .join(Customer, Customer.id == Booking.customer_id)
        .where(sender)
        .order_by(Booking.created_at.desc())
        .limit(MOST_CANDIDATES)
    )
    return [Candidate(*row) for row in await session.execute(statement)]


async def lock_inbound(session: AsyncSession, inbound_id: str) -> InboundMessage:
    """A message that nobody else can sort before the transaction ends.

    Raises:
        NotFoundError: there is none of this id.
    """
    found: InboundMessage | None = await session.scalar(
        select(InboundMessage)
        .where(InboundMessage.id == inbound_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("There is no such message.")
    return found


async def file_on(
    session: AsyncSession,
    message: InboundMessage,
    booking_id: str,
    sorter: Sorter,
    *,
    action: str = InboundState.FILED,
    answer_within: timedelta | None = None,
) -> bool:
    """Files a locked message that waits on a booking; False when this very step was taken before.

    Raises:
        MessageSortedError: it does not wait any more, or was sorted since it was seen.
    """
    if await _was_taken(session, message, action, sorter.actor, booking_id):
        return False
    _check(message, sorter, (InboundState.WAITING,))
    message.state, message.reason = InboundState.FILED, InboundReason.STAFF
    message.booking_id = booking_id
    message.revision += 1
    await session.flush()
    await put_on_timeline(session, message, answer_within)
    await trace(session, message, action, sorter.actor)
    return True


async def dismiss(
    session: AsyncSession, message: InboundMessage, reason: str, sorter: Sorter
) -> bool:
    """Puts a locked message that waits aside, with a reason; False when that was done before.

    Raises:
        MessageSortedError: it does not wait any more, or was sorted since it was seen.
    """
    if await _was_taken(session, message, InboundState.DISMISSED, sorter.actor, None):
        return False
    _check(message, sorter, (InboundState.WAITING,))
    message.state, message.reason = InboundState.DISMISSED, InboundReason.STAFF
    message.revision += 1
    await trace(session, message, InboundState.DISMISSED, sorter.actor, note=reason)
    return True


async def take_back(session: AsyncSession, message: InboundMessage, sorter: Sorter) -> bool:
    """Lets a locked message wait again; its text leaves the booking where it was filed.

    Returns:
        False when this very step was taken before.

    Raises:
        MessageSortedError: it waits already, or was sorted since it was seen.
    """
    if message.state == InboundState.WAITING and await _was_taken(
        session, message, RETURNED, sorter.actor, None
    ):
        return False
    _check(message, sorter, SORTED)
    if message.booking_id is not None:
        await take_off(session, message, sorter.actor)
    message.state, message.reason = InboundState.WAITING, InboundReason.RETURNED
    message.booking_id = None
    message.revision += 1
    await trace(session, message, RETURNED, sorter.actor)
    return True


async def check_enquiry(session: AsyncSession, message: InboundMessage, sorter: Sorter) -> None:
    """Refuses an enquiry from a locked message that does not wait, before anything is stored.

    Raises:
        MessageSortedError: it was sorted since it was seen, unless by this very step.
    """
    if not await _was_taken(session, message, ENQUIRY_MADE, sorter.actor, message.booking_id):
        _check(message, sorter, (InboundState.WAITING,))


def _check(message: InboundMessage, sorter: Sorter, states: Sequence[InboundState]) -> None:
    if message.state not in states or sorter.seen not in {None, message.revision}:
        raise MessageSortedError


async def _was_taken(
    session: AsyncSession,
    message: InboundMessage,
    action: str,
    actor: str,
    booking_id: str | None,
) -> bool:
    """Whether the last step was this one, by the same person: a form that was sent twice."""
    last = await session.scalar(
        select(InboundSorting)
        .where(InboundSorting.inbound_id == message.id)
        .order_by(InboundSorting.created_at.desc())
        .limit(1)
    )
    taken = last is not None and (last.action, last.actor, last.booking_id)
    return taken == (action, actor, booking_id)
