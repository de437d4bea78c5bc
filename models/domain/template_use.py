"""A template in a quote: shifted to the trip's dates, with what somebody has to look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from models.domain.errors import InvalidInputError
from models.domain.quote_draft import (
    LONGEST_TRIP_DAYS,
    MOST_LINES,
    DraftLine,
    QuoteDraft,
    RoomGroup,
)
from models.domain.trip_templates import TemplateContent


class NoteKind(StrEnum):
    """What a note is about; its sentence says the rest."""

    NO_RATE = "NO_RATE"
    """No rate card of the product holds when the service would be: it has no price."""
    SUPPLIER_INACTIVE = "SUPPLIER_INACTIVE"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    """A price by hand was in another currency: it was left out."""
    OTHER_TRAVELERS = "OTHER_TRAVELERS"
    """A quantity and price by hand were for another number of people."""
    STAY_OVER_DAYS = "STAY_OVER_DAYS"
    """A stay of the draft runs over the days that were put in."""
    OTHER_DESTINATION = "OTHER_DESTINATION"
    NO_PRICE = "NO_PRICE"
    """The price list has no price, for another reason."""


@dataclass(frozen=True)
class UseNote:
    """Something to look at; `line` is the service's place in the draft, from 1, or None."""

    kind: NoteKind
    reason: str
    line: int | None = None


@dataclass(frozen=True)
class Supply:
    """What the cards of a service are on a day: those in use, or none and why."""

    cards: tuple[str, ...] = ()
    refusal: NoteKind | None = None


Supplies = Mapping[int, Supply]
"""By the place of a template's line, from 0; lines without cards have none."""


@dataclass(frozen=True)
class Filled:
    """A draft that a template was put into."""

    draft: QuoteDraft
    notes: tuple[UseNote, ...]


def trip_of(
    content: TemplateContent,
    supplies: Supplies,
    *,
    departure_on: date,
    travelers: int,
    currency: str,
    groups: tuple[RoomGroup, ...] = (),
) -> Filled:
    """A new draft of a template, from a day of departure on."""
    empty = QuoteDraft(
        title=content.title,
        intro=content.intro,
        currency=currency,
        departure_on=departure_on,
        return_on=departure_on,
        travelers=travelers,
        change_summary="",
        days=(),
        lines=(),
        groups=groups,
    )
    return put_in(empty, content, supplies, after_day=0)


def put_in(
    draft: QuoteDraft, content: TemplateContent, supplies: Supplies, *, after_day: int
) -> Filled:
    """A draft with a template after one of its days; an empty draft becomes the template.

    Args:
        draft: as it stands; what comes after the day is as many days later.
        content: of the template.
        supplies: the cards of its services on the days on which they would be.
        after_day: 0 puts it before the first day.

    Raises:
        InvalidInputError: the draft has no such day, or would be too long.
    """
    if is_empty(draft):
        return _replaced(draft, content, supplies)
    if not 0 <= after_day <= len(draft.days):
        raise InvalidInputError(f"after_day: the draft has {len(draft.days)} days.")
    length = content.length_days
    before = [line for line in draft.lines if line.day <= after_day]
    later = [replace(line, day=line.day + length) for line in draft.lines if line.day > after_day]
    new = tuple(
        _placed(line, supplies.get(number), after_day, draft.currency, content)
        for number, line in enumerate(content.lines)
    )
    days = (*draft.days[:after_day], *content.written_out, *draft.days[after_day:])
    return_on = draft.return_on + timedelta(days=length)
    filled = replace(draft, days=days, lines=(*before, *new, *later), return_on=return_on)
    over = (
        _stay_over(number, line)
        for number, line in enumerate(before, start=1)
        if line.day + line.nights > after_day and line.nights
    )
    notes = (*over, *_notes(content, supplies, filled, first=len(before) + 1))
    return Filled(_bounded(filled), notes)


