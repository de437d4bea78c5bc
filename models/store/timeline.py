"""The lines of a booking's timeline: written once, read as the website's contract says."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.store.inbound_lines import line_text, shown_by_line
from models.store.reader_lines import QuestionBy, VisitBy, reader_text
from models.tables.crm import BookingActivity, Staff, Task
from models.tables.desk import Attachment, ContactEntry, Note
from models.tables.inbound import InboundMessage
from models.tables.quote_readers import QuoteQuestion, QuoteVisit

MOST_LINES = 2_000
"""The contract's timeline has no pages; of a longer one the newest lines are shown."""


@dataclass(frozen=True)
class TimelineEntry:
    """A line of the timeline with the name of who caused it."""

    id: str
    booking_id: str
    type: str
    actor: str
    actor_name: str
    detail: str
    created_at: datetime


async def list_activities(session: AsyncSession, booking_id: str) -> list[TimelineEntry]:
    """The lines of a booking's timeline, oldest first; of more than 2,000 the newest."""
    newest = (
        select(BookingActivity.id)
        .where(BookingActivity.booking_id == booking_id)
        .order_by(BookingActivity.created_at.desc(), BookingActivity.id.desc())
        .limit(MOST_LINES)
    )
    contact = func.concat(ContactEntry.with_whom, ": ", ContactEntry.outcome)
    written = func.coalesce(Note.body, Attachment.file_name, Task.title)
    statement = (
        select(
            BookingActivity,
            Staff.name,
            InboundMessage,
            written,
            ContactEntry.id,
            contact,
            QuoteVisit,
            VisitBy,
            QuoteQuestion,
            QuestionBy,
        )
        .outerjoin(Staff, Staff.id == BookingActivity.actor)
        .outerjoin(InboundMessage, shown_by_line())
        .outerjoin(Note, Note.id == BookingActivity.detail)
        .outerjoin(ContactEntry, ContactEntry.id == BookingActivity.detail)
        .outerjoin(Attachment, Attachment.id == BookingActivity.detail)
        .outerjoin(Task, Task.id == BookingActivity.detail)
        .outerjoin(QuoteVisit, QuoteVisit.id == BookingActivity.detail)
        .outerjoin(VisitBy, VisitBy.id == QuoteVisit.companion_id)
        .outerjoin(QuoteQuestion, QuoteQuestion.id == BookingActivity.detail)
        .outerjoin(QuestionBy, QuestionBy.id == QuoteQuestion.companion_id)
        .where(BookingActivity.id.in_(newest))
        .order_by(BookingActivity.created_at, BookingActivity.id)
    )
    return [
        _entry(line, name, message, contact if contact_id else written or reader_text(*reading))
        for line, name, message, written, contact_id, contact, *reading in (
            await session.execute(statement)
        )
    ]


def _entry(
    activity: BookingActivity,
    staff_name: str | None,
    message: InboundMessage | None = None,
    written: str | None = None,
) -> TimelineEntry:
    return TimelineEntry(
        id=activity.id,
        booking_id=activity.booking_id,
        type=activity.type,
        actor=activity.actor,
        actor_name=staff_name or activity.actor,
        detail=written or line_text(activity.detail, message),
        created_at=activity.created_at,
    )


async def add_activity(
    session: AsyncSession,
    *,
    booking_id: str,
    type: str,  # noqa: A002 - the column's name
    actor: str,
    detail: str,
    dedupe_key: str | None = None,
) -> TimelineEntry:
    """Writes a line; the same `dedupe_key` in a booking writes it once and returns the first."""
    statement = insert(BookingActivity).values(
        id=new_id("act"),
        booking_id=booking_id,
        type=type,
        actor=actor,
        detail=detail,
        dedupe_key=dedupe_key,
    )
    await session.execute(statement.on_conflict_do_nothing())
    stored = (
        select(BookingActivity, Staff.name)
        .outerjoin(Staff, Staff.id == BookingActivity.actor)
        .where(BookingActivity.booking_id == booking_id)
    )
    if dedupe_key is None:
        stored = stored.order_by(BookingActivity.created_at.desc()).limit(1)
    else:
        stored = stored.where(BookingActivity.dedupe_key == dedupe_key)
    activity, name = (await session.execute(stored)).one()
    return _entry(activity, name)


async def find_line(session: AsyncSession, booking_id: str, dedupe_key: str) -> str | None:
    """The detail of the line that has this key in a booking's timeline, if there is one."""
    return await session.scalar(
        select(BookingActivity.detail).where(
            BookingActivity.booking_id == booking_id, BookingActivity.dedupe_key == dedupe_key
        )
    )
