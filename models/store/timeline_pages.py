"""The whole timeline of a booking, newest first, page by page: each page is one query.

Its spine are the lines that people, facts and the workflow wrote. Messages come from their own
table, with what became of them; so do the tasks that the workflow opened and closed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, literal, or_, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from models.domain.timeline_kinds import OUTSIDERS, PREFIXES, SYSTEM, TimelineKind
from models.store.inbound_lines import line_text
from models.store.reader_lines import QuestionBy, VisitBy, reader_text
from models.tables.crm import BookingActivity, Staff, Task
from models.tables.desk import Attachment, ContactEntry, Note
from models.tables.inbound import InboundMessage
from models.tables.integration import Message
from models.tables.quote_readers import QuoteCompanion, QuoteQuestion, QuoteVisit

PAGE = 30
MESSAGE_LINES = r"msg\_%"
"""Lines that the sending of a message wrote: the message itself stands in their place."""


@dataclass(frozen=True)
class Cursor:
    """The last line of a page, after which the older ones begin."""

    at: datetime
    id: str


@dataclass(frozen=True)
class Line:
    """A line of the timeline with what it is about, where it is about something."""

    id: str
    at: datetime
    kind: TimelineKind
    type: str
    actor: str
    actor_name: str
    detail: str
    note: Note | None = None
    contact: ContactEntry | None = None
    file: Attachment | None = None
    message: Message | None = None
    visit: QuoteVisit | None = None
    visitor: str | None = None
    """The companion whose link was used for the visit."""


@dataclass(frozen=True)
class TimelinePage:
    """Lines, the newest first; `next` is where the older ones begin, None at the end."""

    lines: list[Line]
    next: Cursor | None


async def timeline_page(
    session: AsyncSession,
    booking_id: str,
    *,
    kinds: frozenset[TimelineKind] = frozenset(),
    after: Cursor | None = None,
    limit: int = PAGE,
) -> TimelinePage:
    """A page of a booking's timeline.

    Args:
        session: a transaction.
        booking_id: the booking.
        kinds: only lines of these kinds; empty means all.
        after: the end of the page before.
        limit: how many lines a page has.
    """
    lines = union_all(
        _written(booking_id), _messages(booking_id), _opened(booking_id), _ended(booking_id)
    ).subquery("lines")
    conditions: list[ColumnElement[bool]] = []
    if kinds:
        conditions.append(lines.c.kind.in_(sorted(kinds)))
    if after is not None:
        conditions.append(tuple_(lines.c.at, lines.c.id) < (after.at, after.id))
    statement = (
        select(
            lines,
            Staff.name,
            Note,
            ContactEntry,
            Attachment,
            Task,
            Message,
            InboundMessage,
            QuoteVisit,
            VisitBy,
            QuoteQuestion,
            QuestionBy,
        )
        .outerjoin(Staff, Staff.id == lines.c.actor)
        .outerjoin(Note, Note.id == lines.c.detail)
        .outerjoin(ContactEntry, ContactEntry.id == lines.c.detail)
        .outerjoin(Attachment, Attachment.id == lines.c.detail)
        .outerjoin(Task, Task.id == lines.c.detail)
        .outerjoin(Message, Message.id == lines.c.detail)
        .outerjoin(
            InboundMessage,
            (InboundMessage.id == lines.c.detail) & (InboundMessage.booking_id == booking_id),
        )
        .outerjoin(QuoteVisit, QuoteVisit.id == lines.c.detail)
        .outerjoin(VisitBy, VisitBy.id == QuoteVisit.companion_id)
        .outerjoin(QuoteQuestion, QuoteQuestion.id == lines.c.detail)
        .outerjoin(QuestionBy, QuestionBy.id == QuoteQuestion.companion_id)
        .where(*conditions)
        .order_by(lines.c.at.desc(), lines.c.id.desc())
        .limit(limit + 1)
    )
    found = [_line(*row) for row in await session.execute(statement)]
    shown, more = found[:limit], len(found) > limit
    return TimelinePage(shown, Cursor(shown[-1].at, shown[-1].id) if more else None)


def _line(
    id_: str,
    at: datetime,
    kind: str,
    type_: str,
    actor: str,
    detail: str,
    name: str | None,
    note: Note | None,
    contact: ContactEntry | None,
    file: Attachment | None,
    task: Task | None,
    message: Message | None,
    inbound: InboundMessage | None,
    visit: QuoteVisit | None,
    visitor: QuoteCompanion | None,
    question: QuoteQuestion | None,
    asker: QuoteCompanion | None,
) -> Line:
    known = note or contact or file or message
    read = reader_text(visit, visitor, question, asker)
    return Line(
        id=id_,
        at=at,
        kind=TimelineKind(kind),
        type=type_,
        actor=actor,
        actor_name=name or actor,
        detail=task.title if task else "" if known else read or line_text(detail, inbound),
        note=note,
        contact=contact,
        file=file,
        message=message,
        visit=visit,
        visitor=visitor.name if visitor else None,
    )


Columns = Select[str, datetime | None, str, str, str, str]


def _written(booking_id: str) -> Columns:
    """What people, facts and the workflow wrote; a contact stands where it happened."""
    line = BookingActivity
    kinds = [
        (or_(*(line.type.startswith(prefix, autoescape=True) for prefix in prefixes)), kind.value)
        for kind, prefixes in PREFIXES.items()
    ]
    kind = case(
        *kinds,
        (line.actor == SYSTEM, TimelineKind.STEPS.value),
        (line.actor.in_(OUTSIDERS), TimelineKind.FACTS.value),
        else_=TimelineKind.DECISIONS.value,
    )
    at = func.coalesce(ContactEntry.happened_at, line.created_at)
    return (
        select(line.id, at.label("at"), kind.label("kind"), line.type, line.actor, line.detail)
        .outerjoin(ContactEntry, ContactEntry.id == line.detail)
        .where(line.booking_id == booking_id)
        .where(or_(line.dedupe_key.is_(None), line.dedupe_key.not_like(MESSAGE_LINES)))
    )


def _messages(booking_id: str) -> Columns:
    return select(
        Message.id,
        func.coalesce(Message.sent_at, Message.created_at),
        literal(TimelineKind.MESSAGES.value),
        func.concat("MESSAGE_", Message.status),
        literal(SYSTEM),
        Message.id,
    ).where(Message.booking_id == booking_id)


def _opened(booking_id: str) -> Columns:
    """Tasks that the workflow opened: people's have a line of their own."""
    return select(
        func.concat(Task.id, ":1"),
        Task.created_at,
        literal(TimelineKind.TASKS.value),
        literal("TASK_OPENED"),
        Task.created_by,
        Task.title,
    ).where(Task.booking_id == booking_id, Task.created_by == SYSTEM)


def _ended(booking_id: str) -> Columns:
    """Tasks that the workflow closed: people's closing has a line of its own."""
    return select(
        func.concat(Task.id, ":2"),
        Task.done_at,
        literal(TimelineKind.TASKS.value),
        func.concat("TASK_", Task.status),
        literal(SYSTEM),
        Task.title,
    ).where(Task.booking_id == booking_id, Task.done_by == SYSTEM, Task.done_at.is_not(None))
