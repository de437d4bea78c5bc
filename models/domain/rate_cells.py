"""What people write into the cells of a sheet of rates: days, amounts, weekdays, numbers."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from models.domain.money import minor_digits
from models.domain.rates import EVERY_DAY, Meals
from models.domain.spreadsheets import FORMULA_STARTS

Cell = str | int | float | Decimal | bool | date | datetime | None
"""A cell as a file has it: what Excel keeps as a number or a day comes as one."""
SERIAL_ORIGIN = date(1899, 12, 30)
SERIALS = range(20_000, 90_000)
"""Numbers that Excel writes for days from 1954 to 2146."""
LARGEST_AMOUNT = 10**11
LARGEST_NUMBER = 10_000
LONGEST_TEXT = 120
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY_NAME = "all"
WRITTEN_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
AMOUNT = re.compile(r"\d[\d.,\s\u00a0\u202f']*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
THOUSANDS = 3


class CellError(ValueError):
    """What stands in a cell can't be read; the sentence is for whoever wrote it."""


def read_text(cell: Cell) -> str:
    """A text in one line, without what nobody sees and the apostrophe that marks it as a text.

    Raises:
        CellError: it is too long.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else " ".join(CONTROL.sub(" ", str(cell)).split())
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]
    if len(text) > LONGEST_TEXT:
        raise CellError(f"This is too long: at most {LONGEST_TEXT} characters.")
    return text


def read_day(cell: Cell) -> date:
    """A day: of Excel, its number, `2027-12-31`, or `31.12.2027` and `31/12/2027`, day first.

    Raises:
        CellError: it is none.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in SERIALS:
        return SERIAL_ORIGIN + timedelta(days=int(cell))
    text = read_text(cell)
    written = WRITTEN_DAY.fullmatch(text)
    try:
        if written:
            day, month, year = map(int, written.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError as error:
        raise CellError("This is no day; write it as 2027-12-31.") from error


def read_amount(cell: Cell, currency: str) -> int:
    """An amount in minor units: `1,234.50`, `1.234,50`, `1234,5`, `1 234` or a number.

    Raises:
        CellError: it is none, is negative, or has more decimals than the currency.
    """
    digits = minor_digits(currency)
    minor = _decimal(cell, digits).scaleb(digits)
    if minor < 0 or minor >= LARGEST_AMOUNT:
        raise CellError("An amount is at least 0, and not that large.")
    if minor != minor.to_integral_value():
        raise CellError(f"{currency} has {digits or 'no'} decimals; write no more than that.")
    return int(minor)


def _decimal(cell: Cell, digits: int) -> Decimal:
    if isinstance(cell, bool) or cell is None or isinstance(cell, date):
        raise CellError("This is no amount; write it as 1234.50.")
    if isinstance(cell, int | float | Decimal):
        found = Decimal(str(cell))
        if not found.is_finite():
            raise CellError("This is no amount; write it as 1234.50.")
        return found.quantize(Decimal("0.000001")) if isinstance(cell, float) else found
    text = read_text(cell)
    if not AMOUNT.fullmatch(text):
        raise CellError("This is no amount; write it as 1234.50.")
    try:
        return Decimal(_plain(re.sub(r"[\s\u00a0\u202f']", "", text), digits))
    except InvalidOperation as error:
        raise CellError("This is no amount; write it as 1234.50.") from error


def _plain(text: str, digits: int) -> str:
    """A number with a point before its decimals and nothing else.

    With both signs the last one parts the decimals. One sign alone parts thousands when it stands
    more than once, or before just three digits where the currency has not three decimals.
    """
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    sign, other = text[last], "," if text[last] == "." else "."
    tail = text[last + 1 :]
    only_thousands = other not in text and (
        text.count(sign) > 1 or (len(tail) == THOUSANDS and digits < THOUSANDS)
    )
    if only_thousands:
        return text.replace(sign, "") if _in_threes(text, sign) else "-"
    head = text[:last]
    return f"{head.replace(other, '')}.{tail}" if _in_threes(head, other) else "-"


def _in_threes(text: str, sign: str) -> bool:
    parts = text.split(sign)
    return all(len(part) == THOUSANDS for part in parts[1:])


def read_number(cell: Cell, least: int) -> int:
    """A whole number.

    Raises:
        CellError: it is none, or out of bounds.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = read_text(cell)
    if isinstance(cell, bool) or not text.isascii() or not text.isdigit():
        raise CellError("This must be a whole number.")
    if len(text) > len(str(LARGEST_NUMBER)) or not least <= int(text) <= LARGEST_NUMBER:
        raise CellError(f"This must be from {least} to {LARGEST_NUMBER}.")
    return int(text)


def read_weekdays(cell: Cell) -> frozenset[int]:
    """ISO weekdays: nothing or `all`, `Mon Tue`, `Mon-Thu, Sun`, or `1 2 7`, Monday is 1.

    Raises:
        CellError: a word is no weekday.
    """
    text = read_text(cell).lower()
    if text in {"", EVERY_DAY_NAME, "daily"}:
        return EVERY_DAY
    days: set[int] = set()
    for part in re.split(r"[\s,;]+", re.sub(r"\s*-\s*", "-", text)):
        first, _, last = part.partition("-")
        begin, end = _weekday(first), _weekday(last or first)
        days |= {(begin - 1 + step) % 7 + 1 for step in range((end - begin) % 7 + 1)}
    return frozenset(days)


def _weekday(word: str) -> int:
    names = [name.lower() for name in DAY_NAMES]
    if word[:3] in names:
        return names.index(word[:3]) + 1
    if word in {"1", "2", "3", "4", "5", "6", "7"}:
        return int(word)
    raise CellError("These are no weekdays; write all, Mon-Thu or Fri Sat.")


def weekdays_in_words(weekdays: frozenset[int]) -> str:
    """Weekdays as `read_weekdays` takes them."""
    if weekdays == EVERY_DAY:
        return EVERY_DAY_NAME
    return " ".join(DAY_NAMES[day - 1] for day in sorted(weekdays))


def read_meals(cell: Cell) -> Meals | None:
    """A board by the trade's letters; None for nothing.

    Raises:
        CellError: there is no such board.
    """
    text = read_text(cell).upper()
    try:
        return Meals(text) if text else None
    except ValueError as error:
        raise CellError("This is no board; write RO, BB, HB, FB or AI.") from error


def amount_in_words(amount_minor: int | None, currency: str) -> str:
    """An amount as `read_amount` takes it: `1234.50`; empty for none."""
    if amount_minor is None:
        return ""
    digits = minor_digits(currency)
    return f"{Decimal(amount_minor).scaleb(-digits):.{digits}f}"
