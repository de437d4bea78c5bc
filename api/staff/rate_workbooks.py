"""Workbooks of rates: XLSX into lines of cells, and back.

Loaded when somebody brings or takes one: what reads them takes 10 MB.
"""

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
from models.domain.rate_sheets import MOST_COLUMNS, MOST_LINES
from models.domain.spreadsheets import harmless

LARGEST_UNPACKED: Final = 24 << 20
MOST_PARTS: Final = 500
WIDTH: Final = 14

UNREADABLE: Final = (
    *(InvalidFileException, DefusedXmlException, zipfile.BadZipFile, zlib.error, struct.error),
    *(LookupError, ValueError, TypeError, AttributeError, SyntaxError),
    *(ArithmeticError, EOFError, RuntimeError),
)
"""What reading a broken workbook raises; a workbook with a password is a RuntimeError."""


def read_xlsx(content: bytes) -> list[list[Cell]]:
    """The lines of the first sheet, at most one more than a file may have.

    Raises:
        FileTooLargeError: it would unpack to far more than a sheet of rates is.
        SheetRefusedError: it can't be read.
    """
    _require_small(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size is not believed
            rows = islice(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), MOST_LINES + 1)
            return [[_cell(value) for value in row] for row in rows]
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


def write_xlsx(table: Sequence[Sequence[Cell]], name: str) -> bytes:
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
