"""What staff decide about two customers, for the JSON API and the pages: merge, undo, dismiss."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.customers import ChangeKind
from models.store.comparing import refresh_suggestions
from models.store.customer_changes import find_done, trace
from models.store.merge_undo import find_merge, hold_merge, undo_merge
from models.store.merging import Pair, hold_pair, merge_customers
from models.store.suggestions import DISMISSED, FOLLOWED, dismiss_suggestion, settle_pair
from models.store.timeline import add_activity
from models.tables.crm import Customer
from models.tables.customers import CustomerMerge

MERGED_LINE = "CUSTOMER_MERGED"
UNDONE_LINE = "CUSTOMER_PARTED"
MERGED_TEXT = "Two records of the customer were merged; the booking moved along."
UNDONE_TEXT = "The merge of the customer's records was taken back; the booking moved along."


async def merge(desk: Desk, pair: Pair) -> CustomerMerge:
    """Lets one customer go into another, once for the command.

    Raises:
        ForbiddenError: the role does not allow it.
        InvalidInputError: both are the same.
        NotFoundError: one of them is not there.
        CustomersMergedError: one of them was merged meanwhile.
        CustomerChangedError: one of them was changed since the caller saw them.
    """
    desk.member.require(Permission.MERGE_CUSTOMERS)
    key = f"{ChangeKind.MERGED}:{desk.command_id}"
    async with desk.sessions.begin() as session:
        held = await hold_pair(session, pair)
        done = await find_done(session, key)
        if done is not None:
            return await find_merge(session, done)
        merged = await merge_customers(session, held, desk.actor)
        await settle_pair(session, merged.kept_id, merged.absorbed_id, FOLLOWED, desk.actor)
        await _remember(desk, session, merged, ChangeKind.MERGED, key)
        await refresh_suggestions(session, merged.kept_id)
    return merged


async def take_back(desk: Desk, merge_id: str) -> CustomerMerge:
    """Takes a merge back; two that look alike are not suggested again.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: there is no such merge.
        MergeNotUndoableError: it was taken back before, is too old, or later changes stand on it.
    """
    desk.member.require(Permission.MERGE_CUSTOMERS)
    key = f"{ChangeKind.MERGE_UNDONE}:{desk.command_id}"
    async with desk.sessions.begin() as session:
        held = await hold_merge(session, merge_id)
        done = await find_done(session, key)
        if done is not None:
            return await find_merge(session, done)
        merged = await undo_merge(session, held, by=desk.actor, now=datetime.now(UTC))
        await settle_pair(session, merged.kept_id, merged.absorbed_id, DISMISSED, desk.actor)
        await _remember(desk, session, merged, ChangeKind.MERGE_UNDONE, key)
        for customer_id in sorted((merged.kept_id, merged.absorbed_id)):
            await refresh_suggestions(session, customer_id)
    return merged


async def dismiss(desk: Desk, suggestion_id: str) -> None:
    """Says that two customers are not the same; doing it again changes nothing.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: there is no such suggestion.
    """
    desk.member.require(Permission.MERGE_CUSTOMERS)
    async with desk.sessions.begin() as session:
        if await dismiss_suggestion(session, suggestion_id, desk.actor):
            await desk.audit.record(session, AuditAction.SUGGESTION_DISMISSED, suggestion_id)


async def _remember(
    desk: Desk, session: AsyncSession, merged: CustomerMerge, kind: ChangeKind, key: str
) -> None:
    """The trace on both customers, a line on each booking that moved, and the audit log."""
    kept = await session.get_one(Customer, merged.kept_id)
    absorbed = await session.get_one(Customer, merged.absorbed_id)
    facts = {"kept": merged.kept_id, "absorbed": merged.absorbed_id, "id": merged.id}
    filled = {one["name"]: one for one in merged.filled}
    before = {name: one["before"] for name, one in filled.items()}
    after = {name: one["after"] for name, one in filled.items()}
    undone = kind is ChangeKind.MERGE_UNDONE
    if undone:
        before, after = after, before
    await trace(
        session,
        kept.id,
        kind,
        desk.actor,
        before=before,
        after={**after, **facts, "record": absorbed.name},
        command_key=key,
    )
    named = {**facts, "record": kept.name}
    await trace(session, absorbed.id, kind, desk.actor, after=named)
    for booking_id in merged.moved["bookings"]:
        await add_activity(
            session,
            booking_id=booking_id,
            type=UNDONE_LINE if undone else MERGED_LINE,
            actor=desk.actor,
            detail=UNDONE_TEXT if undone else MERGED_TEXT,
            dedupe_key=f"{kind}:{merged.id}",
        )
    await desk.audit.record(
        session,
        AuditAction.MERGE_UNDONE if undone else AuditAction.CUSTOMERS_MERGED,
        merged.id,
        before=before,
        after={**facts, "moved": merged.moved},
    )
