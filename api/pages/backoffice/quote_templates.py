"""Templates in the builder: a form that begins with one, or takes one in after a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from api.pages.backoffice.frame import Refusal
from api.pages.backoffice.quote_fields import (
    CURRENCIES,
    DEFAULT_CURRENCY,
    DayFields,
    LineFields,
    QuoteFields,
)
from api.pages.backoffice.quote_form import from_enquiry, line_fields
from api.pages.translation import N_, gettext, ngettext
from api.staff.desk import Desk
from api.staff.template_keeping import begun, filled_in
from models.domain.access import Permission
from models.domain.clock import day_of
from models.domain.errors import DomainError, InvalidInputError
from models.domain.quote_draft import DraftDay, DraftLine, QuoteDraft
from models.domain.stages import ServiceKind
from models.domain.template_use import UseNote, elsewhere, is_empty
from models.store import trip_templates as templates
from models.tables.crm import Booking
from models.tables.trip_templates import TripTemplate

INSERT: Final = "insert_template"
"""The action of the builder's button."""
START: Final = "template:"
"""What stands before the id in a form's `start`."""
CHOOSE_DATES = N_("Write departure, return and travellers first.")


@dataclass(frozen=True)
class Begun:
    """A form with a template in it, and what to look at; or the form, and why it has none."""

    fields: QuoteFields
    notes: tuple[UseNote, ...] = ()
    refusal: Refusal | None = None


def in_words(one: TripTemplate) -> str:
    """A template in a list to choose from."""
    name = f"{one.name}, {one.variant}" if one.variant else one.name
    days = ngettext("%(num)s day", "%(num)s days", one.length_days)
    return gettext("Template: %(name)s, %(days)s", name=name, days=days)


async def template_starts(session: AsyncSession) -> list[tuple[str, str]]:
    """The templates that a form can begin with."""
    found = await templates.templates_to_choose(session)
    return [(f"{START}{one.id}", in_words(one)) for one in found]


async def begin_with(desk: Desk, booking_id: str, start: str) -> Begun:
    """A form filled from a template for a booking; a blank one where it is archived.

    Raises:
        NotFoundError: there is no such booking or template.
    """
    today = day_of(datetime.now(UTC))
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        blank = from_enquiry(row.booking, None, today)
        try:
            return await _filled(session, row.booking, blank, start.removeprefix(START))
        except InvalidInputError as error:
            return Begun(blank, refusal=Refusal.of(error))


async def put_into(desk: Desk, booking_id: str, fields: QuoteFields, form: FormData) -> Begun:
    """A form with the chosen template after the chosen day; nothing is saved yet.

    What is not finished in the form stays as it was typed.
    """
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        try:
            return await _with_template(session, row.booking, fields, form)
        except DomainError as error:
            return Begun(fields, refusal=Refusal.of(error))


async def _filled(
    session: AsyncSession, booking: Booking, fields: QuoteFields, template_id: str
) -> Begun:
    template = await templates.template_to_use(session, template_id)
    departure = date.fromisoformat(fields.departure_on)
    filled = await begun(session, booking, template, departure, fields.currency)
    notes = (*_elsewhere(template, booking), *filled.notes)
    return Begun(_instead(fields, filled.draft), notes)


async def _with_template(
    session: AsyncSession, booking: Booking, fields: QuoteFields, form: FormData
) -> Begun:
    template = await templates.template_to_use(session, str(form.get("template_id") or ""))
    typed = str(form.get("after_day") or "0")
    after = int(typed) if typed.isdecimal() and len(typed) < len("100") else 0
    draft = _outline(fields)
    filled = await filled_in(session, draft, template, after)
    notes = (*_elsewhere(template, booking), *filled.notes)
    if is_empty(draft):
        return Begun(_instead(fields, filled.draft), notes)
    length = templates.content_in(template).length_days
    return Begun(_put_in(fields, filled.draft, after, length), notes)


def _put_in(fields: QuoteFields, draft: QuoteDraft, after: int, length: int) -> QuoteFields:
    """The form with so many days of a draft after one of its own."""
    before = tuple(line for line in fields.lines if _day(line) <= after)
    behind = tuple(line for line in fields.lines if _day(line) > after)
    new = draft.lines[len(before) : len(draft.lines) - len(behind)]
    later = (replace(line, day=str(_day(line) + length)) for line in behind)
    days = _day_fields(draft.days[after : after + length])
    return replace(
        fields,
        return_on=draft.return_on.isoformat(),
        days=(*fields.days[:after], *days, *fields.days[after:]),
        lines=(*before, *(line_fields(line, draft.currency) for line in new), *later),
    )


def _elsewhere(template: TripTemplate, booking: Booking) -> tuple[UseNote, ...]:
    there = elsewhere(template.destination, booking.destination)
    return (there,) if there else ()


def _instead(fields: QuoteFields, draft: QuoteDraft) -> QuoteFields:
    return replace(
        fields,
        title=draft.title,
        intro=draft.intro,
        return_on=draft.return_on.isoformat(),
        included="\n".join(draft.included) or fields.included,
        excluded="\n".join(draft.excluded) or fields.excluded,
        cover_id=draft.cover_id or fields.cover_id,
        days=_day_fields(draft.days),
        lines=tuple(line_fields(line, draft.currency) for line in draft.lines),
    )


def _outline(fields: QuoteFields) -> QuoteDraft:
    """As much of a draft as decides where days and services go; an untouched form is empty."""
    try:
        departure, return_on = map(date.fromisoformat, (fields.departure_on, fields.return_on))
        travelers = int(fields.travelers)
    except ValueError as error:
        raise InvalidInputError(CHOOSE_DATES) from error
    days = () if not any(any(vars(day).values()) for day in fields.days) else fields.days
    return QuoteDraft(
        title=fields.title,
        intro=fields.intro,
        currency=fields.currency if fields.currency in CURRENCIES else DEFAULT_CURRENCY,
        departure_on=departure,
        return_on=max(departure, return_on),
        travelers=travelers,
        change_summary="",
        days=tuple(DraftDay(day.place, day.title, day.text, day.photo_id) for day in days),
        lines=tuple(_outlined(line) for line in fields.lines),
    )


def _outlined(line: LineFields) -> DraftLine:
    nights = int(line.nights) if line.nights.isdecimal() else 0
    return DraftLine(_day(line), nights, ServiceKind.FEE, line.description, None, None, 1, None)


def _day(line: LineFields) -> int:
    return int(line.day) if line.day.isdecimal() else 1


def _day_fields(days: Sequence[DraftDay]) -> tuple[DayFields, ...]:
    return tuple(DayFields(day.place, day.title, day.text, day.photo_id) for day in days)
