"""Merging two customers: what would move, moving it, and taking it back.

The record that goes into the other stays as it was, without anything hanging on it: its own facts
are never lost. Everything that changed hands is kept with the merge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.customers import FurtherContactKind
from models.domain.errors import (
    CustomerChangedError,
    CustomersMergedError,
    InvalidInputError,
    NotFoundError,
)
from models.domain.merging import MergePlan, plan_merge
from models.messages.ids import new_id
from models.store.customer_editing import hold_contacts, touch
from models.tables.crm import Booking, ConsentRecord, Customer
from models.tables.customers import Companion, CustomerContact, CustomerMerge, CustomerPassport

Movable = (
    type[Booking]
    | type[ConsentRecord]
    | type[CustomerContact]
    | type[Companion]
    | type[CustomerPassport]
)
MOVING: Final[dict[str, Movable]] = {
    "bookings": Booking,
    "consents": ConsentRecord,
    "contacts": CustomerContact,
    "companions": Companion,
    "passports": CustomerPassport,
}
"""Tables whose rows name their customer."""
PLAIN: Final = (
    "name",
    "language",
    "country",
    "preferred_channel",
    "diet",
    "rooms",
    "interests",
    "tags",
    "household_id",
    "first_attribution",
    "last_attribution",
)
FIRST_TOUCH: Final = "first_attribution"
LAST_TOUCH: Final = "last_attribution"


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do: facts that change or differ, and how many rows move, by table."""

    kept: Customer
    absorbed: Customer
    plan: MergePlan
    moving: dict[str, int]
    bookings: list[Booking]
    """Those that would move, the newest first; at most 100."""


@dataclass(frozen=True)
class Pair:
    """Two customers, each as the caller saw them."""

    kept_id: str
    kept_revision: int
    absorbed_id: str
    absorbed_revision: int


@dataclass(frozen=True)
class HeldPair:
    """Two customers as they are, held by the transaction."""

    pair: Pair
    kept: Customer
    absorbed: Customer


def facts_of(customer: Customer) -> dict[str, Any]:
    """What is compared and filled, by name; an address and a number each with how it compares."""
    facts = {name: getattr(customer, name) for name in PLAIN}
    facts["email"] = _both(customer.email, customer.email_normalised)
    facts["phone"] = _both(customer.phone, customer.phone_e164)
    return facts


def set_facts(customer: Customer, facts: Mapping[str, Any]) -> None:
    """Writes facts as `facts_of` names them."""
    for name, value in facts.items():
        if name == "email":
            customer.email, customer.email_normalised = value or (None, None)
        elif name == "phone":
            customer.phone, customer.phone_e164 = value or (None, None)
        else:
            setattr(customer, name, value)


def _both(typed: str | None, compared: str | None) -> list[str | None] | None:
    return None if typed is None and compared is None else [typed, compared]


async def preview_merge(session: AsyncSession, kept_id: str, absorbed_id: str) -> MergePreview:
    """What merging would do now; nothing is changed.

    Raises:
        InvalidInputError: both are the same.
        NotFoundError: one of them is not there.
        CustomersMergedError: one of them was merged.
    """
    kept, absorbed = await _two(session, kept_id, absorbed_id)
    _require_unmerged(kept, absorbed)
    moving = {
        name: await session.scalar(
            select(func.count()).select_from(table).where(table.customer_id == absorbed_id)
        )
        or 0
        for name, table in MOVING.items()
    }
    bookings = await session.scalars(
        select(Booking)
        .where(Booking.customer_id == absorbed_id)
        .order_by(Booking.created_at.desc())
        .limit(100)
    )
    plan = await _plan(session, kept, absorbed)
    return MergePreview(kept, absorbed, plan, moving, list(bookings))


async def hold_pair(session: AsyncSession, pair: Pair) -> HeldPair:
    """Both customers, held in a transaction that holds nothing yet.

    Enquiries of both wait until it ends, and then find the customer who stays.

    Raises:
        InvalidInputError: both are the same.
        NotFoundError: one of them is not there.
    """
    await _hold(session, *await _two(session, pair.kept_id, pair.absorbed_id))
    return HeldPair(pair, *await _two(session, pair.kept_id, pair.absorbed_id, lock=True))


async def merge_customers(session: AsyncSession, held: HeldPair, by: str) -> CustomerMerge:
    """Lets one customer go into another.

    Raises:
        CustomersMergedError: one of them was merged meanwhile.
        CustomerChangedError: one of them was changed since the caller saw them.
    """
    pair, kept, absorbed = held.pair, held.kept, held.absorbed
    _require_unmerged(kept, absorbed)
    if (kept.revision, absorbed.revision) != (pair.kept_revision, pair.absorbed_revision):
        raise CustomerChangedError
    plan = await _plan(session, kept, absorbed)
    moved = {name: await move(session, name, from_id=absorbed.id, to_id=kept.id) for name in MOVING}
    moved["merged"] = await _repoint(session, absorbed.id, kept.id)
    moved["email"] = [absorbed.email_normalised] if absorbed.email_normalised else []
    absorbed.email_normalised = None  # the address leads to whoever stays, and to nobody else
    absorbed.merged_into_id = kept.id
    await session.flush()
    set_facts(kept, {one.name: one.after for one in plan.filled})
    moved["added"] = await _keep_reachable(session, kept, absorbed, moved["email"], by)
    for one in (kept, absorbed):
        touch(one)
    merge = CustomerMerge(
        id=new_id("merge"),
        kept_id=kept.id,
        absorbed_id=absorbed.id,
        moved=moved,
        filled=[asdict(one) for one in plan.filled],
        merged_by=by,
    )
    session.add(merge)
    await session.flush()
    await session.refresh(merge)
    return merge


