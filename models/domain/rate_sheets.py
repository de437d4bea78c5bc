"""Rate cards as sheets, one line a row: written, read again, and held against the card."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from models.domain.errors import SheetRefusedError
from models.domain.rate_cells import (
    Cell,
    CellError,
    amount_in_words,
    read_amount,
    read_day,
    read_meals,
    read_number,
    read_text,
    read_weekdays,
    weekdays_in_words,
)
from models.domain.rates import RateCard, RateRow, Span

MOST_ROWS: Final = 2_000
MOST_LINES: Final = MOST_ROWS + 500
"""Lines of a file that are read at all: empty ones among them are passed over."""
MOST_COLUMNS: Final = 60
FIRST_LINE: Final = 2
"""Where rows begin in a file: the head is line 1."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the member of a row that it holds, its name, and how it is read."""

    member: str
    title: str
    read: Callable[[Cell, str], Any]
    needed: bool = False


def _amount(cell: Cell, currency: str) -> int | None:
    return None if read_text(cell) == "" else read_amount(cell, currency)


def _price(cell: Cell, currency: str) -> int:
    if read_text(cell) == "":
        raise CellError("A price is missing.")
    return read_amount(cell, currency)


def _count(least: int) -> Callable[[Cell, str], int]:
    return lambda cell, _: least if read_text(cell) == "" else read_number(cell, least)


def _number(cell: Cell, _: str) -> int | None:
    return None if read_text(cell) == "" else read_number(cell, 1)


def _season(cell: Cell, _: str) -> str:
    text = read_text(cell)
    if not text:
        raise CellError("A season needs a name.")
    return text


def _currency(cell: Cell, currency: str) -> str:
    text = read_text(cell).upper()
    if text not in {"", currency}:
        raise CellError(f"The card is in {currency}; amounts of another currency can't be taken.")
    return currency


COLUMNS: Final = (
    Column("number", "Row", _number),
    Column("season", "Season", _season, needed=True),
    Column("first_on", "From", lambda cell, _: read_day(cell), needed=True),
    Column("last_on", "To", lambda cell, _: read_day(cell), needed=True),
    Column("weekdays", "Weekdays", lambda cell, _: read_weekdays(cell)),
    Column("option", "Option", lambda cell, _: read_text(cell)),
    Column("meals", "Board", lambda cell, _: read_meals(cell)),
    Column("pax_from", "Pax from", _count(1)),
    Column("pax_to", "Pax to", _number),
    Column("price_minor", "Price", _price, needed=True),
    Column("single_minor", "Single", _amount),
    Column("triple_minor", "Triple", _amount),
    Column("extra_bed_minor", "Extra bed", _amount),
    Column("min_nights", "Minimum nights", _count(1)),
    Column("currency", "Currency", _currency, needed=True),
)
AMOUNTS: Final = frozenset({"price_minor", "single_minor", "triple_minor", "extra_bed_minor"})
COMPARED: Final = tuple(one for one in COLUMNS if one.member not in {"number", "currency"})


class Verdict(StrEnum):
    """What becomes of a line of a file, or of a row that the file leaves out."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    SAME = "SAME"
    GONE = "GONE"
    WRONG = "WRONG"


@dataclass(frozen=True)
class CellFault:
    """What is wrong in a cell: its line in the file, its column, and why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Change:
    """A cell that differs from the card's row, in words."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class LineVerdict:
    """A line of the file held against the card; a row that is gone has no line."""

    verdict: Verdict
    line: int | None
    row: RateRow | None
    changes: tuple[Change, ...] = ()
    faults: tuple[CellFault, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A whole file held against a card."""

    lines: tuple[LineVerdict, ...]

    @property
    def rows(self) -> tuple[RateRow, ...]:
        """The rows that the card would have; only of use when nothing is wrong."""
        kept = (one.row for one in self.lines if one.verdict is not Verdict.GONE)
        return tuple(sorted((row for row in kept if row), key=lambda row: row.number))

    def count(self, verdict: Verdict) -> int:
        """How many lines have this verdict."""
        return sum(one.verdict is verdict for one in self.lines)

    @property
    def faults(self) -> tuple[CellFault, ...]:
        """Everything that is wrong, in the order of the file."""
        return tuple(fault for one in self.lines for fault in one.faults)

    @property
    def changes_something(self) -> bool:
        """Whether a card would be another one."""
        return any(one.verdict is not Verdict.SAME for one in self.lines)


def written(card: RateCard) -> list[list[Cell]]:
    """The sheet of a card: its head, then a line for each row. Amounts are in major units."""
    head: list[Cell] = [one.title for one in COLUMNS]
    return [head, *([_cell(row, one, card.currency) for one in COLUMNS] for row in card.rows)]


def _cell(row: RateRow, column: Column, currency: str) -> Cell:
    """A cell as people read it; days stay days, so that a sheet may show them its own way."""
    match column.member:
        case "first_on":
            return row.span.first_on
        case "last_on":
            return row.span.last_on
        case "currency":
            return currency
    value = getattr(row, column.member)
    if column.member in AMOUNTS:
        return None if value is None else Decimal(amount_in_words(value, currency))
    if column.member == "weekdays":
        return weekdays_in_words(value)
    return None if value is None or value == "" else value


