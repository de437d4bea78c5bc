"""What staff do with a booking's quote: draft it, send it."""

from dataclasses import asdict

from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.messages.booking import QuoteSent, SendQuote
from models.messages.ids import QuoteVersionId
from models.store import quote_drafts
from models.store.audit import differing
from models.store.quote_copies import copy_of
from models.store.quote_drafts import QuoteDraft


class Quoting(DeskCore):
    """The desk's part for quotes."""

    async def create_draft(self, booking_id: str, draft: QuoteDraft) -> str:
        """Starts the next quote version; returns its id.

        Raises:
            InvalidInputError: a line's rate is unknown, another supplier's or out of season.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):

            async def create() -> str:
                version = await quote_drafts.create_draft(session, booking_id, draft, self.actor)
                await self.audit.record(
                    session,
                    AuditAction.QUOTE_DRAFTED,
                    version.id,
                    after=asdict(draft),
                    booking_id=booking_id,
                )
                return version.id

            return await self.create_once(session, row, "QUOTE_DRAFTED", create)

    async def copy_version(self, booking_id: str, version_id: str) -> str:
        """Starts the next version with the content of any other, at today's costs; returns its id.

        Raises:
            NotFoundError: the booking has no such version.
            InvalidInputError: a line's rate is out of season by now.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            full = await quote_drafts.find_version(session, booking_id, version_id)
        return await self.create_draft(booking_id, copy_of(full))

    async def rewrite_draft(self, booking_id: str, version_id: str, draft: QuoteDraft) -> None:
        """Replaces all that a draft says.

        Raises:
            QuoteNotSendableError: the version is no draft any more.
            InvalidInputError: a line's rate is unknown, another supplier's or out of season.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            seen = await quote_drafts.find_version(session, booking_id, version_id)
            before, after = differing(seen.draft(), asdict(draft))
            await quote_drafts.rewrite_draft(session, booking_id, version_id, draft)
            await self.audit.record(
                session,
                AuditAction.QUOTE_REWRITTEN,
                version_id,
                before=before,
                after=after,
                booking_id=booking_id,
            )

    async def send_quote(
        self, booking_id: str, version_id: str, *, beside: bool = False, replaces: str | None = None
    ) -> QuoteSent:
        """Sends a draft to the customer.

        Args:
            booking_id: whose draft.
            version_id: the draft.
            beside: as one more option, instead of in the place of all that are open.
            replaces: in the place of this open version alone.

        Raises:
            QuoteNotSendableError: it is no draft, has no price, departs in the past, or too late;
                or the version that it should replace is not open any more.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            await quote_drafts.find_version(session, booking_id, version_id)
        command = SendQuote(
            command_id=self.command_id,
            actor=self.actor,
            quote_version_id=QuoteVersionId(version_id),
            beside=beside,
            replaces=QuoteVersionId(replaces) if replaces else None,
        )
        return await self.decisions.ask(booking_id, "send_quote", command, QuoteSent)