async def move(
    session: AsyncSession, name: str, *, from_id: str, to_id: str, only: Sequence[str] | None = None
) -> list[str]:
    """Rows of a table of `MOVING` change hands; returns their ids.

    Args:
        session: a transaction that holds both customers.
        name: which table.
        from_id: the customer who has them.
        to_id: the customer who gets them.
        only: just these rows, as far as they are still there.
    """
    table = MOVING[name]
    conditions = [table.customer_id == from_id]
    if only is not None:
        conditions.append(table.id.in_(only))
    if table is CustomerContact:
        has = select(CustomerContact.compared).where(CustomerContact.customer_id == to_id)
        conditions.append(CustomerContact.compared.not_in(has))
    values: dict[str, Any] = {"customer_id": to_id}
    if table is Booking:
        values |= {"revision": Booking.revision + 1, "updated_at": func.now()}
    statement = update(table).where(*conditions).values(values).returning(table.id)
    return sorted(await session.scalars(statement))


async def _two(
    session: AsyncSession, kept_id: str, absorbed_id: str, *, lock: bool = False
) -> tuple[Customer, Customer]:
    if kept_id == absorbed_id:
        raise InvalidInputError("other_id: these are one customer already.")
    statement = (
        select(Customer)
        .where(Customer.id.in_((kept_id, absorbed_id)))
        .order_by(Customer.id)
        .execution_options(populate_existing=True)
    )
    rows = await session.scalars(statement.with_for_update(key_share=True) if lock else statement)
    found = {one.id: one for one in rows}
    if len(found) < 2:  # noqa: PLR2004 - two were asked for
        raise NotFoundError("There is no such customer, or none of their bookings is yours.")
    return found[kept_id], found[absorbed_id]


def _require_unmerged(*customers: Customer) -> None:
    if any(one.merged_into_id for one in customers):
        raise CustomersMergedError


async def _hold(session: AsyncSession, *customers: Customer) -> None:
    contacts = list(
        await session.scalars(
            select(CustomerContact.compared).where(
                CustomerContact.customer_id.in_([one.id for one in customers])
            )
        )
    )
    emails = [one.email_normalised for one in customers]
    phones = [one.phone_e164 for one in customers]
    await hold_contacts(session, [*emails, *contacts], [*phones, *contacts])


async def _plan(session: AsyncSession, kept: Customer, absorbed: Customer) -> MergePlan:
    """The first touch is the older record's, the last one that of the newer booking."""
    theirs = set()
    if absorbed.first_attribution and absorbed.created_at < kept.created_at:
        theirs.add(FIRST_TOUCH)
    rows = await session.execute(
        select(Booking.customer_id, func.max(Booking.created_at))
        .where(Booking.customer_id.in_((kept.id, absorbed.id)))
        .group_by(Booking.customer_id)
    )
    newest: dict[str, datetime] = {row[0]: row[1] for row in rows}
    never = datetime.min.replace(tzinfo=UTC)
    if absorbed.last_attribution and newest.get(absorbed.id, never) > newest.get(kept.id, never):
        theirs.add(LAST_TOUCH)
    return plan_merge(facts_of(kept), facts_of(absorbed), theirs=theirs)


async def _repoint(session: AsyncSession, absorbed_id: str, kept_id: str) -> list[str]:
    """Records that had gone into the one that goes now lead on to the one that stays."""
    statement = (
        update(Customer)
        .where(Customer.merged_into_id == absorbed_id)
        .values(merged_into_id=kept_id)
        .returning(Customer.id)
    )
    return sorted(await session.scalars(statement))


async def _keep_reachable(
    session: AsyncSession, kept: Customer, absorbed: Customer, emails: list[str], by: str
) -> list[str]:
    """The address and number of the record that goes become further ones; returns their ids."""
    wanted = [(FurtherContactKind.EMAIL, absorbed.email, one) for one in emails]
    wanted.append((FurtherContactKind.PHONE, absorbed.phone, absorbed.phone_e164 or ""))
    has = {kept.email_normalised, kept.phone_e164, ""}
    has.update(
        await session.scalars(
            select(CustomerContact.compared).where(CustomerContact.customer_id == kept.id)
        )
    )
    added = [
        CustomerContact(
            id=new_id("contact"),
            customer_id=kept.id,
            kind=kind.value,
            value=typed or compared,
            compared=compared,
            created_by=by,
        )
        for kind, typed, compared in wanted
        if compared not in has
    ]
    session.add_all(added)
    await session.flush()
    return [one.id for one in added]
