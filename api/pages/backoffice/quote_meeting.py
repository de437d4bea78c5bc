"""When two people write into one draft: who, when, what fits together, what is to be chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.frame import Refusal, page
from api.pages.backoffice.quote_fields import QuoteFields
from api.pages.backoffice.quote_keeping import clash_of
from api.pages.backoffice.quote_library import photo_in_words
from api.pages.backoffice.quote_standing import STANDINGS, Standing
from api.pages.backoffice.quote_states import ROWS, State, state_of_version, to_state
from api.pages.formats import words
from api.pages.translation import N_, gettext
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.draft_merge import UNKNOWN, Meeting, Merged, merge
from models.domain.errors import DraftChangedError
from models.domain.three_way import changed_lines
from models.store import draft_states, offers
from models.store.photos import find_photos
from models.store.quote_drafts import find_version
from models.tables.quote import QuoteVersion

CHOICE = "choice."
TABLES = {"days": N_("Day %(number)s"), "lines": N_("Service %(number)s"), "groups": N_("Rooms")}
NAMES: Mapping[str, str] = {
    "title": N_("Title"),
    "intro": N_("Introduction"),
    "currency": N_("Currency"),
    "departure_on": N_("Departure"),
    "return_on": N_("Return"),
    "travelers": N_("Travellers"),
    "change_summary": N_("What changed since the last version"),
    "place": N_("Place"),
    "text": N_("What happens"),
    "rooms": N_("Rooms"),
    "adults": N_("Adults in each"),
    "ages": N_("Ages of the children in each"),
    "kind": N_("Kind"),
    "day": N_("From day"),
    "nights": N_("Nights"),
    "quantity": N_("Quantity"),
    "price": N_("Price each, by hand"),
    "description": N_("Description"),
    "supply": N_("Supplier and rate"),
    "variant": N_("Room and board"),
    "units": N_("Vehicles or cabins"),
    "markup": N_("Instead of the rules"),
    "percent": N_("Percent"),
    "standing": N_("In the price"),
    "among": N_("Alternatives of"),
    "starts_at": N_("Time"),
    "included": N_("What is included, one a line"),
    "excluded": N_("What is not included, one a line"),
    "cover_id": N_("Cover photo"),
    "photo_id": N_("Photo"),
    "group_sizes": N_("Show the price for groups of other sizes too"),
    "discount_percent": N_("Percent off"),
    "discount_amount": N_("Or an amount off"),
    "discount_label": N_("As the customer reads it"),
    "discount_reason": N_("Why, for us alone"),
}
"""What people call the fields of the builder."""
PHOTOS = frozenset({"cover_id", "photo_id"})
UNSAID = frozenset({"further"})
"""Goes with another field, and is never told by itself."""


@dataclass(frozen=True)
class Place:
    """A place that two people changed, in words."""

    meeting: Meeting
    label: str
    theirs: list[tuple[str, str]]
    mine: list[tuple[str, str]]

    @property
    def name(self) -> str:
        """Of the field that says whose change is taken."""
        return CHOICE + self.meeting.path


async def meeting_of(
    session: AsyncSession, version: QuoteVersion, mine: State, seen: str, choices: Mapping[str, str]
) -> Merged:
    """A form and the draft as somebody else saved it, in one.

    Args:
        session: a transaction.
        version: the draft.
        mine: what was typed.
        seen: the hash of the state that it began from.
        choices: whose change to take, by place.
    """
    opened = await draft_states.state_of(session, version, seen)
    stands = await draft_states.state_now(session, version)
    now = (
        stands.typed
        if stands
        else state_of_version(await find_version(session, version.booking_id, version.id))
    )
    return merge(opened.typed if opened else None, now, mine, choices)


async def meeting_page(
    request: Request, desk: Desk, booking_id: str, quote_id: str, fields: QuoteFields, seen: str
) -> HTMLResponse:
    """Both states of a draft beside each other, with a choice wherever they don't fit."""
    mine = to_state(fields)
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        version = (await find_version(session, booking_id, quote_id)).version
        merged = await meeting_of(session, version, mine, seen, {})
        keeping = await clash_of(session, version)
        called = await _called(session, merged)
    places = [_place(one, called) for one in merged.meetings if one.name not in UNSAID]
    address = f"/backoffice/bookings/{booking_id}/quotes/{quote_id}"
    return page(
        request,
        desk,
        "quote/meeting.html",
        section="bookings",
        refusal=Refusal.of(DraftChangedError()),
        row=row,
        keeping=keeping,
        opened=seen,
        places=places,
        clashes=[one for one in places if one.meeting.clashes],
        taken=[one for one in places if not one.meeting.clashes],
        typed=list(inputs_of(fields)),
        address=address,
    )


def inputs_of(fields: QuoteFields) -> Iterator[tuple[str, str]]:
    """A form as hidden fields carry it."""
    for name, value in asdict(fields).items():
        if isinstance(value, str):
            yield name, value
        for row in value if name in ROWS else ():
            yield from ((f"{name[:-1]}_{column}", text) for column, text in row.items())


async def _called(session: AsyncSession, merged: Merged) -> dict[str, str]:
    """Photos, suppliers and rates in words, by how the form names them."""
    named = await _photos(session, merged)
    if not any(one.name == "supply" for one in merged.meetings):
        return named
    for one in await offers.list_rates(session):
        named[one.partner.id] = one.partner.name
        named[f"{one.partner.id}:{one.rate.id}"] = f"{one.partner.name}, {one.rate.service}"
    return named


async def _photos(session: AsyncSession, merged: Merged) -> dict[str, str]:
    values = [one.values for one in merged.meetings if one.name in PHOTOS]
    ids = {text for one in values for text in (one.opened, one.now, one.mine)}
    return {one.id: photo_in_words(one) for one in await find_photos(session, ids)}


def _place(meeting: Meeting, called: Mapping[str, str]) -> Place:
    values = meeting.values
    shown: list[Any] = [
        _said(meeting, text, called) for text in (values.opened, values.now, values.mine)
    ]
    before = "" if values.opened == UNKNOWN else shown[0]
    return Place(
        meeting=meeting,
        label=_label(meeting),
        theirs=changed_lines(before, shown[1]) or [("removed", gettext("empty"))],
        mine=changed_lines(before, shown[2]) or [("removed", gettext("empty"))],
    )


def _label(meeting: Meeting) -> str:
    name = gettext(NAMES[meeting.name]) if meeting.name in NAMES else meeting.name
    if not meeting.table:
        return name
    told = gettext(TABLES.get(meeting.table, meeting.table), number=meeting.number)
    return f"{told}: {name}" if name else told


def _said(meeting: Meeting, text: str, called: Mapping[str, str]) -> str:
    if not meeting.name:
        return gettext("keep it") if text else gettext("take it away")
    match meeting.name:
        case "supply":
            return called.get(text, text and gettext("another rate"))
        case "cover_id" | "photo_id":
            return called.get(text, text and gettext("another photo"))
        case "standing" if text in set(Standing):
            return gettext(STANDINGS[Standing(text)])
        case "kind" | "markup":
            return words(text) if text else ""
    return text.removeprefix("~")
