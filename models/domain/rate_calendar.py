"""A rate card through the year: which rows hold on a day, where none does, and where several do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, pairwise

from models.domain.rates import EVERY_DAY, Closure, ClosureKind, Meals, RateCard, RateRow, Span

ONE_DAY = timedelta(days=1)
DECEMBER = 12


class FaultKind(StrEnum):
    """What is wrong with a card."""

    GAP = "GAP"
    OVERLAP = "OVERLAP"
    OUTSIDE = "OUTSIDE"
    """A row that holds on days outside the card's validity."""


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
class Variant:
    """What one can choose on a card: a room, cabin or vehicle, and its board."""

    option: str
    meals: Meals | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a variant: its seasons in the order in which they begin, and what is amiss."""

    first: date
    seasons: tuple[str, ...]
    gap: bool
    overlap: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a card: twelve months for each variant."""

    year: int
    variants: tuple[tuple[Variant, tuple[Month, ...]], ...]

    @property
    def amiss(self) -> bool:
        """Whether a month has a gap or an overlap."""
        months = (month for _, months in self.variants for month in months)
        return any(month.gap or month.overlap for month in months)


def rows_on(card: RateCard, day: date, pax: int) -> tuple[RateRow, ...]:
    """The rows that hold on a day for a party of so many, in the order of their numbers."""
    return tuple(row for row in card.rows if _holds(row, day) and _fits(row, pax))


def variants_of(card: RateCard) -> tuple[Variant, ...]:
    """The variants of a card, in the order in which its rows name them."""
    return tuple(dict.fromkeys(Variant(row.option, row.meals) for row in card.rows))


def check_card(card: RateCard) -> tuple[CardFault, ...]:
    """Where no row holds, where several do, and rows that hold outside of the card's validity.

    Days within a blackout need no row. Sizes of party below the smallest and above the largest of
    a variant are its limits, not gaps.
    """
    outside = (
        CardFault(
            FaultKind.OUTSIDE,
            f"Row {row.number} holds on days on which the card does not.",
            (row.number,),
            span=row.span,
        )
        for row in card.rows
        if row.span.first_on not in card.validity or row.span.last_on not in card.validity
    )
    return (*outside, *(fault for one in variants_of(card) for fault in _coverage(card, one)))


def years_of(card: RateCard, faults: Sequence[CardFault]) -> tuple[Year, ...]:
    """The calendar years of a card's validity, with the seasons of each month."""
    span = card.validity
    return tuple(
        Year(
            year,
            tuple((one, tuple(_months(card, one, year, faults))) for one in variants_of(card)),
        )
        for year in range(span.first_on.year, span.last_on.year + 1)
    )


def _months(
    card: RateCard, variant: Variant, year: int, faults: Sequence[CardFault]
) -> Iterator[Month]:
    mine = _rows_of(card, variant)
    amiss = [one for one in faults if (one.option, one.meals) == (variant.option, variant.meals)]
    for number in range(1, DECEMBER + 1):
        month = _month(year, number)
        rows = sorted((row for row in mine if row.span.overlaps(month)), key=_beginning)
        yield Month(
            month.first_on,
            tuple(dict.fromkeys(row.season for row in rows)),
            gap=_touched(amiss, FaultKind.GAP, month),
            overlap=_touched(amiss, FaultKind.OVERLAP, month),
            closed=any(one.span.overlaps(month) for one in closures_of(card, variant.option)),
        )


def closures_of(card: RateCard, option: str) -> list[Closure]:
    """Days on which an option can't be had."""
    return [one for one in card.closures if one.option in {"", option}]


def _beginning(row: RateRow) -> tuple[date, int]:
    return row.span.first_on, row.number


