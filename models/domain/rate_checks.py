"""Gaps, overlaps and contradictions of a whole rate card, for whoever edits it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from models.domain.rates import ChildRate, ClosureKind, Meals, RateCard, RateRow, Span

ONE_DAY = timedelta(days=1)
HUNDRED = Decimal(100)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class FaultKind(StrEnum):
    """What is wrong with a card."""

    GAP = "GAP"
    OVERLAP = "OVERLAP"
    OUTSIDE = "OUTSIDE"
    """A row that holds on days outside the card's validity."""
    BACKWARDS = "BACKWARDS"
    """A span, a band of sizes or of ages that ends before it begins."""
    CHILD_GAP = "CHILD_GAP"
    CHILD_OVERLAP = "CHILD_OVERLAP"
    NEGATIVE = "NEGATIVE"
    """A price below zero."""
    PERCENT = "PERCENT"
    """A percentage below 0 or above 100."""


@dataclass(frozen=True, slots=True)
class CardFault:
    """One thing wrong with a card, and exactly where."""

    kind: FaultKind
    reason: str
    rows: tuple[int, ...] = ()
    """The numbers of the rows it is about."""
    option: str = ""
    meals: Meals | None = None
    pax_from: int | None = None
    pax_to: int | None = None
    span: Span | None = None
    weekdays: frozenset[int] = frozenset()
    """The days of the week on which it is so."""


@dataclass(frozen=True, slots=True)
class _Band:
    """Sizes of party between which no row begins or ends."""

    pax_from: int
    pax_to: int | None


def check_card(card: RateCard) -> tuple[CardFault, ...]:
    """Everything wrong with a card: rows by option, board, size of party and weekday, then ages.

    Days within a blackout need no row. Sizes below the smallest and above the largest of an
    option are its limits, not gaps.
    """
    return (*_rows_at_odds(card), *_coverage(card), *_ages(card.children), *_percents(card))


def _rows_at_odds(card: RateCard) -> Iterator[CardFault]:
    for row in card.rows:
        if row.span.last_on < row.span.first_on:
            reason = f"Row {row.number} ends before it begins."
            yield CardFault(FaultKind.BACKWARDS, reason, (row.number,), span=row.span)
        elif row.span.first_on not in card.validity or row.span.last_on not in card.validity:
            reason = f"Row {row.number} holds on days on which the card does not."
            yield CardFault(FaultKind.OUTSIDE, reason, (row.number,), span=row.span)
        if row.pax_to is not None and row.pax_to < row.pax_from:
            reason = f"Row {row.number} is for {row.pax_from} to {row.pax_to} people."
            yield CardFault(FaultKind.BACKWARDS, reason, (row.number,))
        if any(price < 0 for price in _prices(row)):
            reason = f"Row {row.number} has a price below zero."
            yield CardFault(FaultKind.NEGATIVE, reason, (row.number,))


def _prices(row: RateRow) -> list[int]:
    all_of_them = (row.price_minor, row.single_minor, row.triple_minor, row.extra_bed_minor)
    return [price for price in all_of_them if price is not None]


def _coverage(card: RateCard) -> Iterator[CardFault]:
    variants = dict.fromkeys((row.option, row.meals) for row in card.rows)
    for option, meals in variants:
        rows = [row for row in card.rows if (row.option, row.meals) == (option, meals)]
        for band in _bands(rows):
            mine = [row for row in rows if _covers(row, band)]
            yield from _covered(card, option, meals, band, mine)


def _bands(rows: Sequence[RateRow]) -> list[_Band]:
    """The bands into which the rows' bounds cut the sizes, from the smallest to the largest."""
    starts = {row.pax_from for row in rows}
    starts |= {row.pax_to + 1 for row in rows if row.pax_to is not None}
    edges = sorted(starts)
    bands = [_Band(first, following - 1) for first, following in pairwise(edges)]
    if any(row.pax_to is None for row in rows):
        bands.append(_Band(edges[-1], None))
    return bands


def _covers(row: RateRow, band: _Band) -> bool:
    ends = row.pax_to is None or (band.pax_to is not None and band.pax_to <= row.pax_to)
    return row.pax_from <= band.pax_from and ends


Place = tuple[FaultKind, tuple[int, ...]]
"""What is wrong somewhere, and with which rows."""


def _covered(
    card: RateCard, option: str, meals: Meals | None, band: _Band, rows: Sequence[RateRow]
) -> Iterator[CardFault]:
    found: dict[tuple[Place, Span], set[int]] = {}
    for weekday in range(1, 8):
        for place, span in _on_weekday(card, option, weekday, rows):
            found.setdefault((place, span), set()).add(weekday)
    for ((kind, numbers), span), weekdays in found.items():
        reason = _in_words(kind, numbers, span, weekdays, band, f"{option} {meals or ''}".strip())
        yield CardFault(
            kind,
            reason,
            numbers,
            option,
            meals,
            band.pax_from,
            band.pax_to,
            span,
            frozenset(weekdays),
        )


