"""What became of a message, as its provider reports it."""

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.access import Role
from models.messages.records import NewTask
from models.store.messages import in_words, record_report
from models.store.progress import open_task
from models.store.timeline import add_activity

BOUNCED = "BOUNCED"
STAFF = Role.STAFF.value


async def take_report(
    session: AsyncSession, *, status: str, provider_message_id: str, message_id: str | None
) -> None:
    """Moves a message on, with its timeline; a bounce is a task for staff, a late report nothing.

    Args:
        session: the transaction.
        status: `SENT`, `DELIVERED` or `BOUNCED`.
        provider_message_id: the provider's id of the message.
        message_id: ours, as the provider gave it back.
    """
    message = await record_report(
        session, status=status, provider_message_id=provider_message_id, message_id=message_id
    )
    if message is None:
        return
    await add_activity(
        session,
        booking_id=message.booking_id,
        type=f"MESSAGE_{status}",
        actor="system",
        detail=in_words(message),
        dedupe_key=f"{message.id}:{status}",
    )
    if status == BOUNCED:
        words = message.template.replace("_", " ")
        task = NewTask(
            key=f"bounced:{message.id}",
            title=f"A message did not arrive ({words}): check the address",
            owner_role=STAFF,
        )
        await open_task(session, message.booking_id, task)
