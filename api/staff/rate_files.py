"""Sheets of rates as files: CSV and XLSX into lines of cells, and back. Nothing in them is run."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from models.domain.errors import FileTooLargeError, SheetRefusedError
from models.domain.rate_cells import Cell
from models.domain.rate_sheets import MOST_COLUMNS, MOST_ROWS
from models.domain.spreadsheets import harmless

LARGEST_BYTES: Final = 1 << 20
LARGEST_UNPACKED: Final = 24 << 20
MOST_PARTS: Final = 500
MOST_LINES: Final = MOST_ROWS + 500
"""Lines that are read at all: empty ones among them are passed over."""
ZIP: Final = b"PK\x03\x04"
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK: Final = "\ufeff"
SEPARATORS: Final = ";,\t"
WIDTH: Final = 14

UNREADABLE: Final = (
    *(InvalidFileException, DefusedXmlException, zipfile.BadZipFile, zlib.error, struct.error),
    *(LookupError, ValueError, TypeError, AttributeError, SyntaxError),
    *(ArithmeticError, EOFError, RuntimeError),
)
"""What reading a broken workbook raises; a workbook with a password is a RuntimeError."""

Table = list[list[Cell]]


def read_table(content: bytes) -> Table:
    """The lines of a file, whichever of the two it is.

    Raises:
        FileTooLargeError: it is larger than a sheet of rates can be.
        SheetRefusedError: it is neither, can't be read, or has too many lines.
    """
    if len(content) > LARGEST_BYTES:
        raise FileTooLargeError("A sheet of rates has at most 1 MB; divide it.")
    return _read_xlsx(content) if content.startswith(ZIP) else _read_csv(content)


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
        return _bounded([list[Cell](line) for line in lines])
    except csv.Error as error:
        raise SheetRefusedError("This is no CSV: a quotation mark is not closed.") from error


def _read_xlsx(content: bytes) -> Table:
    _require_small(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size is not believed
            rows = islice(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), MOST_LINES + 1)
            return _bounded([[_cell(value) for value in row] for row in rows])
        finally:
            book.close()
    except UNREADABLE as error:
        raise SheetRefusedError("This XLSX can't be read; save it anew and try again.") from error


def _require_small(content: bytes) -> None:
    """Refuses an archive that would unpack to far more than a sheet of rates is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SheetRefusedError("This XLSX can't be read; save it anew and try again.") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise FileTooLargeError("A sheet of rates has at most 1 MB; divide it.")


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float | Decimal | date):
        return value
    return str(value)


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
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for at in range(len(table[0])):
        sheet.column_dimensions[chr(ord("A") + at)].width = WIDTH
    for number, line in enumerate(table):
        sheet.append(list(_cells(sheet, line, head=number == 0)))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(
    sheet: WriteOnlyWorksheet, line: Sequence[Cell], *, head: bool
) -> Iterator[OpenpyxlCell | None]:
    for value in line:
        if value is None:
            yield None
            continue
        cell: OpenpyxlCell = WriteOnlyCell(sheet)
        cell.value = harmless(value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        cell.font = Font(bold=head)
        yield cell
