"""Copying, cutting and pasting days and services of the builder, also into another booking's draft.

The browser holds nothing of it: what was copied stays here, under who copied it. Pasting asks once
more whether they may see where it comes from.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.quote_fields import LineFields, QuoteFields
from api.pages.backoffice.quote_moves import day_of_line, insert_day, place_line, remove_day
from api.pages.backoffice.quote_states import from_state, to_state
from api.pages.translation import N_, gettext, ngettext
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.errors import InvalidInputError, NotFoundError
from models.store.quote_clips import find_clip, take_clip
from models.store.rate_cards import newest_versions
from models.tables.drafting import QuoteClip

CLIPS = ("clip_", "cut_", "paste")
COPIED = N_("Copied. Paste it here, or into another draft.")
CUT = N_("Cut out. Paste it here, or into another draft.")
PASTED = N_("Pasted. Its rates were asked anew for these dates.")
MOVED = N_("Pasted.")


@dataclass(frozen=True)
class Clip:
    """What somebody copied: that there is something, and of what kind."""

    content: QuoteFields
    booking_id: str
    quote_id: str | None

    @property
    def of_days(self) -> bool:
        """Whether it is a day with its services, else a service."""
        return bool(self.content.days)

    @property
    def label(self) -> str:
        """What it is, without anything that somebody wrote."""
        if not self.of_days:
            return gettext("a service")
        return ngettext(
            "a day with %(num)s service", "a day with %(num)s services", len(self.content.lines)
        )


async def clip_of(session: AsyncSession, desk: Desk) -> Clip | None:
    """What this person copied last, if there is something."""
    found = await find_clip(session, desk.actor)
    return _clip(found) if found else None


def _clip(found: QuoteClip) -> Clip:
    return Clip(from_state(found.typed), found.booking_id, found.quote_version_id)


async def clipped(
    desk: Desk, booking_id: str, quote_id: str | None, fields: QuoteFields, action: str
) -> tuple[QuoteFields, str]:
    """The form after copying, cutting or pasting, and what was done.

    Args:
        desk: of whoever builds.
        booking_id: whose quote the form is of.
        quote_id: the draft, if it is one already.
        fields: the form.
        action: such as `clip_line:3`, `cut_day:0` or `paste_line:2`; rows count from 0.

    Raises:
        InvalidInputError: there is nothing to paste, or they may not see any more where it is from.
    """
    name, _, index = action.partition(":")
    step, _, table = name.partition("_")
    rows = fields.days if table == "day" else fields.lines
    at = int(index) if index.isdecimal() and int(index) < len(rows) else None
    if step == "paste":
        return await _paste(desk, booking_id, quote_id, fields, table, at)
    if at is None:
        return fields, ""
    taken = _taken(fields, table, at)
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
        await take_clip(session, desk.actor, booking_id, quote_id, to_state(taken))
    if step == "clip":
        return fields, gettext(COPIED)
    return _without(fields, table, at), gettext(CUT)


def _taken(fields: QuoteFields, table: str, at: int) -> QuoteFields:
    """A day with its services, or a service, and the currency of their prices."""
    if table == "line":
        lines: Iterable[LineFields] = (replace(fields.lines[at], day="1", key=""),)
        return QuoteFields(currency=fields.currency, lines=tuple(lines))
    lines = (replace(one, day="1", key="") for one in fields.lines if day_of_line(one) == at + 1)
    day = replace(fields.days[at], key="")
    return QuoteFields(currency=fields.currency, days=(day,), lines=tuple(lines))


def _without(fields: QuoteFields, table: str, at: int) -> QuoteFields:
    if table == "day":
        return remove_day(fields, at)
    return replace(fields, lines=(*fields.lines[:at], *fields.lines[at + 1 :]))


async def _paste(
    desk: Desk,
    booking_id: str,
    quote_id: str | None,
    fields: QuoteFields,
    table: str,
    at: int | None,
) -> tuple[QuoteFields, str]:
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
        clip = await clip_of(session, desk)
    if clip is None:
        raise InvalidInputError("There is nothing to paste: copy a day or a service first.")
    try:
        async with desk.booking(clip.booking_id) as (session, _):
            named = {card for line in clip.content.lines for card in (line.card,) if card}
            newest = await newest_versions(session, named)
    except NotFoundError:
        raise InvalidInputError(
            "What you copied belongs to a booking that you can't see any more."
        ) from None
    here = clip.booking_id == booking_id and clip.quote_id == quote_id is not None
    lines = [
        replace(one if here else _anew(one, newest, same=clip.content.currency == fields.currency),
                key="")
        for one in clip.content.lines
    ]  # fmt: skip
    pasted = _put(fields, clip, lines, table, at)
    return pasted, gettext(MOVED if here else PASTED)


def _anew(line: LineFields, newest: dict[str, str], *, same: bool) -> LineFields:
    """A service of another draft: the rate in use decides; a price in other money is no price."""
    if not line.card:
        return line if same else replace(line, price="")
    partner, _, card = line.supply.partition(":")
    rate = newest.get(card, card)
    return replace(line, supply=f"{partner}:{rate}", price="", further="")


def _put(
    fields: QuoteFields, clip: Clip, lines: list[LineFields], table: str, at: int | None
) -> QuoteFields:
    """Behind the row whose button it was; without one at the end."""
    if clip.of_days:
        days = tuple(replace(day, key="") for day in clip.content.days)
        return insert_day(fields, _days_before(fields, table, at), days, lines)
    for line in lines:
        number = len(fields.lines)
        fields = replace(fields, lines=(*fields.lines, line))
        day, before = _place(fields, table, at, number)
        fields = place_line(fields, number, day, before)
    return fields


def _days_before(fields: QuoteFields, table: str, at: int | None) -> int:
    if at is None:
        return len(fields.days)
    if table == "day":
        return at + 1
    return min(day_of_line(fields.lines[at]) or 1, len(fields.days))


def _place(fields: QuoteFields, table: str, at: int | None, number: int) -> tuple[int, int]:
    """The day for a pasted service, and the service that will follow it."""
    if table == "day" and at is not None:
        later = (n for n in range(number) if (day_of_line(fields.lines[n]) or 0) > at + 1)
        return at + 1, next(later, number)
    if at is not None:
        return day_of_line(fields.lines[at]) or 1, at + 1
    return (day_of_line(fields.lines[number - 1]) or 1) if number else 1, number
