"""What changed between two versions of a quote: exact enough to make the one out of the other."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar

from models.domain.money import round_minor

Value = str | bool | int | date | time | None


@dataclass(frozen=True)
class OfferedDay:
    """A day of the itinerary."""

    place: str
    title: str
    text: str = ""
    photo: str = ""
    """What the photo beside it shows."""


@dataclass(frozen=True)
class OfferedLine:
    """A service; amounts in minor units, the price in the offer's currency."""

    day: int
    kind: str
    description: str
    quantity: int
    unit_price_minor: int
    nights: int = 0
    partner_id: str | None = None
    rate_card_id: str | None = None
    cost_minor: int | None = None
    cost_currency: str | None = None
    starts_at: time | None = None
    optional: bool = False
    alternative: str = ""
    chosen: bool = True

    @property
    def total_minor(self) -> int:
        """The price of the line."""
        return self.quantity * self.unit_price_minor

    @property
    def counted_minor(self) -> int:
        """What it makes of the offer's price: nothing while it is not chosen."""
        return self.total_minor if self.chosen else 0


@dataclass(frozen=True)
class Offer:
    """All that a version says."""

    title: str
    intro: str
    currency: str
    departure_on: date
    return_on: date
    travelers: int
    days: tuple[OfferedDay, ...] = ()
    lines: tuple[OfferedLine, ...] = ()
    discount_minor: int = 0
    """What was taken off the price, which is after it."""
    discount_label: str = ""
    included: str = ""
    """As staff wrote it, one text a line; empty where it is drawn from the services."""
    excluded: str = ""
    cover: str = ""
    """What its photo shows."""

    @property
    def total_minor(self) -> int:
        """The price of all lines that are chosen."""
        return sum(line.counted_minor for line in self.lines)


Item = TypeVar("Item", OfferedDay, OfferedLine)
LISTS = frozenset({"days", "lines"})
PRIVATE = frozenset({"partner_id", "rate_card_id", "cost_minor", "cost_currency"})
"""What of a line is ours alone: from whom it comes, and what it costs us."""
COSTS = frozenset({"cost_minor", "cost_currency"})
"""What only those see who may see the profit."""


@dataclass(frozen=True)
class FieldChange:
    """A field before and after."""

    name: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Placed(Generic[Item]):
    """A day or a line, and where it stands, counted from 0: gone from there, or new there."""

    at: int
    item: Item


@dataclass(frozen=True)
class Kept(Generic[Item]):
    """A day or a line that both versions have, and what is different about it."""

    before_at: int
    after_at: int
    before: Item
    changes: tuple[FieldChange, ...]
    moved: bool
    """Whether it stands in another order among those that both have."""

    @property
    def after(self) -> Item:
        """How it stands in the later version."""
        later: dict[str, Any] = {one.name: one.after for one in self.changes}
        return replace(self.before, **later)


@dataclass(frozen=True)
class ListDiff(Generic[Item]):
    """What became of a list; `kept` has the unchanged ones as well, in the later order."""

    removed: tuple[Placed[Item], ...]
    added: tuple[Placed[Item], ...]
    kept: tuple[Kept[Item], ...]

    @property
    def changed(self) -> tuple[Kept[Item], ...]:
        """Those that both have, and that are different or elsewhere."""
        return tuple(one for one in self.kept if one.changes or one.moved)


@dataclass(frozen=True)
class QuoteDiff:
    """What became of a version. Totals in minor units of each version's own currency."""

    fields: tuple[FieldChange, ...]
    days: ListDiff[OfferedDay]
    lines: ListDiff[OfferedLine]
    before: tuple[int, str]
    after: tuple[int, str]

    @property
    def difference_minor(self) -> int | None:
        """How much more it costs; None where the two are in different currencies."""
        return None if self.before[1] != self.after[1] else self.after[0] - self.before[0]

    @property
    def empty(self) -> bool:
        """Whether the two say the same."""
        lists = (self.days, self.lines)
        return not self.fields and not any(one.removed or one.added or one.changed for one in lists)


def diff(before: Offer, after: Offer) -> QuoteDiff:
    """What changed from one version to a later one: `apply(diff(a, b), a) == b`."""
    return QuoteDiff(
        fields=_changes(before, after),
        days=_list_diff(before.days, after.days, _same_day, _alike_days),
        lines=_list_diff(before.lines, after.lines, _same_service, _alike_lines),
        before=(before.total_minor, before.currency),
        after=(after.total_minor, after.currency),
    )


def apply(changes: QuoteDiff, before: Offer) -> Offer:
    """The later version, made of the earlier one."""
    later: dict[str, Any] = {one.name: one.after for one in changes.fields}
    return replace(before, **later, days=_later(changes.days), lines=_later(changes.lines))


def for_customers(changes: QuoteDiff) -> QuoteDiff:
    """The same without suppliers and costs; what differs in them alone has not changed."""
    return without(changes, PRIVATE)


def without(changes: QuoteDiff, hidden: frozenset[str]) -> QuoteDiff:
    """The same without these fields of its lines, which may be None; it is to be read only."""
    lines = changes.lines
    return replace(
        changes,
        lines=ListDiff(
            removed=tuple(replace(one, item=_bare(one.item, hidden)) for one in lines.removed),
            added=tuple(replace(one, item=_bare(one.item, hidden)) for one in lines.added),
            kept=tuple(_bare_kept(one, hidden) for one in lines.kept),
        ),
    )