def judge(card: RateCard, table: Sequence[Sequence[Cell]]) -> Judgement:
    """Holds a file against a card.

    Args:
        card: as it stands.
        table: the file's lines, the head first.

    Raises:
        SheetRefusedError: the head is not that of a sheet of rates, or there are too many lines.
    """
    if not table:
        raise SheetRefusedError("The file is empty.")
    places = _places(table[0])
    body = [(number, cells) for number, cells in enumerate(table[1:], FIRST_LINE) if _filled(cells)]
    if len(body) > MOST_ROWS:
        raise SheetRefusedError(f"The file has more than {MOST_ROWS} rows; divide it.")
    by_number = {row.number: row for row in card.rows}
    free = max(by_number, default=0) + 1
    lines: list[LineVerdict] = []
    seen: set[int] = set()
    for line, cells in body:
        judged = _judged(card.currency, line, cells, places, by_number, seen, free)
        if judged.verdict is Verdict.NEW:
            free += 1
        lines.append(judged)
    gone = (LineVerdict(Verdict.GONE, None, row) for row in card.rows if row.number not in seen)
    return Judgement((*lines, *gone))


def _filled(cells: Sequence[Cell]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in cells)


def _places(head: Sequence[Cell]) -> dict[str, int]:
    """Where each column stands, by its name.

    Raises:
        SheetRefusedError: one is missing, is there twice, or is unknown.
    """
    known = {one.title.lower(): one.title for one in COLUMNS}
    places: dict[str, int] = {}
    for at, cell in enumerate(head):
        name = " ".join(str(cell or "").split())
        if not name:
            continue
        title = known.get(name.lower())
        if title is None:
            raise SheetRefusedError(f"Line 1: there is no column {name[:40]}.")
        if title in places:
            raise SheetRefusedError(f"Line 1: the column {title} is there twice.")
        places[title] = at
    missing = [one.title for one in COLUMNS if one.needed and one.title not in places]
    if missing:
        raise SheetRefusedError(f"Line 1: the column {missing[0]} is missing.")
    return places


def _judged(
    currency: str,
    line: int,
    cells: Sequence[Cell],
    places: Mapping[str, int],
    known: Mapping[int, RateRow],
    seen: set[int],
    free: int,
) -> LineVerdict:
    values, faults = _read(currency, line, cells, places)
    number = values.get("number")
    if number is not None:
        faults += _number_faults(line, number, known, seen)
        seen.add(number)
    before = known.get(number) if number is not None else None
    if not faults:
        faults += _at_odds(line, values)
    if faults:
        return LineVerdict(Verdict.WRONG, line, before, faults=tuple(faults))
    row = _row(values, number or free)
    if before is None:
        return LineVerdict(Verdict.NEW, line, row)
    changes = tuple(_changes(before, row, currency))
    verdict = Verdict.CHANGED if changes else Verdict.SAME
    return LineVerdict(verdict, line, replace(row, id=before.id), changes)


def _read(
    currency: str, line: int, cells: Sequence[Cell], places: Mapping[str, int]
) -> tuple[dict[str, Any], list[CellFault]]:
    values: dict[str, Any] = {}
    faults: list[CellFault] = []
    for column in COLUMNS:
        at = places.get(column.title, len(cells))
        cell = cells[at] if at < len(cells) else None
        try:
            if isinstance(cell, str) and cell.startswith("="):
                raise CellError("This is a formula; write the value.")  # noqa: TRY301 - told like all others
            values[column.member] = column.read(cell, currency)
        except CellError as error:
            faults.append(CellFault(line, column.title, str(error)))
    return values, faults


def _number_faults(
    line: int, number: int, known: Mapping[int, RateRow], seen: set[int]
) -> list[CellFault]:
    if number in seen:
        return [CellFault(line, "Row", f"Row {number} is in the file twice.")]
    if number not in known:
        reason = f"The card has no row {number}; leave this empty for a new one."
        return [CellFault(line, "Row", reason)]
    return []


def _at_odds(line: int, values: Mapping[str, Any]) -> list[CellFault]:
    faults = []
    if values["last_on"] < values["first_on"]:
        faults.append(CellFault(line, "To", "The last day is before the first one."))
    if values["pax_to"] is not None and values["pax_to"] < values["pax_from"]:
        faults.append(CellFault(line, "Pax to", "This is less than the smallest party."))
    return faults


def _row(values: Mapping[str, Any], number: int) -> RateRow:
    facts = {name: value for name, value in values.items() if name not in NOT_OF_ROWS}
    span = Span(values["first_on"], values["last_on"])
    return RateRow(id="", number=number, span=span, **facts)


NOT_OF_ROWS: Final = frozenset({"number", "first_on", "last_on", "currency"})


def _changes(before: RateRow, after: RateRow, currency: str) -> Iterator[Change]:
    for column in COMPARED:
        was, now = _cell(before, column, currency), _cell(after, column, currency)
        if was != now:
            yield Change(column.title, _told(was), _told(now))


def _told(cell: Cell) -> str:
    return "" if cell is None else str(cell)
