"""What the desk keeps of drafts: every save with the state it began from, and the way back."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.quote_states import State, state_of_version
from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import DraftChangedError, InvalidInputError, QuoteNotSendableError
from models.domain.quote_draft import QuoteDraft
from models.store import draft_states, quote_drafts
from models.store.audit import differing
from models.store.audit_stretches import within_stretch
from models.store.quote_drafts import FullVersion
from models.tables.quote import QuoteVersion


@dataclass(frozen=True)
class Saving:
    """A form to save: as it is kept, and the draft that it makes."""

    typed: State
    draft: QuoteDraft | None
    """None where fields need another look: then the version stays as it is."""
    faults: int = 0
    seen: str = ""
    """The hash of the state that it began from; empty where nobody says."""
    by_itself: bool = False
    """Saved while somebody types: one event in the audit log for a stretch of work."""
    back_to: int = 0
    """The revision to which an undo goes back: no other goes back to it or behind it again."""


@dataclass(frozen=True)
class Saved:
    """What became of a save."""

    draft_hash: str
    at: datetime
    faults: int
    """Fields that need another look; then the version itself does not say this yet."""
    why: str = ""
    """What keeps the draft from being priced, beside its fields."""


class DraftKeeping(DeskCore):
    """The desk's part for drafts in the builder."""

    async def save_draft(self, booking_id: str, version_id: str, saving: Saving) -> Saved:
        """Keeps what somebody typed; the version says it too if nothing is wrong with it.

        Saving once more what stands there already changes nothing, whatever it began from.

        Raises:
            NotFoundError: the booking has no such version, or it is not theirs.
            QuoteNotSendableError: the version is no draft any more.
            DraftChangedError: somebody else saved it meanwhile.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            version = await quote_drafts.lock_draft(session, booking_id, version_id)
            stands = await draft_states.state_now(session, version)
            same = stands is not None and stands.typed == saving.typed
            if stands and same and (saving.by_itself or stands.faults):
                return Saved(version.draft_hash, stands.saved_at, stands.faults)
            if saving.seen and saving.seen != version.draft_hash and not same:
                raise DraftChangedError
            if stands is None:
                await self.keep_as_it_stands(session, version)
            if saving.back_to:
                await draft_states.mark_undone(session, version, saving.back_to)
            return await self._save(session, version, saving)

    async def keep_as_it_stands(self, session: AsyncSession, version: QuoteVersion) -> None:
        """Keeps the state before a first save, or after one that did not come from the builder."""
        if await draft_states.state_now(session, version) is not None:
            return
        full = await _full(session, version)
        by = version.changed_by or version.created_by
        await draft_states.add_state(session, version, state_of_version(full), 0, by)

    async def before_last_save(
        self, booking_id: str, version_id: str, seen: str
    ) -> tuple[State, int]:
        """The state before the last save, and its revision.

        Raises:
            DraftChangedError: somebody saved the draft meanwhile.
            InvalidInputError: nothing is kept from before, or the last save was somebody else's.
            QuoteNotSendableError: the version is no draft any more.
        """
        async with self.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            version = await quote_drafts.lock_draft(session, booking_id, version_id, seen)
            before = await draft_states.state_before(session, version)
            if before is None:
                raise InvalidInputError("There is nothing left to undo.")
            if version.changed_by != self.actor:
                raise InvalidInputError("The last change is somebody else's: only they undo it.")
            return before.typed, before.revision

    async def _save(self, session: AsyncSession, version: QuoteVersion, saving: Saving) -> Saved:
        now, faults, why = datetime.now(UTC), saving.faults, ""
        told = saving.by_itself and await within_stretch(session, version.id, self.actor, now)
        was = None if told else (await _full(session, version)).draft()
        if saving.draft is not None:
            try:
                await quote_drafts.rewrite_draft(
                    session, version.booking_id, version.id, saving.draft, self.actor
                )
            except InvalidInputError as error:
                faults, why = max(faults, 1), str(error)
        if faults:
            quote_drafts.mark_changed(version, self.actor)
        await draft_states.add_state(session, version, saving.typed, faults, self.actor)
        if was is not None:
            await self._tell_saved(session, version, was, None if faults else saving.draft, faults)
        return Saved(version.draft_hash, version.changed_at or now, faults, why)

    async def _tell_saved(
        self,
        session: AsyncSession,
        version: QuoteVersion,
        was: dict[str, Any],
        draft: QuoteDraft | None,
        faults: int,
    ) -> None:
        """An event for a save by hand, or for a stretch of work that saves by itself."""
        before, after = differing(was, asdict(draft) if draft else was)
        await self.audit.record(
            session,
            AuditAction.QUOTE_REWRITTEN,
            version.id,
            before=before,
            after=after | ({"fields_to_mend": faults} if faults else {}),
            booking_id=version.booking_id,
        )


async def _full(session: AsyncSession, version: QuoteVersion) -> FullVersion:
    return await quote_drafts.find_version(session, version.booking_id, version.id)


async def check_finished(session: AsyncSession, version: QuoteVersion) -> None:
    """Nothing is sent while the builder holds more than the version says.

    Raises:
        QuoteNotSendableError: some of what was typed needs another look.
    """
    state = await draft_states.state_now(session, version)
    if state is not None and state.faults:
        raise QuoteNotSendableError(
            "The draft holds changes that are kept but not finished. Open it and mend the fields "
            "that are marked, then send it."
        )
