"""The clocks that run on a booking, from wherever they stand, in one query."""

from datetime import datetime

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.clock import PolicyClock, start_of_day
from models.domain.deadlines import Deadline, DeadlineKind
from models.domain.stages import (
    ChecklistStatus,
    GuideAssignmentStatus,
    InstalmentStatus,
    QuoteStatus,
    ServiceOrderStatus,
    TripStatus,
)
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, Task
from models.tables.finance import Instalment
from models.tables.guides import Guide, GuideAssignment
from models.tables.operations import ChecklistItem, ServiceOrder
from models.tables.partners import Partner
from models.tables.quote import QuoteVersion

MOST = 30
Columns = Select[str, datetime | None, str, str]
BEFORE_THE_TRIP = frozenset(
    {TripStatus.PENDING, TripStatus.PARTIALLY_CONFIRMED, TripStatus.CONFIRMED}
)


async def deadlines_of(session: AsyncSession, booking: Booking) -> list[Deadline]:
    """What is due on a booking and when, real time, the most urgent first; at most 30."""
    running = union_all(
        _quotes(booking.id),
        _instalments(booking.id),
        _suppliers(booking.id),
        _guides(booking.id),
        _checklist(booking.id),
        _tasks(booking.id),
    ).subquery("running")
    pace = (
        select(func.coalesce(PolicyVersion.body["seconds_per_day"].as_float(), 86_400.0))
        .where(PolicyVersion.version == booking.policy_version)
        .scalar_subquery()
    )
    statement = select(running, pace).order_by(running.c.due_at, running.c.id).limit(MOST)
    rows = list(await session.execute(statement))
    found = [Deadline(DeadlineKind(kind), due, id_, about) for kind, due, id_, about, _ in rows]
    if booking.sla_due_at is not None and booking.closed_at is None:
        found.append(Deadline(DeadlineKind.SLA, booking.sla_due_at, booking.id, ""))
    if booking.departure_on is not None and booking.trip_status in BEFORE_THE_TRIP:
        seconds = rows[0][4] if rows else await session.scalar(select(pace))
        clock = PolicyClock(booking.created_at, float(seconds or 86_400.0))
        departure = clock.real_time(start_of_day(booking.departure_on))
        found.append(Deadline(DeadlineKind.DEPARTURE, departure, booking.id, ""))
    return sorted(found, key=lambda one: (one.due_at, one.kind, one.subject_id))


def _quotes(booking_id: str) -> Columns:
    version = QuoteVersion
    return select(
        literal(DeadlineKind.QUOTE_EXPIRY.value).label("kind"),
        version.valid_until.label("due_at"),
        version.id.label("id"),
        version.title.label("about"),
    ).where(
        version.booking_id == booking_id,
        version.status == QuoteStatus.SENT,
        version.valid_until.is_not(None),
    )


def _instalments(booking_id: str) -> Columns:
    return select(
        literal(DeadlineKind.INSTALMENT.value), Instalment.due_at, Instalment.id, Instalment.kind
    ).where(Instalment.booking_id == booking_id, Instalment.status == InstalmentStatus.OPEN)


def _suppliers(booking_id: str) -> Columns:
    order = ServiceOrder
    return (
        select(
            literal(DeadlineKind.SUPPLIER_ANSWER.value), order.answer_due_at, order.id, Partner.name
        )
        .join(Partner, Partner.id == order.partner_id)
        .where(
            order.booking_id == booking_id,
            order.status.in_([ServiceOrderStatus.REQUESTED, ServiceOrderStatus.AT_RISK]),
            order.answer_due_at.is_not(None),
        )
    )


def _guides(booking_id: str) -> Columns:
    offer = GuideAssignment
    return (
        select(literal(DeadlineKind.GUIDE_ANSWER.value), offer.answer_due_at, offer.id, Guide.name)
        .join(Guide, Guide.id == offer.guide_id)
        .where(
            offer.booking_id == booking_id,
            offer.status == GuideAssignmentStatus.OFFERED,
            offer.answer_due_at.is_not(None),
        )
    )


def _checklist(booking_id: str) -> Columns:
    item = ChecklistItem
    return select(literal(DeadlineKind.CHECKLIST.value), item.due_at, item.id, item.title).where(
        item.booking_id == booking_id, item.status == ChecklistStatus.OPEN
    )


def _tasks(booking_id: str) -> Columns:
    return select(literal(DeadlineKind.TASK.value), Task.due_at, Task.id, Task.title).where(
        Task.booking_id == booking_id, Task.status == "OPEN", Task.due_at.is_not(None)
    )
