"""What a workflow writes into the tables about itself."""

from datetime import date, datetime

from models.domain.policy import Policy
from models.domain.stages import Stage, TripStatus
from models.messages.base import Crossing
from models.messages.ids import BookingId, StaffId


class BookingFacts(Crossing):
    """What the workflow needs to know of an enquiry before it begins."""

    booking_id: BookingId
    created_at: datetime
    destination: str
    """One of ours, or `Other`."""
    staff_id: StaffId | None = None
    policy: Policy


class TimelineLine(Crossing):
    """A line for the timeline. `detail` names ids, stages, amounts and dates, never people."""

    type: str
    detail: str
    actor: str = "system"


class NewTask(Crossing):
    """A task for a role, or for the booking's owner when there is one. `due_at` is real time."""

    key: str
    title: str
    owner_role: str
    due_at: datetime | None = None


class MovedTask(Crossing):
    """An open task that is due at another time than before, real time."""

    key: str
    due_at: datetime | None


class RecordProgress(Crossing):
    """The booking's projection after a step, with the lines and tasks that the step made.

    `seq` counts the workflow's writes: the projection takes only a newer one, while lines and tasks
    are taken from each, once. With `expected_revision` the write happens only if nobody changed the
    booking since; otherwise it fails with BOOKING_HASH_MISMATCH and writes nothing.
    """

    booking_id: BookingId
    seq: int
    stage: Stage
    trip_status: TripStatus
    staff_id: StaffId | None = None
    sla_due_at: datetime | None = None
    departure_on: date | None = None
    return_on: date | None = None
    timeline: tuple[TimelineLine, ...] = ()
    new_tasks: tuple[NewTask, ...] = ()
    done_tasks: tuple[str, ...] = ()
    moved_tasks: tuple[MovedTask, ...] = ()
    withdraw_tasks: bool = False
    """Withdraw every open task: the booking was cancelled or has ended."""
    closed: bool = False
    projects: bool = True
    """False for lines and tasks alone, written beside a decision that may be under way."""
    expected_revision: int | None = None
    stage_entered_at: datetime | None = None
    """Real time; None where the stage stays."""
    clocks_version: int | None = None
    """The version of the policy whose clocks the booking follows from here on; None: as before."""


class ProgressRecorded(Crossing):
    """The booking's revision after the write, from which its `booking_hash` is made."""

    revision: int
