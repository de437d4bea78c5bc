"""The log of contacts: who of the staff spoke with whom, when, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.store.timeline_pages import Cursor
from models.tables.crm import Staff
from models.tables.desk import ContactEntry


class ContactKind(StrEnum):
    """How people were in touch."""

    CALL = "CALL"
    MEETING = "MEETING"
    MESSAGE = "MESSAGE"


class Direction(StrEnum):
    """Who got in touch with whom."""

    IN = "IN"
    OUT = "OUT"


class ContactResult(StrEnum):
    """Whether they spoke."""

    REACHED = "REACHED"
    NO_ANSWER = "NO_ANSWER"
    LEFT_MESSAGE = "LEFT_MESSAGE"


@dataclass(frozen=True)
class NewContact:
    """A contact to log."""

    kind: ContactKind
    direction: Direction
    with_whom: str
    result: ContactResult
    outcome: str
    happened_at: datetime


@dataclass(frozen=True)
class ContactRow:
    """A contact with the name of who logged it."""

    entry: ContactEntry
    recorded_by_name: str


@dataclass(frozen=True)
class ContactPage:
    """Contacts, the last first; `next` is where the earlier ones begin."""

    rows: list[ContactRow]
    next: Cursor | None


async def log_contact(
    session: AsyncSession, booking_id: str, contact: NewContact, recorded_by: str
) -> ContactEntry:
    """Stores a contact."""
    entry = ContactEntry(
        id=new_id("contact"),
        booking_id=booking_id,
        recorded_by=recorded_by,
        **{name: getattr(contact, name) for name in contact.__dataclass_fields__},
    )
    session.add(entry)
    await session.flush()
    return entry


async def contacts_of(
    session: AsyncSession, booking_id: str, *, after: Cursor | None = None, limit: int
) -> ContactPage:
    """A page of a booking's contacts."""
    statement = (
        select(ContactEntry, func.coalesce(Staff.name, ContactEntry.recorded_by))
        .outerjoin(Staff, Staff.id == ContactEntry.recorded_by)
        .where(ContactEntry.booking_id == booking_id)
        .order_by(ContactEntry.happened_at.desc(), ContactEntry.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        place = tuple_(ContactEntry.happened_at, ContactEntry.id)
        statement = statement.where(place < (after.at, after.id))
    rows = [ContactRow(*row) for row in await session.execute(statement)]
    shown, more = rows[:limit], len(rows) > limit
    last = shown[-1].entry if more else None
    return ContactPage(shown, Cursor(last.happened_at, last.id) if last else None)
