"""Taking merges back, and the list of those that were done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.domain.errors import MergeNotUndoableError, NotFoundError
from models.domain.merging import Filled, can_undo, undo_facts
from models.store.customer_editing import hold_contacts, touch
from models.store.merging import MOVING, facts_of, move, set_facts
from models.tables.crm import Customer, Staff
from models.tables.customers import CustomerContact, CustomerMerge

KEPT, ABSORBED = aliased(Customer), aliased(Customer)


@dataclass(frozen=True)
class MergeRow:
    """A merge with both customers and the name of who did it."""

    merge: CustomerMerge
    kept: Customer
    absorbed: Customer
    actor_name: str


@dataclass(frozen=True)
class HeldMerge:
    """A merge with both customers, all of them held by the transaction."""

    merge: CustomerMerge
    kept: Customer
    absorbed: Customer


@dataclass(frozen=True)
class MergePage:
    """A page of merges and how many there are in all."""

    items: list[MergeRow]
    total: int


async def list_merges(
    session: AsyncSession, *, page: int, page_size: int, of: Collection[str] | None = None
) -> MergePage:
    """Merges, the newest first. Pages count from 1.

    Args:
        session: a transaction.
        page: which page.
        page_size: merges on a page.
        of: only those of these customers.
    """
    statement = (
        select(CustomerMerge, KEPT, ABSORBED, func.coalesce(Staff.name, CustomerMerge.merged_by))
        .join(KEPT, KEPT.id == CustomerMerge.kept_id)
        .join(ABSORBED, ABSORBED.id == CustomerMerge.absorbed_id)
        .outerjoin(Staff, Staff.id == CustomerMerge.merged_by)
    )
    counted = select(func.count()).select_from(CustomerMerge)
    if of is not None:
        named = or_(CustomerMerge.kept_id.in_(of), CustomerMerge.absorbed_id.in_(of))
        statement, counted = statement.where(named), counted.where(named)
    newest = statement.order_by(CustomerMerge.merged_at.desc(), CustomerMerge.id.desc())
    rows = await session.execute(newest.limit(page_size).offset((page - 1) * page_size))
    return MergePage([MergeRow(*row) for row in rows], await session.scalar(counted) or 0)


async def find_merge(session: AsyncSession, merge_id: str) -> CustomerMerge:
    """A merge by id.

    Raises:
        NotFoundError: there is none.
    """
    found = await session.get(CustomerMerge, merge_id)
    if found is None:
        raise NotFoundError("There is no such merge.")
    return found


async def hold_merge(session: AsyncSession, merge_id: str) -> HeldMerge:
    """A merge and both customers, held in a transaction that holds nothing yet.

    Raises:
        NotFoundError: there is no such merge.
    """
    merge = await find_merge(session, merge_id)
    await _hold(session, merge)
    await session.refresh(merge, with_for_update=True)
    both = {
        one.id: one
        for one in await session.scalars(
            select(Customer)
            .where(Customer.id.in_((merge.kept_id, merge.absorbed_id)))
            .order_by(Customer.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }
    return HeldMerge(merge, both[merge.kept_id], both[merge.absorbed_id])


async def undo_merge(
    session: AsyncSession, held: HeldMerge, *, by: str, now: datetime
) -> CustomerMerge:
    """Gives both customers back what was theirs.

    What came after the merge stays with the customer who was kept.

    Raises:
        MergeNotUndoableError: it was taken back before, is too old, or later changes stand on it.
    """
    merge, kept, absorbed = held.merge, held.kept, held.absorbed
    _require_undoable(merge, kept, absorbed, now)
    await _give_back(session, merge, kept, absorbed)
    merge.undone_by, merge.undone_at = by, func.now()
    for one in (kept, absorbed):
        touch(one)
    await session.flush()
    await session.refresh(merge)
    return merge


async def _hold(session: AsyncSession, merge: CustomerMerge) -> None:
    """The addresses and numbers of both, so that no enquiry comes between."""
    ids = (merge.kept_id, merge.absorbed_id)
    rows = await session.execute(
        select(Customer.email_normalised, Customer.phone_e164).where(Customer.id.in_(ids))
    )
    reached = [contact for row in rows for contact in row]
    further = await session.scalars(
        select(CustomerContact.compared).where(CustomerContact.customer_id.in_(ids))
    )
    found = [*reached, *further, *merge.moved["email"]]
    await hold_contacts(session, found, found)


def _require_undoable(
    merge: CustomerMerge, kept: Customer, absorbed: Customer, now: datetime
) -> None:
    if merge.undone_at is not None:
        raise MergeNotUndoableError("This merge was taken back already.")
    if not can_undo(merge.merged_at, now):
        raise MergeNotUndoableError("This merge is older than 30 days: it can't be taken back.")
    if kept.merged_into_id is not None or absorbed.merged_into_id != kept.id:
        raise MergeNotUndoableError(
            "The customer who stayed was merged again since. Take the later merge back first."
        )


async def _give_back(
    session: AsyncSession, merge: CustomerMerge, kept: Customer, absorbed: Customer
) -> None:
    added = CustomerContact.id.in_(merge.moved["added"])
    await session.execute(
        delete(CustomerContact).where(added, CustomerContact.customer_id == kept.id)
    )
    filled = [Filled(**one) for one in merge.filled]
    set_facts(kept, undo_facts(facts_of(kept), filled))
    absorbed.merged_into_id = None
    await session.flush()
    for name in MOVING:
        only: list[str] = merge.moved[name]
        await move(session, name, from_id=kept.id, to_id=absorbed.id, only=only)
    await session.execute(
        update(Customer)
        .where(Customer.id.in_(merge.moved["merged"]), Customer.merged_into_id == kept.id)
        .values(merged_into_id=absorbed.id)
    )
    for address in merge.moved["email"]:
        await _require_unused(session, address)
        absorbed.email_normalised = address
    await session.flush()


async def _require_unused(session: AsyncSession, address: str) -> None:
    first: Any = await session.scalar(
        select(Customer.id).where(Customer.email_normalised == address)
    )
    further = await session.scalar(
        select(CustomerContact.id).where(CustomerContact.compared == address)
    )
    if first or further:
        raise MergeNotUndoableError(
            "The other record's e-mail address is in use by now. Free it, then take the merge back."
        )
