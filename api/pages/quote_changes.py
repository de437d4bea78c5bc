"""What changed between two versions of a quote, in words and money for whoever reads it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from activities import speaking
from api.pages.formats import day, money, words
from api.pages.translation import N_, gettext
from models.domain.quote_diff import (
    FieldChange,
    Kept,
    ListDiff,
    OfferedDay,
    OfferedLine,
    QuoteDiff,
    Value,
)
from models.store.quote_comparison import changes_for_customers
from models.tables.quote import QuoteVersion

NAMES: Mapping[str, str] = {
    "title": N_("Title"),
    "intro": N_("Introduction"),
    "currency": N_("Currency"),
    "departure_on": N_("Departure"),
    "return_on": N_("Return"),
    "travelers": N_("Travellers"),
    "place": N_("Place"),
    "text": N_("Text"),
    "day": N_("Day"),
    "nights": N_("Nights"),
    "kind": N_("Kind"),
    "description": N_("Service"),
    "quantity": N_("Quantity"),
    "unit_price_minor": N_("Price each"),
    "partner_id": N_("Supplier"),
    "rate_card_id": N_("Rate"),
    "cost_minor": N_("Cost"),
    "cost_currency": N_("Currency of the cost"),
    "starts_at": N_("Time"),
    "optional": N_("Optional"),
    "alternative": N_("Alternatives to choose between"),
    "chosen": N_("In the price"),
    "discount_minor": N_("Discount"),
    "discount_label": N_("The discount is called"),
    "included": N_("What is included"),
    "excluded": N_("What is not included"),
    "cover": N_("Cover photo"),
    "photo": N_("Photo"),
}
"""What a reader calls each field."""
BY_HAND = frozenset({"included", "excluded"})
"""Lists that are drawn from the services unless staff wrote them."""
DRAWN = N_("as the services say")
YES, NO = N_("yes"), N_("no")
ON_DAY = N_("Day %(number)s, %(date)s")
Names = Mapping[str, str]
"""Suppliers by their ids."""


@dataclass(frozen=True)
class Voice:
    """How texts and values are written for whoever reads them."""

    text: Callable[..., str]
    day: Callable[[date], str]
    money: Callable[[int, str], str]
    kind: Callable[[str], str]

    def signed(self, amount_minor: int, currency: str) -> str:
        """An amount more or less: `+ USD 40.00`, `- USD 40.00`."""
        return f"{'-' if amount_minor < 0 else '+'} {self.money(abs(amount_minor), currency)}"


TO_STAFF = Voice(gettext, day, money, words)
TO_CUSTOMERS = Voice(speaking.gettext, speaking.day, speaking.money, speaking.kind)
"""In the language that `speaking` speaks."""


class Mark(StrEnum):
    """What became of a day or a service."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    MOVED = "MOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Told:
    """A field before and after, as it reads."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """What became of a day or a service, with the difference in money where there is one."""

    mark: Mark
    name: str
    where: str
    difference: str = ""
    details: Sequence[Told] = field(default=())


@dataclass(frozen=True)
class ChangesTold:
    """Everything that changed, in the reader's words. `cheaper` and `dearer` colour the total."""

    facts: Sequence[Told]
    days: Sequence[Entry]
    services: Sequence[Entry]
    before: str
    after: str
    difference: str
    dearer: bool
    cheaper: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.facts or self.days or self.services)


def in_words(
    changes: QuoteDiff,
    departures: tuple[date, date],
    suppliers: Names | None = None,
    *,
    voice: Voice = TO_STAFF,
) -> ChangesTold:
    """A comparison as it reads.

    Args:
        changes: what is to be told; for customers without what is ours alone.
        departures: the first days of both versions, from which days have their dates.
        suppliers: their names by id, for staff.
        voice: how texts and values are written.
    """
    currencies = changes.before[1], changes.after[1]
    teller = _Teller(currencies, departures, suppliers or {}, voice)
    more = changes.difference_minor
    return ChangesTold(
        facts=teller.facts(changes.fields),
        days=teller.days(changes.days),
        services=teller.services(changes.lines),
        before=voice.money(*changes.before),
        after=voice.money(*changes.after),
        difference=voice.signed(more, currencies[1]) if more else "",
        dearer=bool(more and more > 0),
        cheaper=bool(more and more < 0),
    )


