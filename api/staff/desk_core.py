"""What every part of a desk stands on: who asks, under which key, and the booking it is about."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api.decisions import Decisions
from api.problems import problem_of
from api.staff.booking_schemas import booking_out
from api.staff.recording import Recorder
from models.database import Sessions
from models.domain.access import Permission, Staff
from models.domain.booking_hash import booking_hash
from models.domain.errors import BookingChangedError
from models.messages.ids import CommandId
from models.store import bookings, timeline
from models.store.bookings import BookingRow

STALE_REVISION = 0
"""No booking ever has it: asked with it, a workflow refuses, unless it did this very command."""

Creation = Callable[[], Awaitable[str]]
"""Creates something and returns its id."""


@dataclass(frozen=True)
class DeskCore:
    """Who asks, with what, and the key under which repeating is safe."""

    sessions: Sessions
    decisions: Decisions
    member: Staff
    command_id: CommandId
    audit: Recorder
    workflows_url: str
    """Where the Temporal UI shows a workflow; its id follows."""

    @property
    def actor(self) -> str:
        """Who stands in the timeline: the staff id, or the login without one."""
        return self.member.staff_id or self.member.username

    def workflow_url(self, workflow_id: str) -> str:
        """Where the Temporal UI shows a workflow."""
        return f"{self.workflows_url}/{workflow_id}"

    @asynccontextmanager
    async def booking(
        self, booking_id: str, permission: Permission = Permission.READ_BOOKINGS
    ) -> AsyncIterator[tuple[AsyncSession, BookingRow]]:
        """One transaction with a booking that this member may see, for what they may do.

        Raises:
            ForbiddenError: the role does not allow it.
            NotFoundError: there is no such booking, or it is not theirs.
        """
        self.member.require(permission)
        async with self.sessions.begin() as session:
            yield (
                session,
                await bookings.find_booking(session, booking_id, self.member.only_owner),
            )

    async def reread(self, booking_id: str) -> BookingRow:
        """The booking as it stands now, also when it has just been given to someone else."""
        async with self.sessions.begin() as session:
            return await bookings.find_booking(session, booking_id)

    async def create_once(
        self, session: AsyncSession, row: BookingRow, kind: str, create: Creation
    ) -> str:
        """Creates something of a booking once for the command; returns its id.

        The timeline remembers it: the line `kind` names the id.
        """
        await bookings.lock(session, row.booking.id)
        stored = await timeline.find_line(session, row.booking.id, self._key(kind))
        if stored is not None:
            return stored
        created_id = await create()
        await self.note_once(session, row.booking.id, kind, created_id)
        return created_id

    async def did(self, session: AsyncSession, booking_id: str, kind: str) -> bool:
        """Whether this very command has written its line `kind` before."""
        return await timeline.find_line(session, booking_id, self._key(kind)) is not None

    async def note_once(
        self, session: AsyncSession, booking_id: str, kind: str, text: str, *, of: str = ""
    ) -> None:
        """Writes the timeline's line of a change, once for the command and what it is `of`."""
        await timeline.add_activity(
            session,
            booking_id=booking_id,
            type=kind,
            actor=self.actor,
            detail=text,
            dedupe_key=self._key(kind) + of,
        )

    def _key(self, kind: str) -> str:
        return f"{kind}:{self.command_id}"

    @asynccontextmanager
    async def showing_conflicts(self, booking_id: str) -> AsyncIterator[None]:
        """Adds the booking as it stands to a refusal because it was changed meanwhile.

        Raises:
            Problem: with the member `booking`, from which the caller's page redraws itself.
        """
        try:
            yield
        except BookingChangedError as error:
            row = await self.reread(booking_id)
            raise problem_of(
                error,
                detail="The booking was changed by someone else. Look at it, then try again.",
                members={"booking": booking_out(row).model_dump(mode="json")},
            ) from error


def expected_revision(row: BookingRow, seen_hash: str) -> int:
    """The revision that was seen, or one that no booking has."""
    booking = row.booking
    fresh = seen_hash == booking_hash(booking.id, booking.revision)
    return booking.revision if fresh else STALE_REVISION