def _on_weekday(
    card: RateCard, option: str, weekday: int, rows: Sequence[RateRow]
) -> list[tuple[Place, Span]]:
    """Spans in which a weekday has no row, or several, neighbours with the same fault joined."""
    mine = [row for row in rows if weekday in row.weekdays]
    blackouts = [
        closure.span
        for closure in card.closures
        if closure.kind is ClosureKind.BLACKOUT and closure.option in {"", option}
    ]
    joined: list[tuple[Place, Span]] = []
    for span in _segments(card.validity, [*(row.span for row in mine), *blackouts]):
        place = _fault_in(span, mine, blackouts)
        if place is None:
            continue
        first_on = span.first_on
        if joined and joined[-1] == (place, Span(joined[-1][1].first_on, first_on - ONE_DAY)):
            first_on = joined.pop()[1].first_on
        joined.append((place, Span(first_on, span.last_on)))
    return [(place, span) for place, span in joined if _has(span, weekday)]


def _segments(validity: Span, spans: Iterable[Span]) -> list[Span]:
    """The validity, cut wherever a span begins or ends."""
    edges = {validity.first_on, validity.last_on + ONE_DAY}
    for span in spans:
        edges |= {span.first_on, span.last_on + ONE_DAY}
    inside = sorted(
        edge for edge in edges if validity.first_on <= edge <= validity.last_on + ONE_DAY
    )
    return [Span(first, following - ONE_DAY) for first, following in pairwise(inside)]


def _fault_in(span: Span, rows: Sequence[RateRow], blackouts: Sequence[Span]) -> Place | None:
    numbers = tuple(sorted(row.number for row in rows if span.first_on in row.span))
    if len(numbers) > 1:
        return FaultKind.OVERLAP, numbers
    if not numbers and not any(span.first_on in closed for closed in blackouts):
        return FaultKind.GAP, ()
    return None


def _has(span: Span, weekday: int) -> bool:
    """Whether a weekday comes within a span."""
    until = (weekday - span.first_on.isoweekday()) % 7
    return span.first_on + timedelta(days=until) <= span.last_on


def _in_words(
    kind: FaultKind,
    numbers: tuple[int, ...],
    span: Span,
    weekdays: set[int],
    band: _Band,
    variant: str,
) -> str:
    people = f"{band.pax_from} and more" if band.pax_to is None else f"{band.pax_from}"
    if band.pax_to is not None and band.pax_to != band.pax_from:
        people = f"{band.pax_from} to {band.pax_to}"
    days = f"{span.first_on} to {span.last_on}"
    if len(weekdays) < len(WEEKDAYS):
        days += " on " + ", ".join(WEEKDAYS[day - 1] for day in sorted(weekdays))
    named = f" of {variant}" if variant else ""
    if kind is FaultKind.GAP:
        return f"No row{named} for {people} people from {days}."
    listed = " and ".join(str(number) for number in numbers)
    return f"Rows {listed}{named} both hold for {people} people from {days}."


def _ages(children: Sequence[ChildRate]) -> Iterator[CardFault]:
    """Ages below the highest band without a price, or with two."""
    for rate in children:
        if rate.age_to < rate.age_from:
            reason = f"The ages {rate.age_from} to {rate.age_to} end before they begin."
            yield CardFault(FaultKind.BACKWARDS, reason)
        if (rate.percent is None) == (rate.fixed_minor is None):
            reason = f"Ages {rate.age_from} to {rate.age_to}: give a percentage or an amount."
            yield CardFault(FaultKind.CHILD_GAP, reason)
    for age in range(max((rate.age_to for rate in children), default=-1) + 1):
        count = sum(rate.age_from <= age <= rate.age_to for rate in children)
        if count == 0:
            yield CardFault(FaultKind.CHILD_GAP, f"A child of {age} has no price.")
        elif count > 1:
            yield CardFault(FaultKind.CHILD_OVERLAP, f"A child of {age} has {count} prices.")


def _percents(card: RateCard) -> Iterator[CardFault]:
    named = [("commission", card.commission_percent), ("tax", card.tax.percent)]
    named += [("offer", offer.percent) for offer in card.offers]
    named += [("child's share", rate.percent) for rate in card.children if rate.percent is not None]
    for name, percent in named:
        if not 0 <= percent <= HUNDRED:
            yield CardFault(FaultKind.PERCENT, f"The {name} of {percent} % is not a share.")