def _month(year: int, number: int) -> Span:
    following = date(year + number // DECEMBER, number % DECEMBER + 1, 1)
    return Span(date(year, number, 1), following - ONE_DAY)


def _touched(faults: Iterable[CardFault], kind: FaultKind, month: Span) -> bool:
    return any(one.kind is kind and one.span and one.span.overlaps(month) for one in faults)


def _holds(row: RateRow, day: date) -> bool:
    return day in row.span and day.isoweekday() in row.weekdays


def _fits(row: RateRow, pax: int) -> bool:
    return row.pax_from <= pax and (row.pax_to is None or pax <= row.pax_to)


def _rows_of(card: RateCard, variant: Variant) -> list[RateRow]:
    return [row for row in card.rows if (row.option, row.meals) == (variant.option, variant.meals)]


def _coverage(card: RateCard, variant: Variant) -> Iterator[CardFault]:
    """Faults of a variant, for each band of sizes between which no row begins or ends."""
    rows = _rows_of(card, variant)
    edges = sorted({edge for row in rows for edge in _edges(row)})
    bands: list[tuple[int, int | None]] = [(one, after - 1) for one, after in pairwise(edges)]
    open_ended = [row.pax_from for row in rows if row.pax_to is None]
    if open_ended:
        bands.append((edges[-1], None))
    for pax_from, pax_to in bands:
        mine = [row for row in rows if _fits(row, pax_from)]
        for (kind, numbers), span in _stretches(card, variant.option, mine):
            yield CardFault(
                kind,
                _in_words(kind, numbers, span, variant, pax_from, pax_to),
                numbers,
                variant.option,
                variant.meals,
                pax_from,
                pax_to,
                span,
            )


def _edges(row: RateRow) -> Iterator[int]:
    yield row.pax_from
    if row.pax_to is not None:
        yield row.pax_to + 1


Place = tuple[FaultKind, tuple[int, ...]]


def _stretches(
    card: RateCard, option: str, rows: Sequence[RateRow]
) -> Iterator[tuple[Place, Span]]:
    """Stretches of days with the same fault; days on which nothing is wrong part them."""
    blackouts = [one.span for one in closures_of(card, option) if one.kind is ClosureKind.BLACKOUT]
    pieces = [
        (piece, _place(piece.first_on, rows, blackouts)) for piece in _pieces(card, rows, blackouts)
    ]
    for place, stretch in groupby(pieces, lambda one: one[1]):
        if place is not None:
            found = [piece for piece, _ in stretch]
            yield place, Span(found[0].first_on, found[-1].last_on)


def _pieces(card: RateCard, rows: Sequence[RateRow], blackouts: Sequence[Span]) -> Iterator[Span]:
    """The validity in pieces within which the same rows hold: single days where weekdays count."""
    whole = card.validity
    edges = {whole.first_on, whole.last_on + ONE_DAY}
    for span in (*(row.span for row in rows), *blackouts):
        edges |= {edge for edge in (span.first_on, span.last_on + ONE_DAY) if edge in whole}
    for first, after in pairwise(sorted(edges)):
        live = [row for row in rows if first in row.span]
        if all(row.weekdays == EVERY_DAY for row in live):
            yield Span(first, after - ONE_DAY)
            continue
        for number in range((after - first).days):
            day = first + timedelta(days=number)
            yield Span(day, day)


def _place(day: date, rows: Sequence[RateRow], blackouts: Sequence[Span]) -> Place | None:
    numbers = tuple(sorted(row.number for row in rows if _holds(row, day)))
    if len(numbers) > 1:
        return FaultKind.OVERLAP, numbers
    if not numbers and not any(day in closed for closed in blackouts):
        return FaultKind.GAP, ()
    return None


def _in_words(
    kind: FaultKind,
    numbers: tuple[int, ...],
    span: Span,
    variant: Variant,
    pax_from: int,
    pax_to: int | None,
) -> str:
    people = f"{pax_from} and more" if pax_to is None else f"{pax_from} to {pax_to}"
    named = " ".join(filter(None, (variant.option, variant.meals)))
    of = f" of {named}" if named else ""
    days = f"from {span.first_on} to {span.last_on}"
    if kind is FaultKind.GAP:
        return f"No row{of} for {people} people {days}."
    return f"Rows {' and '.join(map(str, numbers))}{of} hold for {people} people {days}."
