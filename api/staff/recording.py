"""Writes what a member of staff does into the audit log, under the request that asked for it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Sessions
from models.domain.auditing import Asker, AuditAction
from models.store.audit import Facts, record_audit


@dataclass(frozen=True)
class Recorder:
    """The audit log in the hand of whoever asks."""

    sessions: Sessions
    asker: Asker

    async def record(
        self,
        session: AsyncSession,
        action: AuditAction,
        subject: str,
        *,
        before: Facts | None = None,
        after: Facts | None = None,
        booking_id: str | None = None,
        once: bool = False,
    ) -> None:
        """Keeps a change in the transaction that makes it."""
        await record_audit(
            session,
            self.asker,
            action,
            subject,
            before=before,
            after=after,
            booking_id=booking_id,
            once=once,
        )

    async def decided(
        self,
        action: AuditAction,
        subject: str,
        *,
        before: Facts | None = None,
        after: Facts | None = None,
        booking_id: str | None = None,
    ) -> None:
        """Keeps a decision that a workflow took; asked for again with the same key, once."""
        async with self.sessions.begin() as session:
            await self.record(
                session,
                action,
                subject,
                before=before,
                after=after,
                booking_id=booking_id,
                once=True,
            )

    async def bulk_read(self, what: str, asked: Facts) -> None:
        """Keeps that personal data are about to be read in bulk; call it before the first row.

        Args:
            what: the subject, such as `bookings.csv`.
            asked: filters, columns, and the number of rows if it is known.
        """
        async with self.sessions.begin() as session:
            await self.record(session, AuditAction.DATA_EXPORTED, what, after=asked)
