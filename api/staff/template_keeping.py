"""What staff do with templates: keep a trip as one, name it, archive it, put it into quotes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.clock import day_of
from models.domain.quote_draft import DraftDay, QuoteDraft
from models.domain.template_use import (
    Filled,
    NoteKind,
    UseNote,
    elsewhere,
    is_empty,
    put_in,
    trip_of,
)
from models.domain.trip_templates import (
    TemplateContent,
    content_of,
    content_of_days,
    days_that_name,
    without_names,
)
from models.messages.ids import id_of_command
from models.store import offers, quote_drafts
from models.store import trip_templates as templates
from models.store.audit import differing
from models.store.bookings import BookingRow
from models.store.photos import photos_there
from models.store.quote_pricing import PricedDraft, price_draft
from models.store.template_supplies import supplies_of
from models.store.trip_templates import TemplateHead
from models.tables.crm import Booking
from models.tables.trip_templates import TripTemplate

INSERTED = "TEMPLATE_INSERTED"


@dataclass(frozen=True)
class Source:
    """Where a template's content comes from: a version of a booking's quote, or a tour."""

    booking_id: str = ""
    quote_id: str = ""
    tour_id: str = ""

    @property
    def id(self) -> str:
        """Of the version, or of the tour."""
        return self.quote_id or self.tour_id


async def save_template(desk: Desk, head: TemplateHead, source: Source) -> tuple[str, list[int]]:
    """Keeps a version or a tour as a template, once for the command.

    Returns:
        Its id, and the days, from 1, whose texts name the customer.

    Raises:
        NotFoundError: there is no such version or tour.
        InvalidInputError: it is empty, or longer than a quote can be.
    """
    content, named = await _content(desk, source, head.name)
    template_id = id_of_command("template", desk.command_id)
    async with desk.sessions.begin() as session:
        new = await templates.add_template(
            session, template_id, head, content, source=source.id, by=desk.actor
        )
        if new:
            after = {**vars(head), "source": source.id, "length_days": content.length_days}
            await desk.audit.record(session, AuditAction.TEMPLATE_SAVED, template_id, after=after)
    return template_id, named


async def change_template(desk: Desk, template_id: str, changes: dict[str, Any]) -> None:
    """Renames a template, archives it or puts it back.

    Raises:
        NotFoundError: there is none of this id.
    """
    desk.member.require(Permission.EDIT_BOOKINGS)
    async with desk.sessions.begin() as session:
        await _change(desk, session, template_id, changes)


async def rewrite_template(desk: Desk, template_id: str, source: Source) -> list[int]:
    """Lets a template say what a version or a tour says; returns the days that name the customer.

    Raises:
        NotFoundError: there is no such template, version or tour.
        InvalidInputError: the version is empty, or longer than a quote can be.
    """
    async with desk.sessions() as session:
        name = (await templates.find_template(session, template_id)).name
    content, named = await _content(desk, source, name)
    changes = {
        "content": templates.stored_content(content),
        "length_days": content.length_days,
        "source": source.id,
    }
    async with desk.sessions.begin() as session:
        await _change(desk, session, template_id, changes)
    return named


async def _change(
    desk: Desk, session: AsyncSession, template_id: str, changes: dict[str, Any]
) -> None:
    before, after = await templates.change_template(session, template_id, changes)
    if after:
        await desk.audit.record(
            session, AuditAction.TEMPLATE_CHANGED, template_id, before=before, after=after
        )


async def _content(desk: Desk, source: Source, name: str) -> tuple[TemplateContent, list[int]]:
    if source.tour_id:
        async with desk.sessions() as session:
            tour = await offers.find_tour(session, source.tour_id)
        days = [_day(day) for day in tour.days]
        return content_of_days(tour.title, tour.short_description, days), []
    async with desk.booking(source.booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        full = await quote_drafts.find_version(session, source.booking_id, source.quote_id)
        content = content_of(full.written())
    people = row.customer.name
    return without_names(content, name, people), days_that_name(content, people)


def _day(day: dict[str, Any]) -> DraftDay:
    place, title, text = (str(day.get(name, "")) for name in ("place", "title", "text"))
    return DraftDay(place or title, title or place, text)


async def start_from_template(
    desk: Desk, booking_id: str, template_id: str, departure_on: date, currency: str
) -> tuple[str, tuple[UseNote, ...]]:
    """Starts a booking's next version from a template; returns its id and what to look at.

    Raises:
        NotFoundError: there is no such booking or template.
        InvalidInputError: the template is archived.
    """
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        template = await templates.template_to_use(session, template_id)
        filled = await begun(session, row.booking, template, departure_on, currency)
        notes = await all_notes(session, row.booking, template, filled)
    return await desk.create_draft(booking_id, filled.draft), notes


async def begun(
    session: AsyncSession,
    booking: Booking,
    template: TripTemplate,
    departure_on: date,
    currency: str,
) -> Filled:
    """A new draft of a template for a booking's travellers; nothing is stored."""
    content = await _usable(session, template)
    supplies = await supplies_of(session, content, departure_on)
    return trip_of(
        content,
        supplies,
        departure_on=departure_on,
        travelers=booking.travelers,
        currency=currency,
    )


