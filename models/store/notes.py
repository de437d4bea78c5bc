"""Notes of the staff about a booking, and whom they mention."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import cast, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.store.timeline_pages import Cursor
from models.tables.crm import TEXTS, Staff
from models.tables.desk import Note


@dataclass(frozen=True)
class NoteRow:
    """A note with the name of its author."""

    note: Note
    author_name: str


@dataclass(frozen=True)
class NotePage:
    """Notes, the newest first; `next` is where the older ones begin."""

    rows: list[NoteRow]
    next: Cursor | None


async def add_note(
    session: AsyncSession, booking_id: str, *, author: str, body: str, mentions: Sequence[str]
) -> Note:
    """Stores a note; `mentions` are staff ids."""
    note = Note(
        id=new_id("note"),
        booking_id=booking_id,
        author=author,
        body=body,
        mentions=list(mentions),
    )
    session.add(note)
    await session.flush()
    return note


async def notes_of(
    session: AsyncSession, booking_id: str, *, after: Cursor | None = None, limit: int
) -> NotePage:
    """A page of a booking's notes."""
    statement = (
        select(Note, func.coalesce(Staff.name, Note.author))
        .outerjoin(Staff, Staff.id == Note.author)
        .where(Note.booking_id == booking_id)
        .order_by(Note.created_at.desc(), Note.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(Note.created_at, Note.id) < (after.at, after.id))
    rows = [NoteRow(*row) for row in await session.execute(statement)]
    shown, more = rows[:limit], len(rows) > limit
    last = shown[-1].note if more else None
    return NotePage(shown, Cursor(last.created_at, last.id) if last else None)


async def staff_of_usernames(session: AsyncSession, names: Sequence[str]) -> dict[str, Staff]:
    """Active staff by the user names, compared without case, that were asked for."""
    if not names:
        return {}
    lowered = func.lower(func.array_to_string(Staff.usernames, " "))
    known = func.string_to_array(lowered, " ", type_=TEXTS)
    wanted = cast(list(names), TEXTS)
    statement = select(Staff).where(Staff.active, known.op("&&")(wanted))
    found: dict[str, Staff] = {}
    for person in await session.scalars(statement):
        found |= {name.lower(): person for name in person.usernames if name.lower() in names}
    return found
