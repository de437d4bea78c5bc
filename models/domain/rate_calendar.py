"""A rate card through the year: which rows hold on a day, where none does, and where several do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.domain.rate_checks import CardFault, FaultKind
from models.domain.rates import Closure, Meals, RateCard, RateRow, Span

ONE_DAY = timedelta(days=1)
DECEMBER = 12


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
