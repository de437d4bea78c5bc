"""Service orders, the checklist and guides' offers, as their workflows write them."""

from datetime import date, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.access import Role
from models.domain.errors import GuideNotFreeError, NotFoundError
from models.domain.stages import (
    ChecklistStatus,
    GuideAssignmentStatus,
    ServiceKind,
    ServiceOrderStatus,
)
from models.messages.ids import (
    GuideAssignmentId,
    GuideId,
    QuoteLineId,
    ServiceOrderId,
    new_id,
)
from models.messages.operations import (
    DrawChecklist,
    OfferTrip,
    RankGuides,
    RecordChecklistItem,
    RecordGuideAnswer,
    RecordServiceOrder,
    ServiceOrderFacts,
    ServiceOrdersCreated,
)
from models.messages.records import NewTask, TimelineLine
from models.store.progress import end_tasks, lock_booking, open_task, write_line
from models.tables.crm import Booking, Remark
from models.tables.guides import Guide, GuideAssignment
from models.tables.operations import ChecklistItem, ServiceOrder
from models.tables.quote import QuoteLine, QuoteVersion

MOST_GUIDES = 20


async def create_service_orders(
    session: AsyncSession, booking_id: str, quote_version_id: str
) -> ServiceOrdersCreated:
    """One service order for each chosen line with a partner, once; guide lines are named apart."""
    await lock_booking(session, booking_id)
    version = await session.get_one(QuoteVersion, quote_version_id)
    lines = list(
        await session.scalars(
            select(QuoteLine)
            .where(QuoteLine.quote_version_id == quote_version_id, QuoteLine.chosen)
            .order_by(QuoteLine.position)
        )
    )
    for line in lines:
        if line.partner_id is not None:
            await _store_service_order(session, booking_id, version.departure_on, line)
    orders = await session.scalars(
        select(ServiceOrder).where(ServiceOrder.booking_id == booking_id).order_by(ServiceOrder.id)
    )
    return ServiceOrdersCreated(
        orders=tuple(
            ServiceOrderFacts(service_order_id=ServiceOrderId(order.id), starts_on=order.starts_on)
            for order in orders
        ),
        guide_lines=tuple(
            QuoteLineId(line.id)
            for line in lines
            if line.kind == ServiceKind.GUIDE and line.partner_id is None
        ),
    )


async def _store_service_order(
    session: AsyncSession, booking_id: str, departure_on: date, line: QuoteLine
) -> None:
    starts_on = departure_on + timedelta(days=line.day - 1)
    await session.execute(
        insert(ServiceOrder)
        .values(
            id=new_id("so"),
            booking_id=booking_id,
            quote_line_id=line.id,
            partner_id=line.partner_id,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=line.nights),
            cost_minor=line.cost_minor,
            cost_currency=line.cost_currency,
        )
        .on_conflict_do_nothing(index_elements=["quote_line_id"])
    )


TASK_TITLES = {
    ServiceOrderStatus.AT_RISK: "Service at risk: the supplier has not answered",
    ServiceOrderStatus.DECLINED: "The supplier declined: ask another one",
}


async def write_service_order(session: AsyncSession, record: RecordServiceOrder) -> None:
    """A service order's projection with its line and task; an older write does nothing."""
    order = await session.scalar(
        select(ServiceOrder).where(ServiceOrder.id == record.service_order_id).with_for_update()
    )
    if order is None:
        raise NotFoundError(f"There is no service order {record.service_order_id}.")
    if order.projection_seq >= record.seq:
        return
    order.projection_seq = record.seq
    order.status = record.status
    order.attempt = record.attempt
    order.answer_due_at = record.answer_due_at
    if record.partner_id is not None:
        order.partner_id = record.partner_id
        order.supplier_reference = None
    await _take_answer(session, order, record)
    await _tell_order(session, record)


async def _take_answer(
    session: AsyncSession, order: ServiceOrder, record: RecordServiceOrder
) -> None:
    if record.status in {ServiceOrderStatus.CONFIRMED, ServiceOrderStatus.DECLINED}:
        order.answered_at = func.now()
        order.remark_id = record.remark_id
    if record.status is ServiceOrderStatus.CONFIRMED and record.remark_id is not None:
        remark = await session.get_one(Remark, record.remark_id)
        order.supplier_reference = remark.body


async def _tell_order(session: AsyncSession, record: RecordServiceOrder) -> None:
    line = TimelineLine(
        type=f"SERVICE_{record.status}", detail=record.service_order_id, actor=record.actor
    )
    key = f"{record.service_order_id}:{record.seq}"
    await write_line(session, record.booking_id, line, key)
    task_key = f"{record.service_order_id}:{record.attempt}"
    if (title := TASK_TITLES.get(record.status)) is not None:
        task = NewTask(key=task_key, title=title, owner_role=Role.STAFF.value, due_at=None)
        await open_task(session, record.booking_id, task)
    else:
        earlier = [f"{record.service_order_id}:{n}" for n in range(1, record.attempt + 1)]
        await end_tasks(session, record.booking_id, "DONE", *earlier)


async def store_checklist(session: AsyncSession, checklist: DrawChecklist) -> None:
    """Stores the items of a checklist, once each."""
    for item in checklist.items:
        await session.execute(
            insert(ChecklistItem)
            .values(
                id=new_id("item"),
                booking_id=checklist.booking_id,
                key=item.key,
                title=item.title,
                owner_role=item.owner_role,
                due_at=item.due_at,
            )
            .on_conflict_do_nothing(index_elements=["booking_id", "key"])
        )


