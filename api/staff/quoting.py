"""What staff do with a booking's quote: draft it, send it."""

from dataclasses import asdict

from api.staff.draft_keeping import DraftKeeping, check_finished
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import DraftChangedError, InvalidInputError
from models.domain.quote_draft import QuoteDraft
from models.messages.booking import (
    ApprovalAsked,
    ApprovalDecided,
    AskApproval,
    DecideApproval,
    QuoteSent,
    SendQuote,
)
from models.messages.ids import QuoteVersionId, RemarkId
from models.store import quote_drafts
from models.store.audit import differing
from models.store.quote_copies import copy_of
from models.store.remarks import add_remark


class Quoting(DraftKeeping):
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

    async def rewrite_draft(
        self, booking_id: str, version_id: str, draft: QuoteDraft, seen: str = ""
    ) -> None:
        """Replaces all that a draft says.

        Args:
            booking_id: whose draft.
            version_id: the draft.
            draft: what it says from now on; what it says already may be sent again.
            seen: the hash of the draft that was read; empty asks for no comparison.

        Raises:
            QuoteNotSendableError: the version is no draft any more.
            DraftChangedError: somebody else saved it meanwhile.
            InvalidInputError: a line's rate is unknown, another supplier's or out of season.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            version = await quote_drafts.lock_draft(session, booking_id, version_id)
            stands = await quote_drafts.find_version(session, booking_id, version_id)
            if seen not in {"", version.draft_hash}:
                if stands.written() == draft:
                    return
                raise DraftChangedError
            before, after = differing(stands.draft(), asdict(draft))
            await self.keep_as_it_stands(session, version)
            await quote_drafts.rewrite_draft(session, booking_id, version_id, draft, self.actor)
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
            found = await quote_drafts.find_version(session, booking_id, version_id)
            await check_finished(session, found.version)
        command = SendQuote(
            command_id=self.command_id,
            actor=self.actor,
            quote_version_id=QuoteVersionId(version_id),
            beside=beside,
            replaces=QuoteVersionId(replaces) if replaces else None,
            approver=self.member.may(Permission.APPROVE_QUOTES),
        )
        return await self.decisions.ask(booking_id, "send_quote", command, QuoteSent)

    async def ask_approval(self, booking_id: str, version_id: str, remark: str) -> ApprovalAsked:
        """Asks the managers to let a draft out.

        Raises:
            QuoteNotSendableError: it is no draft, or within the policy's limits.
        """
        kind = "approval_asked"
        remark_id = await self._remark(
            booking_id, version_id, kind, remark, Permission.EDIT_BOOKINGS
        )
        command = AskApproval(
            command_id=self.command_id,
            actor=self.actor,
            quote_version_id=QuoteVersionId(version_id),
            remark_id=remark_id,
        )
        return await self.decisions.ask(booking_id, "ask_approval", command, ApprovalAsked)

    async def decide_approval(
        self, booking_id: str, version_id: str, *, approved: bool, reason: str
    ) -> ApprovalDecided:
        """Lets a draft out, or says why not.

        Raises:
            InvalidInputError: it is not let out and nobody says why.
            QuoteNotSendableError: nobody asks, or the draft has changed since.
        """
        if not approved and not reason:
            raise InvalidInputError("Please say why it is not approved.")
        kind = "quote_approved" if approved else "quote_not_approved"
        reason_id = await self._remark(
            booking_id, version_id, kind, reason, Permission.APPROVE_QUOTES
        )
        command = DecideApproval(
            command_id=self.command_id,
            actor=self.actor,
            quote_version_id=QuoteVersionId(version_id),
            approved=approved,
            reason_id=reason_id,
        )
        return await self.decisions.ask(booking_id, "decide_approval", command, ApprovalDecided)

    async def _remark(
        self, booking_id: str, version_id: str, kind: str, text: str, permission: Permission
    ) -> RemarkId | None:
        """What somebody wrote to a version of a booking that they may see; None for nothing."""
        async with self.booking(booking_id, permission) as (session, _):
            await quote_drafts.find_version(session, booking_id, version_id)
            if not text:
                return None
            return await add_remark(session, booking_id, author=self.actor, kind=kind, body=text)