def is_empty(draft: QuoteDraft) -> bool:
    """Whether a draft has neither days nor services yet."""
    return not draft.days and not draft.lines


def _replaced(draft: QuoteDraft, content: TemplateContent, supplies: Supplies) -> Filled:
    lines = tuple(
        _placed(line, supplies.get(number), 0, draft.currency, content)
        for number, line in enumerate(content.lines)
    )
    filled = replace(
        draft,
        title=content.title,
        intro=content.intro,
        days=content.days,
        lines=lines,
        included=content.included or draft.included,
        excluded=content.excluded or draft.excluded,
        cover_id=content.cover_id or draft.cover_id,
        return_on=draft.departure_on + timedelta(days=content.length_days - 1),
    )
    return Filled(_bounded(filled), tuple(_notes(content, supplies, filled, first=1)))


def _bounded(draft: QuoteDraft) -> QuoteDraft:
    length = (draft.return_on - draft.departure_on).days + 1
    if length > LONGEST_TRIP_DAYS:
        raise InvalidInputError(
            f"A trip has at most {LONGEST_TRIP_DAYS} days; with the template it would have "
            f"{length}."
        )
    if len(draft.lines) > MOST_LINES:
        raise InvalidInputError(f"A quote has at most {MOST_LINES} services.")
    return draft


def _placed(
    line: DraftLine, supply: Supply | None, after_day: int, currency: str, content: TemplateContent
) -> DraftLine:
    """A line on its day of the trip, with the cards in use; a price in other money is none."""
    placed = replace(line, day=line.day + after_day)
    if supply is not None:
        first, *further = supply.cards or (None,)
        return replace(placed, rate_card_id=first, further_cards=tuple(filter(None, further)))
    if currency == content.currency or (line.unit_price_minor is None and not line.price_minor):
        return placed
    return replace(placed, unit_price_minor=None, markup_kind=None, price_minor=None)


def _notes(
    content: TemplateContent, supplies: Supplies, filled: QuoteDraft, *, first: int
) -> Iterator[UseNote]:
    for number, line in enumerate(content.lines):
        supply = supplies.get(number)
        placed = filled.lines[first - 1 + number]
        on = filled.departure_on + timedelta(days=placed.day - 1)
        kind = supply.refusal if supply else _by_hand(content, filled)
        if kind is not None:
            yield UseNote(kind, _sentence(kind, line, on, content, filled), first + number)


def _by_hand(content: TemplateContent, filled: QuoteDraft) -> NoteKind | None:
    if filled.currency != content.currency:
        return NoteKind.OTHER_CURRENCY
    return NoteKind.OTHER_TRAVELERS if filled.travelers != content.travelers else None


def _sentence(
    kind: NoteKind, line: DraftLine, on: date, content: TemplateContent, filled: QuoteDraft
) -> str:
    match kind:
        case NoteKind.NO_RATE:
            why = f"no rate holds on {on}: ask the supplier, or price it by hand."
        case NoteKind.SUPPLIER_INACTIVE:
            why = "we don't use its supplier any more: choose another one."
        case NoteKind.OTHER_CURRENCY:
            why = f"its price was in {content.currency}: write one in {filled.currency}."
        case _:
            why = f"quantity and price are for {content.travelers} travellers: look at them again."
    return f"{line.description}: {why}"


def _stay_over(number: int, line: DraftLine) -> UseNote:
    reason = f"{line.description}: the stay runs over the days that were put in; look at its days."
    return UseNote(NoteKind.STAY_OVER_DAYS, reason, number)


def elsewhere(template: str, booking: str) -> UseNote | None:
    """A warning where a template goes somewhere else than the booking; unknown is no warning."""
    if not template or not booking or _same_place(template, booking):
        return None
    reason = f"The template goes to {template}, but the customer asked for {booking}."
    return UseNote(NoteKind.OTHER_DESTINATION, reason)


def _same_place(one: str, other: str) -> bool:
    first, second = one.casefold(), other.casefold()
    return first in second or second in first
