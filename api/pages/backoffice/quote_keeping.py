"""The builder's form and the draft that is kept: how it stands, and what a save makes of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.quote_fields import QuoteFields
from api.pages.backoffice.quote_form import check, from_version
from api.pages.backoffice.quote_states import from_state, keyed, to_state
from api.staff.desk import Desk
from api.staff.draft_keeping import Saved, Saving
from models.store import draft_states
from models.store.quote_drafts import FullVersion, find_head
from models.store.staff import list_staff
from models.tables.quote import QuoteVersion


@dataclass(frozen=True)
class Keeping:
    """How a draft is kept, for the foot of the builder."""

    draft_hash: str
    at: datetime | None = None
    faults: int = 0
    why: str = ""
    undoable: bool = False
    who: str = ""
    """Who saved it meanwhile, when it is not as the form began from any more."""

    @property
    def clashes(self) -> bool:
        """Whether somebody else saved the draft since the form was made."""
        return bool(self.who)


async def draft_fields(session: AsyncSession, full: FullVersion) -> QuoteFields:
    """A draft as it was typed last, finished or not."""
    state = await draft_states.state_now(session, full.version)
    return from_state(state.typed) if state else fields_of_version(full)


def fields_of_version(full: FullVersion) -> QuoteFields:
    """A version as a form whose rows have keys."""
    return keyed(from_version(full, change_summary=full.version.change_summary or ""))


async def keeping_of(
    session: AsyncSession, desk: Desk, booking_id: str, quote_id: str, seen: str
) -> Keeping:
    """How a draft is kept beside what a form began from; `seen` empty is how it stands now."""
    version = await find_head(session, booking_id, quote_id)
    if seen and seen != version.draft_hash:
        return await clash_of(session, version)
    state = await draft_states.state_now(session, version)
    before = await draft_states.state_before(session, version)
    return Keeping(
        draft_hash=version.draft_hash,
        at=version.changed_at,
        faults=state.faults if state else 0,
        undoable=before is not None and version.changed_by == desk.actor,
    )


async def clash_of(session: AsyncSession, version: QuoteVersion) -> Keeping:
    """Who saved a draft last, and when, by the hash that it has now."""
    by = version.changed_by or version.created_by
    names = {one.id: one.name for one in await list_staff(session, active_only=False)}
    who = names.get(by, by)
    return Keeping(version.draft_hash, version.changed_at or version.created_at, who=who)


def saving_of(fields: QuoteFields, seen: str, *, by_itself: bool) -> tuple[Saving, dict[str, str]]:
    """What a form asks to save, with one sentence for each field that is wrong."""
    draft, errors = check(fields)
    content = draft.draft() if draft else None
    saving = Saving(to_state(fields), content, len(errors), seen, by_itself=by_itself)
    return saving, errors


async def save(
    desk: Desk, booking_id: str, quote_id: str, fields: QuoteFields, seen: str
) -> tuple[Saved, dict[str, str]]:
    """Saves what was typed by itself, also where some of it is not finished.

    Raises:
        NotFoundError: the booking has no such version, or it is not theirs.
        QuoteNotSendableError: the version is no draft any more.
        DraftChangedError: somebody else saved it meanwhile.
    """
    saving, errors = saving_of(fields, seen, by_itself=True)
    return await desk.save_draft(booking_id, quote_id, saving), errors


async def undo(desk: Desk, booking_id: str, quote_id: str, seen: str) -> Saved:
    """Saves the state before the last save once more.

    Raises:
        DraftChangedError: somebody saved the draft meanwhile.
        InvalidInputError: nothing is kept from before, or the last save was somebody else's.
        QuoteNotSendableError: the version is no draft any more.
    """
    before, revision = await desk.before_last_save(booking_id, quote_id, seen)
    saving, _ = saving_of(from_state(before), seen, by_itself=False)
    return await desk.save_draft(
        booking_id, quote_id, replace(saving, typed=before, back_to=revision)
    )
