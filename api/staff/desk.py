"""The desk of a member of staff: what the JSON API and the back office do, in one place.

Reads and notes are one transaction each; decisions are put to workflows outside of any.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api.decisions import Decisions
from api.problems import problem_of
from api.staff.booking_schemas import booking_out
from models.database import Sessions
from models.domain.access import Permission, Staff
from models.domain.booking_hash import booking_hash
from models.domain.errors import BookingChangedError, InvalidInputError
from models.domain.stages import Stage
from models.messages.booking import (
    AssignStaff,
    BookingCancelled,
    BookingChanged,
    CancelBooking,
    ChangeStage,
    ChecklistItemCompleted,
    CompleteChecklistItem,
    QuoteSent,
    SendQuote,
)
from models.messages.ids import CommandId, PartnerId, QuoteVersionId, RemarkId, StaffId
from models.messages.operations import ChooseAlternative, ServiceOrderAnswered
from models.store import bookings, dossier, quote_drafts, remarks, staff, timeline
from models.store.bookings import BookingRow
from models.store.quote_drafts import QuoteDraft
from models.store.timeline import TimelineEntry

STALE_REVISION = 0
"""No booking ever has it: asked with it, a workflow refuses, unless it did this very command."""


Creation = Callable[[], Awaitable[str]]
"""Creates something and returns its id."""


@dataclass(frozen=True)
class Desk:
    """Who asks, with what, and the key under which repeating is safe."""

    sessions: Sessions
    decisions: Decisions
    member: Staff
    command_id: CommandId
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

    async def assign(self, booking_id: str, staff_id: str | None, seen_hash: str) -> BookingRow:
        """Gives the booking to a member of staff, or takes it away.

        Raises:
            BookingChangedError: the booking is not as it was seen.
            InvalidInputError: nobody active has this id.
        """
        async with self.booking(booking_id, Permission.ASSIGN_BOOKINGS) as (session, row):
            if staff_id and not await staff.is_active(session, staff_id):
                raise InvalidInputError("Nobody active on the staff has this id.")
        command = AssignStaff(
            command_id=self.command_id,
            actor=self.actor,
            staff_id=StaffId(staff_id) if staff_id else None,
            expected_revision=_expected(row, seen_hash),
        )
        await self.decisions.ask(booking_id, "assign_staff", command, BookingChanged)
        return await self.reread(booking_id)

    async def change_stage(self, booking_id: str, stage: Stage, seen_hash: str) -> BookingRow:
        """Moves the booking to a stage by hand.

        Raises:
            BookingChangedError: the booking is not as it was seen.
        """
        async with self.booking(booking_id, Permission.CHANGE_STAGE) as (_, row):
            pass
        command = ChangeStage(
            command_id=self.command_id,
            actor=self.actor,
            stage=stage,
            expected_revision=_expected(row, seen_hash),
        )
        await self.decisions.ask(booking_id, "change_stage", command, BookingChanged)
        return await self.reread(booking_id)

    async def write_notes(
        self, booking_id: str, notes: str, seen_hash: str
    ) -> tuple[BookingRow, bool]:
        """Replaces the notes; returns the booking and whether anything changed.

        Raises:
            BookingChangedError: the booking is not as it was seen.
        """
        key = f"notes:{self.command_id}"
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
            if await timeline.find_line(session, booking_id, key) is not None:
                return row, True
            revision = _expected(row, seen_hash)
            if revision == STALE_REVISION:
                raise BookingChangedError
            if notes == (row.booking.notes or ""):
                return row, False
            await bookings.write_notes(session, booking_id, notes, revision)
            await timeline.add_activity(
                session,
                booking_id=booking_id,
                type="NOTE_UPDATED",
                actor=self.actor,
                detail="Notes changed",
                dedupe_key=key,
            )
        return await self.reread(booking_id), True

    async def add_activity(self, booking_id: str, kind: str, detail: str) -> TimelineEntry:
        """Writes a line into the timeline, once for the command."""
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            return await timeline.add_activity(
                session,
                booking_id=booking_id,
                type=kind,
                actor=self.actor,
                detail=detail,
                dedupe_key=f"activity:{self.command_id}",
            )

    async def create_once(
        self, session: AsyncSession, row: BookingRow, kind: str, create: Creation
    ) -> str:
        """Creates something of a booking once for the command; returns its id.

        The timeline remembers it: the line `kind` names the id.
        """
        key = f"{kind}:{self.command_id}"
        await bookings.lock(session, row.booking.id)
        stored = await timeline.find_line(session, row.booking.id, key)
        if stored is not None:
            return stored
        created_id = await create()
        await timeline.add_activity(
            session,
            booking_id=row.booking.id,
            type=kind,
            actor=self.actor,
            detail=created_id,
            dedupe_key=key,
        )
        return created_id

    async def create_draft(self, booking_id: str, draft: QuoteDraft) -> str:
        """Starts the next quote version; returns its id.

        Raises:
            InvalidInputError: a line's rate is unknown, another supplier's or out of season.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):

            async def create() -> str:
                version = await quote_drafts.create_draft(session, booking_id, draft, self.actor)
                return version.id

            return await self.create_once(session, row, "QUOTE_DRAFTED", create)

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

    async def reread(self, booking_id: str) -> BookingRow:
        """The booking as it stands now, also when it has just been given to someone else."""
        async with self.sessions.begin() as session:
            return await bookings.find_booking(session, booking_id)

    async def send_quote(self, booking_id: str, version_id: str) -> QuoteSent:
        """Sends a draft to the customer.

        Raises:
            QuoteNotSendableError: it is no draft, has no price, departs in the past, or too late.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            await quote_drafts.find_version(session, booking_id, version_id)
        command = SendQuote(
            command_id=self.command_id,
            actor=self.actor,
            quote_version_id=QuoteVersionId(version_id),
        )
        return await self.decisions.ask(booking_id, "send_quote", command, QuoteSent)

    async def choose_alternative(
        self, booking_id: str, service_order_id: str, partner_id: str
    ) -> ServiceOrderAnswered:
        """Asks another supplier for a service.

        Raises:
            InvalidInputError: no active supplier has this id.
            ServiceOrderNotOpenError: the order needs no other supplier.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            await dossier.find_service_order(session, booking_id, service_order_id)
            if not await dossier.is_active_partner(session, partner_id):
                raise InvalidInputError("No active supplier has this id.")
        command = ChooseAlternative(
            command_id=self.command_id, actor=self.actor, partner_id=PartnerId(partner_id)
        )
        return await self.decisions.ask(
            service_order_id, "choose_alternative", command, ServiceOrderAnswered
        )

    async def complete_item(
        self, booking_id: str, key: str, *, waived: bool
    ) -> ChecklistItemCompleted:
        """Finishes or waives a preparation.

        Raises:
            ChecklistItemNotOpenError: it was done already or is not on the list.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS):
            pass
        command = CompleteChecklistItem(
            command_id=self.command_id, actor=self.actor, key=key, waived=waived
        )
        return await self.decisions.ask(
            booking_id, "complete_item", command, ChecklistItemCompleted
        )

    async def finish_task(self, booking_id: str, task_id: str) -> None:
        """Marks an open task of a booking as done; one that is done stays so.

        Raises:
            NotFoundError: the booking has no such task.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            title = await timeline.finish_task(session, booking_id, task_id, self.actor)
            await timeline.add_activity(
                session,
                booking_id=booking_id,
                type="TASK_DONE",
                actor=self.actor,
                detail=title,
                dedupe_key=f"task:{task_id}",
            )

    async def cancel(self, booking_id: str, reason: str, confirmation: str) -> BookingCancelled:
        """Cancels the booking; `confirmation` is its reference, typed.

        Raises:
            InvalidInputError: the confirmation is another word.
            BookingClosedError: it is cancelled, closed or under way.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
            if confirmation.strip().upper() != row.booking.reference:
                raise InvalidInputError(
                    f"confirmation: type {row.booking.reference} to confirm the cancellation."
                )
            remark_id = await remarks.add_remark(
                session, booking_id, author=self.actor, kind="CANCELLATION", body=reason
            )
        command = CancelBooking(
            command_id=self.command_id, actor=self.actor, remark_id=RemarkId(remark_id)
        )
        return await self.decisions.ask(booking_id, "cancel_booking", command, BookingCancelled)


def _expected(row: BookingRow, seen_hash: str) -> int:
    booking = row.booking
    fresh = seen_hash == booking_hash(booking.id, booking.revision)
    return booking.revision if fresh else STALE_REVISION
