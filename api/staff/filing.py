"""What staff do with a booking's files: keep them, take them away, read them."""

from activities.providers.ports import DocumentStore
from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import InvalidInputError
from models.domain.files import check_file
from models.store import attachments
from models.tables.desk import Attachment


class Filing(DeskCore):
    """The desk's part for files."""

    async def keep_file(
        self, booking_id: str, name: str, content: bytes, *, store: DocumentStore, most_bytes: int
    ) -> str:
        """Keeps a file with a booking, once for the command.

        Args:
            booking_id: the booking.
            name: as the person's computer calls it.
            content: all of the file.
            store: where its bytes go, under their hash.
            most_bytes: the largest size that is taken.

        Raises:
            FileTooLargeError: it is larger.
            FileRefusedError: it is of no type that is taken.
            InvalidInputError: the booking has as many files as one may have.
        """
        checked = check_file(name, content, most_bytes)
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            if await attachments.count_files(session, booking_id) >= attachments.MOST_OF_A_BOOKING:
                raise InvalidInputError("This booking has 200 files: delete some of them first.")
        digest = attachments.digest_of(content)
        await store.write(attachments.storage_key(digest), content)
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):

            async def create() -> str:
                file = await attachments.add_attachment(
                    session,
                    booking_id,
                    checked,
                    digest=digest,
                    size=len(content),
                    uploaded_by=self.actor,
                )
                facts = {"name": file.file_name, "size": file.size, "sha256": digest}
                await self.audit.record(
                    session, AuditAction.FILE_ADDED, file.id, after=facts, booking_id=booking_id
                )
                return file.id

            return await self.create_once(session, row, "FILE_ADDED", create)

    async def find_file(self, booking_id: str, attachment_id: str) -> Attachment:
        """A file of a booking that this member may see.

        Raises:
            NotFoundError: the booking has no such file, or it was deleted.
        """
        async with self.booking(booking_id) as (session, _):
            return await attachments.find_attachment(session, booking_id, attachment_id)

    async def delete_file(self, booking_id: str, attachment_id: str) -> None:
        """Takes a file away from its booking; who did it and what it was stay known.

        Raises:
            NotFoundError: the booking has no such file, or it was deleted.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            file = await attachments.find_attachment(session, booking_id, attachment_id, lock=True)
            await attachments.delete_attachment(session, file, self.actor)
            await self.note_once(session, booking_id, "FILE_DELETED", file.id, of=f":{file.id}")
            facts = {"name": file.file_name, "size": file.size, "sha256": file.sha256}
            await self.audit.record(
                session, AuditAction.FILE_DELETED, file.id, before=facts, booking_id=booking_id
            )
