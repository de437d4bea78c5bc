"""What a booking that follows a changed policy leaves in the tables, and what reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from activities.booking_records import BookingRecords
from models.database import Sessions
from models.domain.policy import DEFAULT_REFUND_TIERS
from models.domain.stages import Stage, TripStatus
from models.messages.ids import BookingId
from models.messages.policy import PolicyChanged
from models.messages.records import MovedTask, NewTask, RecordProgress, TimelineLine
from models.store.message_facts import about_booking
from models.store.progress import load_facts
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, Task
from tests.support.enquiries import a_form, open_door
from tests.support.rows import book

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TASK = "follow_up:NEW:1"


class World:
    """A booking, and the activity that writes about it."""

    def __init__(self, sessions: Sessions, booking_id: str) -> None:
        self.sessions = sessions
        self.booking_id = BookingId(booking_id)
        self.records = BookingRecords(sessions)

    async def write(self, seq: int, **facts: Any) -> int:
        usual: dict[str, Any] = {"stage": Stage.NEW, "trip_status": TripStatus.PENDING}
        progress = RecordProgress(booking_id=self.booking_id, seq=seq, **usual | facts)
        return (await self.records.record_progress(progress)).revision

    async def booking(self) -> Booking:
        async with self.sessions() as session:
            return await session.get_one(Booking, self.booking_id)


async def world_of(sessions: Sessions) -> World:
    async with sessions.begin() as session:
        booked = await book(session)
        body = {"overdue_finance_days": 9, "refund_tiers": [], "deposit_percent": 90}
        session.add(PolicyVersion(version=5, active=False, body=body, created_by="tests"))
    return World(sessions, booked.booking_id)


async def task_due(world: World) -> datetime | None:
    async with world.sessions() as session:
        return await session.scalar(select(Task.due_at).where(Task.key == TASK))


async def test_the_version_followed_never_goes_back_and_changes_no_hash(
    sessions: Sessions,
) -> None:
    world = await world_of(sessions)
    before = (await world.booking()).revision
    assert await world.write(1, projects=False, clocks_version=5) == before
    await world.write(2, projects=False, clocks_version=3)
    await world.write(3, projects=False)
    assert (await world.booking()).clocks_version == 5


async def test_a_moved_clock_moves_its_open_task(sessions: Sessions) -> None:
    world = await world_of(sessions)
    task = NewTask(key=TASK, title="Answer", owner_role="atp_staff", due_at=NOW)
    await world.write(1, new_tasks=(task,))
    later = NOW + timedelta(hours=3)
    line = TimelineLine(type="POLICY_CHANGED", detail="Policy 5")
    moved = MovedTask(key=TASK, due_at=later)
    await world.write(2, timeline=(line,), sla_due_at=later, moved_tasks=(moved,), clocks_version=5)
    assert await task_due(world) == later
    assert (await world.booking()).sla_due_at == later


async def test_the_time_at_which_a_stage_was_entered_stays_until_the_next(
    sessions: Sessions,
) -> None:
    world = await world_of(sessions)
    await world.write(1, stage=Stage.QUALIFIED, stage_entered_at=NOW)
    await world.write(2, stage=Stage.QUALIFIED)
    assert (await world.booking()).stage_entered_at == NOW


async def test_messages_speak_of_the_clocks_followed_and_of_the_bookings_own_terms(
    sessions: Sessions,
) -> None:
    world = await world_of(sessions)
    await world.write(1, projects=False, clocks_version=5)
    async with sessions() as session:
        policy = (await about_booking(session, world.booking_id)).policy
        facts = await load_facts(session, world.booking_id)
    assert (policy.version, policy.overdue_finance_days) == (1, 9)
    assert policy.refund_tiers == DEFAULT_REFUND_TIERS
    assert policy.deposit_percent == 30
    assert facts.policy.overdue_finance_days == 3


async def test_a_version_is_loaded_and_one_that_is_not_there_is_refused(
    sessions: Sessions,
) -> None:
    world = await world_of(sessions)
    loaded = await world.records.load_policy(PolicyChanged(version=5))
    assert loaded.policy.overdue_finance_days == 9
    with pytest.raises(ApplicationError) as refused:
        await world.records.load_policy(PolicyChanged(version=6))
    assert (refused.value.type, refused.value.non_retryable) == ("NOT_FOUND", True)


async def test_an_enquiry_is_due_in_staffed_hours_where_its_stage_pauses(
    database_url: str,
) -> None:
    async with open_door(database_url) as door:
        async with door.api.resources.sessions.begin() as session:
            only_once_a_week = {
                "zone": "UTC",
                "shifts": [{"weekday": (datetime.now(UTC).weekday() + 3) % 7, "opens": "00:00",
                            "closes": "23:00"}],
            }  # fmt: skip
            body = {"sla_hours": {"NEW": 2}, "staffed": only_once_a_week, "paused_stages": ["NEW"]}
            session.add(PolicyVersion(version=7, campaign="slow", body=body, created_by="tests"))
        told = (await door.send(a_form(utm_campaign="slow"))).json()
        (booking,) = await door.rows(Booking)
    assert told["next_step_message"] == (
        "We will get back to you within 2 hours of our opening hours."
    )
    due = booking.sla_due_at
    assert due is not None
    assert due - booking.created_at > timedelta(days=1)
    assert abs(due - due.replace(hour=2, minute=0, second=0, microsecond=0)) < timedelta(minutes=1)