async def filled_in(
    session: AsyncSession, draft: QuoteDraft, template: TripTemplate, after_day: int
) -> Filled:
    """A draft with a template in it; nothing is stored.

    Raises:
        InvalidInputError: the draft has no such day, or would be too long.
    """
    content = await _usable(session, template)
    first_on = draft.departure_on + timedelta(days=0 if is_empty(draft) else after_day)
    supplies = await supplies_of(session, content, first_on)
    return put_in(draft, content, supplies, after_day=after_day)


async def _usable(session: AsyncSession, template: TripTemplate) -> TemplateContent:
    """What a template says, without the photos that have left the library."""
    content = templates.content_in(template)
    shown = {content.cover_id, *(day.photo_id for day in content.days)} - {""}
    there = await photos_there(session, shown)
    days = (day if day.photo_id in there else replace(day, photo_id="") for day in content.days)
    cover_id = content.cover_id if content.cover_id in there else ""
    return replace(content, days=tuple(days), cover_id=cover_id)


async def insert_template(
    desk: Desk, booking_id: str, quote_id: str, template_id: str, after_day: int
) -> tuple[UseNote, ...]:
    """Puts a template into a draft, once for the command; returns what to look at.

    Raises:
        NotFoundError: there is no such booking, version or template.
        QuoteNotSendableError: the version is no draft any more.
        InvalidInputError: the template is archived, the draft has no such day, or gets too long.
    """
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        version = await quote_drafts.lock_draft(session, booking_id, quote_id)
        full = await quote_drafts.find_version(session, booking_id, quote_id)
        template = await templates.template_to_use(session, template_id)
        if await desk.did(session, booking_id, INSERTED):
            return ()
        filled = await filled_in(session, full.written(), template, after_day)
        await desk.keep_as_it_stands(session, version)
        await quote_drafts.rewrite_draft(session, booking_id, quote_id, filled.draft, desk.actor)
        await _leave_trace(desk, session, row, full, filled)
        return await all_notes(session, row.booking, template, filled)


async def _leave_trace(
    desk: Desk,
    session: AsyncSession,
    row: BookingRow,
    full: quote_drafts.FullVersion,
    filled: Filled,
) -> None:
    before, after = differing(full.draft(), asdict(filled.draft))
    booking_id, version_id = row.booking.id, full.version.id
    await desk.audit.record(
        session,
        AuditAction.QUOTE_REWRITTEN,
        version_id,
        before=before,
        after=after,
        booking_id=booking_id,
    )
    await desk.note_once(session, booking_id, INSERTED, version_id)


async def all_notes(
    session: AsyncSession, booking: Booking, template: TripTemplate, filled: Filled
) -> tuple[UseNote, ...]:
    """Everything to look at: the template's own notes, and why a line has no price."""
    priced = await price_draft(session, booking, filled.draft, day_of(datetime.now(UTC)))
    there = elsewhere(template.destination, booking.destination)
    return (*((there,) if there else ()), *_with_reasons(filled.notes, priced))


def _with_reasons(notes: Sequence[UseNote], priced: PricedDraft) -> list[UseNote]:
    """The notes, and one for each line without a price that has none."""
    told = {note.line for note in notes}
    found = list(notes)
    for number, line in enumerate(priced.draft.lines, start=1):
        trace = priced.trace_of(number)
        if trace["priced"] or number in told:
            continue
        why = next((one["reason"] for one in trace["findings"] if one["prevents_price"]), "")
        found.append(UseNote(NoteKind.NO_PRICE, f"{line.description}: {why}", number))
    return sorted(found, key=lambda note: note.line or 0)
