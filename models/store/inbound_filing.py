"""What a message leaves on its booking: a line, a task for the owner; and a withdrawn consent."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.access import Role
from models.domain.threads import InboundKind
from models.messages.ids import new_id
from models.messages.records import NewTask
from models.store.inbound_lines import CHANNELS
from models.store.matching import reached_at
from models.store.policies import policy_in_force
from models.store.progress import end_tasks, open_task
from models.store.timeline import add_activity
from models.tables.crm import Booking, ConsentRecord
from models.tables.inbound import InboundMessage, InboundSorting

SYSTEM = "system"
CUSTOMER = "customer"
MARKETING = "marketing"
LINES = {InboundKind.AUTO_REPLY: "MESSAGE_AUTO_REPLY", InboundKind.BOUNCE: "MESSAGE_CAME_BACK"}
LINE = "MESSAGE_RECEIVED"
MOVED = "MESSAGE_MOVED"


async def put_on_timeline(
    session: AsyncSession, message: InboundMessage, answer_within: timedelta | None
) -> None:
    """Writes the line of a filed message, and the task of answering it.

    The line names the message by its id alone: readers see the text for as long as the message is
    filed here (`inbound_lines`), since lines themselves can't be taken back.
    """
    assert message.booking_id is not None  # noqa: S101 - it is filed
    await add_activity(
        session,
        booking_id=message.booking_id,
        type=LINES.get(InboundKind(message.kind), LINE),
        actor=SYSTEM if message.kind == InboundKind.BOUNCE else CUSTOMER,
        detail=message.id,
        dedupe_key=f"inbound:{message.id}",
    )
    title = _what_to_do(message)
    if title is None:
        return
    booking = await session.get_one(Booking, message.booking_id)
    now = await session.scalar(select(func.now()))
    due_at = None if answer_within is None or now is None else now + answer_within
    task = NewTask(key=_task_key(message), title=title, owner_role=Role.STAFF.value, due_at=due_at)
    await open_task(session, booking.id, task, booking.staff_id)


async def take_off(session: AsyncSession, message: InboundMessage, actor: str) -> None:
    """Says on the timeline that a message did not belong here, and withdraws its task."""
    assert message.booking_id is not None  # noqa: S101 - it is filed
    await end_tasks(session, message.booking_id, "WITHDRAWN", _task_key(message), by=actor)
    await add_activity(
        session,
        booking_id=message.booking_id,
        type=MOVED,
        actor=actor,
        detail="A message that did not belong here went back to be sorted.",
        dedupe_key=f"inbound-moved:{message.id}:{message.revision}",
    )


async def trace(
    session: AsyncSession, message: InboundMessage, action: str, actor: str, *, note: str = ""
) -> None:
    """Remembers one step of sorting."""
    session.add(
        InboundSorting(
            id=new_id("sorting"),
            inbound_id=message.id,
            action=action,
            actor=actor,
            booking_id=message.booking_id,
            note=note,
        )
    )
    await session.flush()


async def withdraw_consent(session: AsyncSession, message: InboundMessage) -> None:
    """Records that everybody with this address or number wants no news by this channel."""
    if message.sender_compared is None:
        return
    found = sorted(await session.scalars(reached_at(message.sender_compared)))
    policy = await policy_in_force(session, None)
    session.add_all(
        ConsentRecord(
            id=new_id("consent"),
            customer_id=customer_id,
            channel=message.channel.lower(),
            purpose=MARKETING,
            granted=False,
            source=message.channel.lower(),
            policy_version=policy.version,
        )
        for customer_id in found
    )
    await session.flush()


def _task_key(message: InboundMessage) -> str:
    return f"inbound:{message.id}:{message.revision}"


def _what_to_do(message: InboundMessage) -> str | None:
    """The owner's task; None when nobody wrote."""
    channel = CHANNELS[message.channel]
    if message.stop:
        return f"No more messages by {channel.removesuffix(' message')}: the customer asked for it"
    if message.kind == InboundKind.BOUNCE:
        return "A mail came back: check the address"
    return f"Answer the customer's {channel}" if message.kind == InboundKind.PERSON else None
