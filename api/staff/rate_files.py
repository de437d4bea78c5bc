"""Sheets of rates as files: CSV and XLSX into lines of cells, and back. Nothing in them is run."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from models.domain.errors import FileTooLargeError, SheetRefusedError
from models.domain.rate_cells import Cell
from models.domain.rate_sheets import MOST_COLUMNS, MOST_LINES, MOST_ROWS
from models.domain.spreadsheets import harmless

LARGEST_BYTES: Final = 1 << 20
ZIP: Final = b"PK\x03\x04"
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK: Final = "\ufeff"
SEPARATORS: Final = ";,\t"

Table = list[list[Cell]]


def read_table(content: bytes) -> Table:
    """The lines of a file, whichever of the two it is.

    Raises:
        FileTooLargeError: it is larger than a sheet of rates can be.
        SheetRefusedError: it is neither, can't be read, or has too many lines.
    """
    if len(content) > LARGEST_BYTES:
        raise FileTooLargeError("A sheet of rates has at most 1 MB; divide it.")
    if not content.startswith(ZIP):
        return _bounded(_read_csv(content))
    from api.staff.rate_workbooks import read_xlsx  # noqa: PLC0415 - 10 MB for the few who need it

    return _bounded(read_xlsx(content))


def _read_csv(content: bytes) -> Table:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetRefusedError("Save the file as CSV in UTF-8, or as XLSX.") from error
    if "\0" in text:
        raise SheetRefusedError("This is neither CSV nor XLSX.")
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return [list[Cell](line) for line in lines]
    except csv.Error as error:
        raise SheetRefusedError("This is no CSV: a quotation mark is not closed.") from error


def _bounded(table: Table) -> Table:
    if len(table) > MOST_LINES:
        raise SheetRefusedError(f"The file has more than {MOST_ROWS} rows; divide it.")
    if any(len(line) > MOST_COLUMNS for line in table):
        raise SheetRefusedError(f"The file has more than {MOST_COLUMNS} columns.")
    return table


def csv_of(table: Sequence[Sequence[Cell]]) -> bytes:
    """A CSV file that spreadsheets open as it is, and in which no text is a formula."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    csv.writer(file).writerows([_text(cell) for cell in line] for line in table)
    return file.getvalue().encode()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else str(cell)


def xlsx_of(table: Sequence[Sequence[Cell]], name: str) -> bytes:
    """An XLSX file with days as days and amounts as numbers, in which no text is a formula."""
    from api.staff.rate_workbooks import write_xlsx  # noqa: PLC0415 - 10 MB for the few who need it

    return write_xlsx(table, name)
