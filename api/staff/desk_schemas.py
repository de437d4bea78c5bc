"""Tasks, notes, contacts, files and deadlines as the staff API speaks of them."""

from typing import Annotated, Any

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue, StringConstraints, field_validator

from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.deadlines import DeadlineKind
from models.domain.timeline_kinds import TimelineKind
from models.store.contacts_log import ContactKind, ContactResult, Direction, NewContact
from models.store.tasks import NewStaffTask

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(max_length=4000)]
Written = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Short = Annotated[str, StringConstraints(max_length=200)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]


MOST_TRAVELERS = 30


def _example(**values: str) -> ConfigDict:
    example: dict[str, JsonValue] = dict(values)
    return ConfigDict(json_schema_extra={"examples": [example]})


class DetailsIn(Incoming):
    """What is to be corrected; absent members stay as they are."""

    model_config = _example(budget="$900-$1,400 / week", booking_hash="6b86b273ff34fce1")
    booking_hash: str = ""
    travel_month: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] = ""
    travelers: Annotated[int, Field(ge=1, le=MOST_TRAVELERS)] = 1
    duration: Annotated[str, StringConstraints(min_length=1, max_length=200)] = ""
    budget: Short = ""
    language: Short = ""

    def changes(self) -> dict[str, Any]:
        """What was sent, by the booking's columns."""
        return self.model_dump(exclude_unset=True, exclude={"booking_hash"})


class TaskIn(Incoming):
    """A task; whoever gets it from somebody else is told at once, or at `remind_at`."""

    model_config = _example(
        title="Ask for the passports",
        owner_id="staff_1",
        due_at="2027-01-04T09:00:00Z",
        remind_at="2027-01-03T09:00:00Z",
    )
    title: Title
    detail: Words = ""
    owner_id: Id | None = None
    due_at: AwareDatetime | None = None
    remind_at: AwareDatetime | None = None

    def wanted(self) -> NewStaffTask:
        """As the store takes it."""
        return NewStaffTask(self.title, self.detail, self.owner_id, self.due_at, self.remind_at)


class TaskChangeIn(Incoming):
    """What shall be different; absent members stay. `task_hash` is the task's, as it was seen."""

    model_config = _example(owner_id="staff_2", task_hash="6b86b273ff34fce1")
    task_hash: str = ""
    title: Title | None = None
    detail: Words | None = None
    owner_id: Id | None = None
    due_at: AwareDatetime | None = None
    remind_at: AwareDatetime | None = None

    @field_validator("title", "detail")
    @classmethod
    def be_something(cls, value: str | None) -> str | None:
        """A title and a detail may be absent, but not null."""
        if value is None:
            raise ValueError("leave it out when it stays as it is")
        return value

    def changes(self) -> dict[str, Any]:
        """What was sent, by the store's names."""
        return self.model_dump(exclude_unset=True, exclude={"task_hash"})


class TaskOut(Outgoing):
    """A task. `task_hash` is another one after every change."""

    id: str
    booking_id: str
    reference: str
    title: str
    detail: str
    status: str
    owner_id: str | None
    owner_name: str | None
    owner_role: str
    due_at: Moment | None
    remind_at: Moment | None
    reminded_at: Moment | None
    created_by: str
    created_at: Moment
    done_at: Moment | None
    done_by: str | None
    task_hash: str


class TaskList(Outgoing):
    """Tasks; `next` is what `before` takes to go on, null at the end."""

    items: list[TaskOut]
    next: str | None = None


class TaskChanged(Outgoing):
    """A task after a change."""

    task: TaskOut


class NoteIn(Incoming):
    """A note; `@username` mentions somebody of the staff, who gets a task."""

    model_config = _example(body="@marc they want a river view, can we?")
    body: Written


class NoteOut(Outgoing):
    """A note; `mentions` are staff ids."""

    id: str
    booking_id: str
    author: str
    author_name: str
    body: str
    mentions: list[str]
    created_at: Moment


class NoteList(Outgoing):
    """Notes, the newest first."""

    items: list[NoteOut]
    next: str | None


class NoteAdded(Outgoing):
    """The id of the note."""

    id: str


class ContactIn(Incoming):
    """That somebody was spoken with; `happened_at` is not in the future."""

    model_config = _example(
        kind="CALL",
        direction="OUT",
        with_whom="Amélie Laurent",
        result="REACHED",
        outcome="Wants trains instead of flights",
        happened_at="2026-11-22T14:05:00Z",
    )
    kind: ContactKind
    direction: Direction = Direction.OUT
    with_whom: Title
    result: ContactResult = ContactResult.REACHED
    outcome: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    happened_at: AwareDatetime

    def wanted(self) -> NewContact:
        """As the store takes it."""
        return NewContact(**{name: getattr(self, name) for name in type(self).model_fields})


class ContactOut(Outgoing):
    """A contact."""

    id: str
    booking_id: str
    kind: ContactKind
    direction: Direction
    with_whom: str
    result: ContactResult
    outcome: str
    happened_at: Moment
    recorded_by: str
    recorded_by_name: str
    created_at: Moment


class ContactList(Outgoing):
    """Contacts, the last first."""

    items: list[ContactOut]
    next: str | None


class ContactLogged(Outgoing):
    """The id of the entry."""

    id: str


class FileOut(Outgoing):
    """A file; size in bytes. It is downloaded from `url`, never shown in place."""

    id: str
    booking_id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    uploaded_by: str
    uploaded_by_name: str
    created_at: Moment
    url: str


class FileList(Outgoing):
    """A booking's files, the newest first; at most 200."""

    items: list[FileOut]
    total: int


class FileKept(Outgoing):
    """The id of the file."""

    id: str


class DeadlineOut(Outgoing):
    """A clock that runs."""

    kind: DeadlineKind
    due_at: Moment
    subject_id: str
    about: str


class DeadlineList(Outgoing):
    """What is due next, the most urgent first."""

    items: list[DeadlineOut]
    now: Moment


class TimelineLineOut(Outgoing):
    """A line of the whole timeline; `status` is what became of a message."""

    id: str
    at: Moment
    kind: TimelineKind
    type: str
    actor: str
    detail: str
    status: str | None


class TimelineOut(Outgoing):
    """A page of the timeline, the newest first; `next` is what `before` takes to go on."""

    items: list[TimelineLineOut]
    next: str | None
