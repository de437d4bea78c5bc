"""The projection of a booking's workflow: columns, timeline and tasks, in one transaction."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.access import Role
from models.domain.errors import BookingChangedError, NotFoundError
from models.domain.stages import destination_label
from models.messages.ids import BookingId, StaffId, new_id
from models.messages.records import BookingFacts, NewTask, RecordProgress, TimelineLine
from models.store.policies import load_policy
from models.tables.crm import Booking, BookingActivity, Task


async def load_facts(session: AsyncSession, booking_id: str) -> BookingFacts:
    """What a workflow needs to know of its booking.

    Raises:
        NotFoundError: there is no such booking.
    """
    booking = await session.get(Booking, booking_id)
    if booking is None:
        raise NotFoundError(f"There is no booking {booking_id}.")
    return BookingFacts(
        booking_id=BookingId(booking.id),
        created_at=booking.created_at,
        destination=destination_label(booking.destination),
        staff_id=StaffId(booking.staff_id) if booking.staff_id else None,
        policy=await load_policy(session, booking.policy_version),
    )


async def lock_booking(session: AsyncSession, booking_id: str) -> Booking:
    """The booking, locked until the transaction ends: writers of one booking queue up here.

    Raises:
        NotFoundError: there is no such booking.
    """
    booking = await session.scalar(
        select(Booking).where(Booking.id == booking_id).with_for_update()
    )
    if booking is None:
        raise NotFoundError(f"There is no booking {booking_id}.")
    return booking


async def write_progress(session: AsyncSession, progress: RecordProgress) -> int:
    """Writes a progress once; repeating it changes nothing.

    Returns:
        The booking's revision.

    Raises:
        BookingChangedError: the booking is not at `expected_revision` any more.
    """
    booking = await lock_booking(session, progress.booking_id)
    await _check_revision(session, booking, progress)
    before = booking.staff_id
    if progress.projects and booking.projection_seq < progress.seq:
        _project(booking, progress)
    _follow(booking, progress)
    await _write_lines(session, progress)
    await _write_tasks(session, progress, booking)
    if progress.projects:
        await _hand_over_tasks(session, booking, before)
    await session.flush()
    return booking.revision


async def _check_revision(
    session: AsyncSession, booking: Booking, progress: RecordProgress
) -> None:
    expected = progress.expected_revision
    if expected is None or booking.revision == expected:
        return
    written = await session.scalar(
        select(BookingActivity.id).where(
            BookingActivity.booking_id == booking.id,
            BookingActivity.dedupe_key == line_key(progress.seq, 0),
        )
    )
    if written is None:
        raise BookingChangedError


def _project(booking: Booking, progress: RecordProgress) -> None:
    booking.projection_seq = progress.seq
    booking.stage = progress.stage
    booking.trip_status = progress.trip_status
    booking.staff_id = progress.staff_id
    booking.sla_due_at = progress.sla_due_at
    booking.departure_on = progress.departure_on
    booking.return_on = progress.return_on
    booking.stage_entered_at = progress.stage_entered_at or booking.stage_entered_at
    booking.revision += 1
    booking.updated_at = func.now()
    if progress.closed:
        booking.closed_at = func.now()


def _follow(booking: Booking, progress: RecordProgress) -> None:
    """The clocks of a newer version; a late write changes nothing."""
    followed = booking.clocks_version or 0
    if progress.clocks_version is not None and progress.clocks_version > followed:
        booking.clocks_version = progress.clocks_version


def line_key(seq: int, position: int) -> str:
    """The key by which a workflow's line stands in the timeline once."""
    return f"{seq}:{position}"


async def _write_lines(session: AsyncSession, progress: RecordProgress) -> None:
    for position, line in enumerate(progress.timeline):
        await write_line(session, progress.booking_id, line, line_key(progress.seq, position))


async def write_line(
    session: AsyncSession, booking_id: str, line: TimelineLine, dedupe_key: str
) -> None:
    """Writes a line of the timeline, once for its key."""
    await session.execute(
        insert(BookingActivity)
        .values(
            id=new_id("act"),
            booking_id=booking_id,
            type=line.type,
            actor=line.actor,
            detail=line.detail,
            dedupe_key=dedupe_key,
        )
        .on_conflict_do_nothing(index_elements=["booking_id", "dedupe_key"])
    )


async def open_task(
    session: AsyncSession, booking_id: str, task: NewTask, owner_id: str | None = None
) -> None:
    """Opens a task, once for its key in a booking."""
    await session.execute(
        insert(Task)
        .values(
            id=new_id("task"),
            booking_id=booking_id,
            key=task.key,
            title=task.title,
            owner_role=task.owner_role,
            owner_id=owner_id,
            due_at=task.due_at,
        )
        .on_conflict_do_nothing(index_elements=["booking_id", "key"])
    )


async def end_tasks(
    session: AsyncSession, booking_id: str, status: str, *keys: str, by: str = "system"
) -> None:
    """Ends the open tasks of these keys as DONE or WITHDRAWN."""
    await session.execute(
        update(Task)
        .where(Task.booking_id == booking_id, Task.status == "OPEN", Task.key.in_(keys))
        .values(status=status, done_at=func.now(), done_by=by)
    )


async def _withdraw_tasks(session: AsyncSession, booking_id: str) -> None:
    """Ends what nobody needs to do any more; what finance has to settle stays open."""
    await session.execute(
        update(Task)
        .where(
            Task.booking_id == booking_id,
            Task.status == "OPEN",
            Task.owner_role != Role.ACCOUNTANT.value,
        )
        .values(status="WITHDRAWN", done_at=func.now(), done_by="system")
    )


async def _write_tasks(session: AsyncSession, progress: RecordProgress, booking: Booking) -> None:
    if progress.done_tasks:
        await end_tasks(session, booking.id, "DONE", *progress.done_tasks)
    for moved in progress.moved_tasks:
        await session.execute(
            update(Task)
            .where(Task.booking_id == booking.id, Task.key == moved.key, Task.status == "OPEN")
            .values(due_at=moved.due_at)
        )
    if progress.withdraw_tasks:
        await _withdraw_tasks(session, booking.id)
    for task in progress.new_tasks:
        owner = booking.staff_id if task.owner_role == Role.STAFF.value else None
        await open_task(session, booking.id, task, owner)


async def _hand_over_tasks(session: AsyncSession, booking: Booking, before: str | None) -> None:
    """Open tasks go along with their booking, but for those that somebody else was chosen for."""
    await session.execute(
        update(Task)
        .where(
            Task.booking_id == booking.id,
            Task.status == "OPEN",
            Task.owner_role == Role.STAFF.value,
            or_(~Task.owner_chosen, Task.owner_id.is_not_distinct_from(before)),
        )
        .values(owner_id=booking.staff_id)
    )
