"""What people do with a message in triage: file it, dismiss it, let it wait again."""

from datetime import timedelta

from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.store import triage
from models.store.triage import Sorter


async def file_message(
    desk: Desk,
    inbound_id: str,
    booking_id: str,
    seen: int | None,
    answer_within: timedelta | None,
) -> None:
    """Files a message on a booking, with a task for its owner.

    Args:
        desk: who sorts.
        inbound_id: the message.
        booking_id: where it belongs.
        seen: the revision of the message as it was seen; None: whatever it is.
        answer_within: how long the owner has to answer, in real time.

    Raises:
        NotFoundError: there is no such message or booking.
        MessageSortedError: somebody else sorted it meanwhile.
    """
    async with desk.booking(booking_id, Permission.TRIAGE) as (session, _):
        message = await triage.lock_inbound(session, inbound_id)
        sorter = Sorter(desk.actor, seen)
        if await triage.file_on(session, message, booking_id, sorter, answer_within=answer_within):
            await desk.audit.record(
                session,
                AuditAction.MESSAGE_FILED,
                inbound_id,
                after={"booking_id": booking_id},
                booking_id=booking_id,
            )


async def dismiss_message(desk: Desk, inbound_id: str, reason: str, seen: int | None) -> None:
    """Puts a message aside, with a reason.

    Raises:
        NotFoundError: there is no such message.
        MessageSortedError: somebody else sorted it meanwhile.
    """
    desk.member.require(Permission.TRIAGE)
    async with desk.sessions.begin() as session:
        message = await triage.lock_inbound(session, inbound_id)
        if await triage.dismiss(session, message, reason, Sorter(desk.actor, seen)):
            await desk.audit.record(
                session, AuditAction.MESSAGE_DISMISSED, inbound_id, after={"reason": reason}
            )


async def take_message_back(desk: Desk, inbound_id: str, seen: int | None) -> None:
    """Lets a sorted message wait again.

    Raises:
        NotFoundError: there is no such message.
        MessageSortedError: it waits already, or somebody else sorted it meanwhile.
    """
    desk.member.require(Permission.TRIAGE)
    async with desk.sessions.begin() as session:
        message = await triage.lock_inbound(session, inbound_id)
        booking_id = message.booking_id
        if await triage.take_back(session, message, Sorter(desk.actor, seen)):
            await desk.audit.record(
                session,
                AuditAction.MESSAGE_RETURNED,
                inbound_id,
                before={"booking_id": booking_id},
                booking_id=booking_id,
            )
