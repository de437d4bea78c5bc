"""The buttons of the builder that add, remove, move and copy rows, with or without JavaScript."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from api.pages.backoffice.quote_fields import DayFields, GroupFields, LineFields, QuoteFields
from api.pages.backoffice.quote_moves import insert_day, place_line, shift_line, swap_days

STEPS = (
    "add_day",
    "add_line",
    "add_group",
    "remove_day",
    "remove_line",
    "remove_group",
    "up_line",
    "down_line",
    "copy_line",
    "copy_day",
    "refresh",
    "up_day",
    "down_day",
    "earlier_line",
    "later_line",
    "insert_line",
    "insert_day",
    "place_line",
    "clip_",
    "cut_",
    "paste",
)
EMPTY = {"day": DayFields(), "line": LineFields(), "group": GroupFields()}


def stepped(fields: QuoteFields, action: str) -> QuoteFields:
    """The form after a button such as `add_line` or `up_line:3`; rows count from 0."""
    name, _, index = action.partition(":")
    step, _, table = name.partition("_")
    if table not in EMPTY:
        return fields
    rows: Sequence[Any] = getattr(fields, f"{table}s")
    number, *further = index.split(":")
    at = int(number) if number.isdecimal() and int(number) < len(rows) else None
    if step == "add":
        return _with(fields, table, (*rows, _next(table, rows)))
    if at is None:
        return fields
    moved = _moved(fields, f"{step}_{table}", at, further)
    if moved is not None:
        return moved
    return _with(fields, table, _changed(step, rows, at))


def _moved(fields: QuoteFields, name: str, at: int, further: list[str]) -> QuoteFields | None:
    """The form after a step that moves days or services with all that belongs to them."""
    moved = None
    match name:
        case "copy_day":
            moved = _with_day_again(fields, at)
        case "up_day" | "down_day":
            moved = swap_days(fields, at, 1 if name == "down_day" else -1)
        case "earlier_line" | "later_line":
            moved = shift_line(fields, at, 1 if name == "later_line" else -1)
        case "insert_day":
            moved = insert_day(fields, at + 1, (DayFields(),), ())
        case "insert_line":
            new = _next("line", fields.lines[: at + 1])
            moved = _with(fields, "line", (*fields.lines[: at + 1], new, *fields.lines[at + 1 :]))
        case "place_line" if len(further) == len(("day", "before")):
            moved = place_line(fields, at, *(int(one) if one.isdecimal() else 0 for one in further))
    return moved


def _with(fields: QuoteFields, table: str, rows: tuple[Any, ...]) -> QuoteFields:
    changes: dict[str, Any] = {f"{table}s": rows}
    return replace(fields, **changes)


def _next(table: str, rows: Sequence[Any]) -> Any:
    """An empty row; a service begins where the one before it ends."""
    if table != "line" or not rows or not rows[-1].day.isdecimal():
        return EMPTY[table]
    nights = int(rows[-1].nights) if rows[-1].nights.isdecimal() else 0
    return LineFields(day=str(int(rows[-1].day) + nights))


def _changed(step: str, rows: Sequence[Any], at: int) -> tuple[Any, ...]:
    changed = list(rows)
    match step:
        case "remove":
            del changed[at]
        case "copy":
            changed.insert(at + 1, rows[at])
        case "up" | "down":
            to = min(max(at + (1 if step == "down" else -1), 0), len(rows) - 1)
            changed.insert(to, changed.pop(at))
    return tuple(changed)


def _with_day_again(fields: QuoteFields, at: int) -> QuoteFields:
    """A day once more with its services; what comes later is a day later."""
    days = _changed("copy", fields.days, at)
    again = [replace(one, day=str(at + 2)) for one in fields.lines if one.day == str(at + 1)]
    before = [one for one in fields.lines if not _after(one, at + 1)]
    later = [replace(one, day=str(int(one.day) + 1)) for one in fields.lines if _after(one, at + 1)]
    return replace(fields, days=days, lines=(*before, *again, *later))


def _after(line: LineFields, day: int) -> bool:
    return line.day.isdecimal() and int(line.day) > day
