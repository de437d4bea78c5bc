"""When two people change one booking: what it was, what it is now, what was typed; then a choice.

A form that changes a booking carries how each field was when its page was made (`seen.<field>`).
The page of a clash asks for a choice by field (`choice.<field>`: now, mine or merged) and sends all
of it to the same address, with the hash of the booking as it stands now.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.backoffice.frame import Refusal, Typed, page
from api.pages.formats import iso, month, words
from api.pages.translation import N_, gettext
from api.staff.desk import Desk
from models.domain.booking_hash import booking_hash
from models.domain.errors import BookingChangedError
from models.domain.three_way import Outcome, ThreeWay, changed_lines
from models.store import staff, timeline_pages
from models.store.bookings import BookingRow
from models.store.timeline_pages import Line

SEEN, CHOICE, MERGED = "seen.", "choice.", "merged."
NOW, MINE, BOTH = "now", "mine", "merged"
MOST_LINES = 10

FIELDS: Mapping[str, str] = {
    "notes": N_("Wishes and summary"),
    "staff_id": N_("Owner"),
    "stage": N_("Stage"),
    "travel_month": N_("Month"),
    "travelers": N_("Travellers"),
    "duration": N_("Duration"),
    "budget": N_("Budget"),
    "language": N_("Language"),
}
"""What can clash, by the names of the forms' fields, with what people call it."""
TEXTS = frozenset({"notes"})
"""Fields of several lines, which can be merged."""


@dataclass(frozen=True)
class ClashField:
    """A field that was typed, with its three values as people read them."""

    name: str
    label: str
    values: ThreeWay
    shown: ThreeWay

    @property
    def outcome(self) -> Outcome:
        """Whether anybody has to choose; short fields are never merged."""
        found = self.values.outcome
        return Outcome.CLASH if found is Outcome.MERGED and not self.is_text else found

    @property
    def is_text(self) -> bool:
        """Whether it has several lines."""
        return self.name in TEXTS

    @property
    def chosen(self) -> str:
        """What is chosen to begin with: nothing that takes away what somebody else saved."""
        if self.outcome is Outcome.MINE:
            return MINE
        return BOTH if self.is_text and self.outcome is not Outcome.THEIRS else NOW

    @property
    def merged(self) -> str:
        """A text to begin with for whoever merges by hand."""
        both = "\n\n".join(filter(None, (self.values.now, self.values.mine)))
        return self.values.merged if self.values.merged is not None else both

    @property
    def theirs(self) -> list[tuple[str, str]]:
        """What somebody else changed, line by line."""
        return changed_lines(self.shown.opened, self.shown.now)

    @property
    def mine(self) -> list[tuple[str, str]]:
        """What the person who asks changed, line by line."""
        return changed_lines(self.shown.opened, self.shown.mine)


def settled(entered: Typed) -> Typed | None:
    """What a form asks for after choices were made; None when nothing is left to change."""
    wanted = Typed({name: _lines(value) for name, value in entered.items()})
    chosen = {
        name.removeprefix(CHOICE): value
        for name, value in wanted.items()
        if name.startswith(CHOICE)
    }
    for name, choice in chosen.items():
        if choice == NOW:
            wanted[name] = wanted[SEEN + name]
        elif choice == BOTH:
            wanted[name] = wanted[MERGED + name]
    kept = chosen and all(
        wanted[name] == wanted[SEEN + name] for name in FIELDS if SEEN + name in wanted
    )
    return None if kept else wanted


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def seen_values(row: BookingRow) -> dict[str, str]:
    """Every field that can clash, as a form carries it."""
    booking = row.booking
    return {name: _text(getattr(booking, name)) for name in FIELDS}


def _text(value: object) -> str:
    return "" if value is None else _lines(str(value))


async def clash_page(request: Request, desk: Desk, booking_id: str, entered: Typed) -> HTMLResponse:
    """The three values of every field of a form, and a choice."""
    async with desk.booking(booking_id) as (session, row):
        people = {one.id: one.name for one in await staff.list_staff(session, active_only=False)}
        lines = await timeline_pages.timeline_page(session, booking_id, limit=MOST_LINES)
    now = seen_values(row)
    typed = [name for name in FIELDS if name in entered]
    since = _moment(entered["seen_at"])
    return page(
        request,
        desk,
        "booking/clash.html",
        section="bookings",
        refusal=Refusal.of(BookingChangedError()),
        row=row,
        booking_hash=booking_hash(booking_id, row.booking.revision),
        seen_at=iso(datetime.now(UTC)),
        fields=[_field(name, entered, now, people) for name in typed],
        meanwhile=[_said(line, people) for line in lines.lines if since and line.at >= since],
        address=request.url.path,
    )


def _field(
    name: str, entered: Typed, now: Mapping[str, str], people: Mapping[str, str]
) -> ClashField:
    opened = entered.get(SEEN + name, now[name])
    values = ThreeWay(opened, now[name], entered[name])
    read = _reading(name, people)
    shown = ThreeWay(read(values.opened), read(values.now), read(values.mine))
    return ClashField(name, gettext(FIELDS[name]), values, shown)


def _reading(name: str, people: Mapping[str, str]) -> Callable[[str], str]:
    if name == "staff_id":
        return lambda value: people.get(value, gettext("Nobody"))
    if name == "stage":
        return words
    return month if name == "travel_month" else str


def _said(line: Line, people: Mapping[str, str]) -> tuple[datetime, str, str]:
    """When something happened meanwhile, what, and by whom."""
    return line.at, words(line.type), people.get(line.actor, words(line.actor_name))


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