async def write_checklist_item(session: AsyncSession, record: RecordChecklistItem) -> None:
    """Writes an item's status, with its line, and ends its task; once."""
    changed = await session.scalar(
        update(ChecklistItem)
        .where(
            ChecklistItem.booking_id == record.booking_id,
            ChecklistItem.key == record.key,
            ChecklistItem.status == ChecklistStatus.OPEN,
        )
        .values(status=record.status, done_by=record.actor, done_at=func.now())
        .returning(ChecklistItem.title)
    )
    if changed is not None:
        line = TimelineLine(type=f"CHECKLIST_{record.status}", detail=changed, actor=record.actor)
        await write_line(session, record.booking_id, line, f"item:{record.key}:{record.status}")
        await end_tasks(session, record.booking_id, "DONE", f"item:{record.key}", by=record.actor)


async def rank_guides(session: AsyncSession, question: RankGuides) -> tuple[GuideId, ...]:
    """Guides who could take a line's days, the best first: at most 20, none asked before.

    When nobody is left, staff get a task: the search looks again, but a person may know somebody.
    """
    booking = await session.get_one(Booking, question.booking_id)
    period = await _period(session, booking)
    asked = select(GuideAssignment.guide_id).where(
        GuideAssignment.quote_line_id == question.quote_line_id
    )
    busy = select(GuideAssignment.guide_id).where(
        GuideAssignment.status == GuideAssignmentStatus.ACCEPTED,
        GuideAssignment.period.op("&&")(period),
    )
    speaks = Guide.languages.contains([booking.language or "English"])
    fits = Guide.styles.overlap(booking.styles)
    there = Guide.destinations.contains([booking.destination])
    ids = await session.scalars(
        select(Guide.id)
        .where(Guide.active, Guide.id.not_in(asked), Guide.id.not_in(busy))
        .order_by(there.desc(), speaks.desc(), fits.desc(), Guide.rating.desc(), Guide.id)
        .limit(MOST_GUIDES)
    )
    ranked = tuple(GuideId(guide_id) for guide_id in ids)
    if not ranked:
        title = "No guide is free for this trip: find one by hand"
        task = NewTask(
            key=f"guide:{question.quote_line_id}", title=title, owner_role=Role.STAFF.value
        )
        await open_task(session, booking.id, task)
    return ranked


async def store_offer(session: AsyncSession, offer: OfferTrip) -> GuideAssignmentId:
    """Stores the offer of a line to a guide, once."""
    booking = await session.get_one(Booking, offer.booking_id)
    await session.execute(
        insert(GuideAssignment)
        .values(
            id=new_id("ga"),
            booking_id=offer.booking_id,
            quote_line_id=offer.quote_line_id,
            guide_id=offer.guide_id,
            period=await _period(session, booking),
            answer_due_at=offer.answer_due_at,
        )
        .on_conflict_do_nothing(index_elements=["quote_line_id", "guide_id"])
    )
    stored = await session.scalar(
        select(GuideAssignment.id).where(
            GuideAssignment.quote_line_id == offer.quote_line_id,
            GuideAssignment.guide_id == offer.guide_id,
        )
    )
    assert stored is not None  # noqa: S101 - just stored
    line = TimelineLine(type="GUIDE_OFFERED", detail=stored)
    await write_line(session, offer.booking_id, line, f"{stored}:OFFERED")
    return GuideAssignmentId(stored)


async def write_guide_answer(session: AsyncSession, record: RecordGuideAnswer) -> None:
    """Writes an offer's status.

    Raises:
        GuideNotFreeError: ACCEPTED would overlap another accepted trip of the guide.
    """
    await _lock_guide_of(session, record.assignment_id)
    try:
        await session.execute(
            update(GuideAssignment)
            .where(GuideAssignment.id == record.assignment_id)
            .values(status=record.status, answered_at=func.now())
        )
    except IntegrityError as error:
        if "one_trip_at_a_time" in str(error.orig):
            raise GuideNotFreeError(
                "You have another trip with us on one of these days, so this one can't be yours."
            ) from error
        raise
    line = TimelineLine(
        type=f"GUIDE_{record.status}", detail=record.assignment_id, actor=record.actor
    )
    await write_line(session, record.booking_id, line, f"{record.assignment_id}:{record.status}")


async def _lock_guide_of(session: AsyncSession, assignment_id: str) -> None:
    """Lets answers of one guide wait for each other.

    Two that conflict would otherwise each wait for the other in the exclusion constraint, and one
    would end as a deadlock and not as a refusal.
    """
    await session.execute(
        select(Guide.id)
        .join(GuideAssignment, GuideAssignment.guide_id == Guide.id)
        .where(GuideAssignment.id == assignment_id)
        .with_for_update(of=Guide, key_share=True)
    )


async def _period(session: AsyncSession, booking: Booking) -> Range[date]:
    if booking.departure_on is None or booking.return_on is None:
        raise NotFoundError(f"Booking {booking.id} has no dates yet.")
    await session.flush()
    return Range(booking.departure_on, booking.return_on + timedelta(days=1), bounds="[)")
