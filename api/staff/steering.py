"""What staff decide about a booking itself: its owner, its stage, its notes, its end."""

from collections.abc import Mapping
from typing import Any

from api.staff.desk_core import STALE_REVISION, DeskCore, expected_revision
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import BookingChangedError, InvalidInputError
from models.domain.stages import Stage
from models.messages.booking import (
    AssignStaff,
    BookingCancelled,
    BookingChanged,
    CancelBooking,
    ChangeStage,
)
from models.messages.ids import RemarkId, StaffId
from models.store import bookings, remarks, staff
from models.store.audit import differing
from models.store.booking_details import write_details
from models.store.bookings import BookingRow


class Steering(DeskCore):
    """The desk's part for the booking itself."""

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
            expected_revision=expected_revision(row, seen_hash),
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
            expected_revision=expected_revision(row, seen_hash),
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
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
            if await self.did(session, booking_id, "NOTE_UPDATED"):
                return row, True
            revision = expected_revision(row, seen_hash)
            if revision == STALE_REVISION:
                raise BookingChangedError
            if notes == (row.booking.notes or ""):
                return row, False
            await self.audit.record(
                session,
                AuditAction.NOTES_WRITTEN,
                booking_id,
                before={"notes": row.booking.notes},
                after={"notes": notes},
            )
            await bookings.write_notes(session, booking_id, notes, revision)
            await self.note_once(session, booking_id, "NOTE_UPDATED", "Notes changed")
        return await self.reread(booking_id), True

    async def change_details(
        self, booking_id: str, wanted: Mapping[str, Any], seen_hash: str
    ) -> tuple[BookingRow, bool]:
        """Corrects facts of the wished trip; returns the booking and whether anything changed.

        Args:
            booking_id: the booking.
            wanted: values by the names of the booking's columns.
            seen_hash: the booking's hash as the caller saw it.

        Raises:
            BookingChangedError: the booking is not as it was seen.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
            if await self.did(session, booking_id, "DETAILS_CHANGED"):
                return row, True
            revision = expected_revision(row, seen_hash)
            if revision == STALE_REVISION:
                raise BookingChangedError
            now = {name: getattr(row.booking, name) for name in wanted}
            before, after = differing(now, dict(wanted))
            if not after:
                return row, False
            await write_details(session, booking_id, after, revision)
            told = [f"{name.replace('_', ' ')}: {before[name]} -> {after[name]}" for name in after]
            await self.note_once(session, booking_id, "DETAILS_CHANGED", "; ".join(told))
            await self.audit.record(
                session, AuditAction.DETAILS_CHANGED, booking_id, before=before, after=after
            )
        return await self.reread(booking_id), True

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
