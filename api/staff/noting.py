"""What staff write down about a booking: notes, contacts, lines of the timeline."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import InvalidInputError
from models.domain.mentions import mentioned
from models.domain.sharing import can_open
from models.store import contacts_log, notes, tasks, timeline
from models.store.bookings import BookingRow
from models.store.contacts_log import NewContact
from models.store.tasks import NewStaffTask
from models.store.timeline import TimelineEntry
from models.tables.crm import Staff
from models.tables.desk import Note

MENTIONED = "You are mentioned in a note: read it and answer"
CLOCKS_DIFFER_BY = timedelta(minutes=5)


class Noting(DeskCore):
    """The desk's part for what people know."""

    async def add_activity(self, booking_id: str, kind: str, detail: str) -> TimelineEntry:
        """Writes a line into the timeline, once for the command."""
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            line = await timeline.add_activity(
                session,
                booking_id=booking_id,
                type=kind,
                actor=self.actor,
                detail=detail,
                dedupe_key=f"activity:{self.command_id}",
            )
            await self.audit.record(
                session,
                AuditAction.TIMELINE_LINE_ADDED,
                line.id,
                after={"type": kind, "detail": detail},
                booking_id=booking_id,
                once=True,
            )
        return line

    async def add_note(self, booking_id: str, body: str) -> str:
        """Stores a note, once for the command; whom it mentions by `@username` gets a task.

        Raises:
            InvalidInputError: somebody who is mentioned can't open this booking.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
            people = await self._mentioned(session, row, body)

            async def create() -> str:
                ids = [person.id for person in people]
                note = await notes.add_note(
                    session, booking_id, author=self.actor, body=body, mentions=ids
                )
                await self._tell(session, note)
                await self.audit.record(
                    session,
                    AuditAction.NOTE_ADDED,
                    note.id,
                    after={"body": body, "mentions": ids},
                    booking_id=booking_id,
                )
                return note.id

            return await self.create_once(session, row, "NOTE_ADDED", create)

    async def _mentioned(self, session: AsyncSession, row: BookingRow, body: str) -> list[Staff]:
        """Those of the staff whom a note names; other names are just words."""
        found = await notes.staff_of_usernames(session, mentioned(body))
        people = {person.id: person for person in found.values()}
        for person in people.values():
            if not can_open(person.id, person.roles, row.booking.staff_id):
                raise InvalidInputError(
                    f"{person.name} can't open this booking: it is not one of theirs. "
                    "Hand the booking over first, or mention somebody else."
                )
        return list(people.values())

    async def _tell(self, session: AsyncSession, note: Note) -> None:
        for staff_id in note.mentions:
            if staff_id != self.member.staff_id:
                told = NewStaffTask(MENTIONED, owner_id=staff_id, remind_at=datetime.now(UTC))
                await tasks.create_task(
                    session, note.booking_id, told, self.actor, f"{note.id}:{staff_id}"
                )

    async def log_contact(self, booking_id: str, contact: NewContact) -> str:
        """Stores that somebody was spoken with, once for the command.

        Raises:
            InvalidInputError: it lies in the future.
        """
        if contact.happened_at > datetime.now(UTC) + CLOCKS_DIFFER_BY:
            raise InvalidInputError("happened_at: a contact that is still to come is a task.")
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):

            async def create() -> str:
                entry = await contacts_log.log_contact(session, booking_id, contact, self.actor)
                await self.audit.record(
                    session,
                    AuditAction.CONTACT_LOGGED,
                    entry.id,
                    after=asdict(contact),
                    booking_id=booking_id,
                )
                return entry.id

            return await self.create_once(session, row, "CONTACT_LOGGED", create)