async def told_changes(
    session: AsyncSession, version: QuoteVersion
) -> tuple[QuoteVersion, ChangesTold] | None:
    """For customers, in the language spoken: the version that this replaced, and what changed."""
    found = await changes_for_customers(session, version)
    if found is None:
        return None
    departures = found.before.departure_on, found.after.departure_on
    return found.before, in_words(found.changes, departures, voice=TO_CUSTOMERS)


@dataclass(frozen=True)
class _Teller:
    currencies: tuple[str, str]
    departures: tuple[date, date]
    suppliers: Names
    voice: Voice

    def facts(self, changes: Iterable[FieldChange]) -> list[Told]:
        return [self._told(one, self.currencies) for one in changes]

    def days(self, changes: ListDiff[OfferedDay]) -> list[Entry]:
        gone = [self._day(Mark.REMOVED, one.item, one.at) for one in changes.removed]
        new = [self._day(Mark.ADDED, one.item, one.at) for one in changes.added]
        kept = [
            self._day(_mark(one), one.after, one.after_at, self.facts(one.changes))
            for one in changes.changed
        ]
        return [*gone, *new, *kept]

    def services(self, changes: ListDiff[OfferedLine]) -> list[Entry]:
        gone = [
            self._service(Mark.REMOVED, one.item, -one.item.counted_minor)
            for one in changes.removed
        ]
        new = [self._service(Mark.ADDED, one.item, one.item.counted_minor) for one in changes.added]
        return [*gone, *new, *(self._kept(one) for one in changes.changed)]

    def _kept(self, kept: Kept[OfferedLine]) -> Entry:
        was, now = kept.before, kept.after
        more = now.counted_minor - was.counted_minor if len(set(self.currencies)) == 1 else 0
        costs = was.cost_currency or "", now.cost_currency or ""
        details = [
            self._told(one, costs if one.name == "cost_minor" else self.currencies)
            for one in kept.changes
        ]
        return self._service(_mark(kept), now, more, details)

    def _day(self, mark: Mark, item: OfferedDay, at: int, details: Sequence[Told] = ()) -> Entry:
        return Entry(mark, f"{item.place}: {item.title}", self._date(at + 1, mark), "", details)

    def _service(
        self, mark: Mark, item: OfferedLine, more: int, details: Sequence[Told] = ()
    ) -> Entry:
        currency = self.currencies[0 if mark is Mark.REMOVED else 1]
        difference = self.voice.signed(more, currency) if more else ""
        return Entry(mark, item.description, self._date(item.day, mark), difference, details)

    def _date(self, number: int, mark: Mark) -> str:
        departure = self.departures[0 if mark is Mark.REMOVED else 1]
        on = departure + timedelta(days=number - 1)
        return self.voice.text(ON_DAY, number=number, date=self.voice.day(on))

    def _told(self, change: FieldChange, currencies: tuple[str, str]) -> Told:
        was = self._value(change.name, change.before, currencies[0])
        now = self._value(change.name, change.after, currencies[1])
        return Told(self.voice.text(NAMES[change.name]), was, now)

    def _value(self, name: str, value: Value, currency: str) -> str:
        if value is None or value == "":
            return self.voice.text(DRAWN) if name in BY_HAND else "-"
        if isinstance(value, date):
            return self.voice.day(value)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        if isinstance(value, bool):
            return self.voice.text(YES if value else NO)
        if isinstance(value, int):
            return self.voice.money(value, currency) if name.endswith("_minor") else str(value)
        return self._text(name, value)

    def _text(self, name: str, value: str) -> str:
        if name in BY_HAND:
            return value.replace("\n", " · ")
        return self.voice.kind(value) if name == "kind" else self.suppliers.get(value, value)


def _mark(kept: Kept[OfferedDay] | Kept[OfferedLine]) -> Mark:
    return Mark.CHANGED if kept.changes else Mark.MOVED