def discount_basis_points(changes: QuoteDiff) -> int | None:
    """How much cheaper the same services have become, in hundredths of a percent.

    Only services that both versions have and that count are compared, each by the price of one.
    None where the currencies differ or nothing can be compared.
    """
    if changes.before[1] != changes.after[1]:
        return None
    counted = [one for one in changes.lines.kept if one.after.chosen]
    was = sum(one.after.quantity * one.before.unit_price_minor for one in counted)
    now = sum(one.after.total_minor for one in counted)
    return round_minor(Decimal(was - now) * 10_000 / was) if was else None


def _bare(line: OfferedLine, hidden: frozenset[str]) -> OfferedLine:
    nothing: dict[str, Any] = dict.fromkeys(hidden)
    return replace(line, **nothing)


def _bare_kept(kept: Kept[OfferedLine], hidden: frozenset[str]) -> Kept[OfferedLine]:
    told = tuple(one for one in kept.changes if one.name not in hidden)
    return replace(kept, before=_bare(kept.before, hidden), changes=told)


def _changes(before: object, after: object) -> tuple[FieldChange, ...]:
    names = (one.name for one in fields(before))  # type: ignore[arg-type]  # dataclasses only
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(
        FieldChange(name, was, now) for name, was, now in pairs if name not in LISTS and was != now
    )


def _later(changes: ListDiff[Item]) -> tuple[Item, ...]:
    placed = [(one.at, one.item) for one in changes.added]
    placed += [(one.after_at, one.after) for one in changes.kept]
    return tuple(item for _, item in sorted(placed, key=lambda one: one[0]))


def _list_diff(
    before: Sequence[Item],
    after: Sequence[Item],
    identity: Callable[[Item], object],
    likeness: Callable[[Item, Item], float],
) -> ListDiff[Item]:
    pairs = _identical(before, after, identity)
    pairs |= _alike(before, after, pairs, likeness)
    later = {there: here for here, there in pairs.items()}
    steady = _in_order([later[there] for there in sorted(later)])
    return ListDiff(
        removed=tuple(Placed(at, one) for at, one in enumerate(before) if at not in pairs),
        added=tuple(Placed(at, one) for at, one in enumerate(after) if at not in later),
        kept=tuple(
            Kept(
                before_at=later[there],
                after_at=there,
                before=before[later[there]],
                changes=_changes(before[later[there]], after[there]),
                moved=later[there] not in steady,
            )
            for there in sorted(later)
        ),
    )


def _identical(
    before: Sequence[Item], after: Sequence[Item], identity: Callable[[Item], object]
) -> dict[int, int]:
    """Positions of what is the same thing in both: exact twins first, then in their order."""
    pairs: dict[int, int] = {}
    exact: Callable[[Item], object] = lambda item: item  # noqa: E731 - one of two questions
    for question in (exact, identity):
        waiting: dict[object, list[int]] = {}
        for there, item in enumerate(after):
            if there not in pairs.values():
                waiting.setdefault(question(item), []).append(there)
        for here, item in enumerate(before):
            if here not in pairs and waiting.get(question(item)):
                pairs[here] = waiting[question(item)].pop(0)
    return pairs


def _alike(
    before: Sequence[Item],
    after: Sequence[Item],
    known: dict[int, int],
    likeness: Callable[[Item, Item], float],
) -> dict[int, int]:
    """Positions of what is left and looks alike, the most alike first."""
    taken = set(known.values())
    scored = [
        (-likeness(one, other), abs(here - there), here, there)
        for here, one in enumerate(before)
        if here not in known
        for there, other in enumerate(after)
        if there not in taken
    ]
    pairs: dict[int, int] = {}
    for score, _, here, there in sorted(scored):
        if -score >= LIKE and here not in pairs and there not in pairs.values():
            pairs[here] = there
    return pairs


LIKE = 0.5
"""From here on two things are one that was changed."""


def _same_day(day: OfferedDay) -> object:
    return day.place, day.title


def _same_service(line: OfferedLine) -> object:
    return line.kind, line.partner_id, line.rate_card_id, line.description


def _alike_days(one: OfferedDay, other: OfferedDay) -> float:
    place = 0.5 if one.place == other.place else 0.0
    return place + 0.3 * _shared(one.title, other.title) + 0.2 * _shared(one.text, other.text)


def _alike_lines(one: OfferedLine, other: OfferedLine) -> float:
    if one.kind != other.kind:
        return 0.0
    supplier = 0.4 if one.partner_id == other.partner_id and one.partner_id else 0.0
    day = 0.2 if one.day == other.day else 0.0
    return supplier + day + 0.6 * _shared(one.description, other.description)


def _shared(one: str, other: str) -> float:
    """The share of words that two texts have in common, 0 to 1."""
    first, second = _words(one), _words(other)
    return len(first & second) / len(first | second) if first | second else 1.0


@lru_cache(1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def _in_order(numbers: Iterable[int]) -> set[int]:
    """The longest part of different numbers that rises: what did not have to be moved."""
    ends: list[int] = []
    best: list[list[int]] = []
    for number in numbers:
        place = bisect_left(ends, number)
        chain = [*(best[place - 1] if place else []), number]
        if place == len(ends):
            ends.append(number)
            best.append(chain)
        else:
            ends[place], best[place] = number, chain
    return set(best[-1]) if best else set()
