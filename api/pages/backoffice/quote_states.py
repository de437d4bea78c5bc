"""The builder's form as it is kept: texts, with numbers written alike in every language."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from api.pages.backoffice.quote_fields import DayFields, GroupFields, LineFields, QuoteFields
from api.pages.backoffice.quote_form import from_version
from api.pages.reader import reader
from models.store.quote_drafts import FullVersion

State = dict[str, Any]
"""The names of `QuoteFields` with their texts; rows as objects."""
ROWS: dict[str, type[Any]] = {"days": DayFields, "lines": LineFields, "groups": GroupFields}
NUMBERS = ("price", "percent")
"""Of a service: numbers that people write as their language does."""
NOT_A_NUMBER = "~"
"""Begins what was typed in the place of a number."""
PLAIN = re.compile(r"-?\d+(\.\d+)?")
Change = Callable[[str], str]


def to_state(form: QuoteFields) -> State:
    """A form as it is kept."""
    told = asdict(keyed(form))
    told["lines"] = [_numbers(line, _plain) for line in told["lines"]]
    return {
        name: [{column: _lines(text) for column, text in row.items()} for row in value]
        if name in ROWS
        else _lines(value)
        for name, value in told.items()
    }


def from_state(state: Mapping[str, Any]) -> QuoteFields:
    """A form as it was kept, in the reader's language; what it does not know any more is left."""
    known = {one.name for one in fields(QuoteFields)}
    told = {name: value for name, value in state.items() if name in known}
    for name, shape in ROWS.items():
        told[name] = tuple(_row(shape, row) for row in told.get(name, ()))
    return keyed(QuoteFields(**told))


def state_of_version(full: FullVersion) -> State:
    """A version as the form would be kept."""
    return to_state(from_version(full, change_summary=full.version.change_summary or ""))


def keyed(form: QuoteFields) -> QuoteFields:
    """The form whose rows each have a key of their own.

    Rows that never had one are numbered, so that two people who open a draft name them alike;
    copies get a key that nobody else draws.
    """
    told: dict[str, Any] = {name: _keyed(getattr(form, name)) for name in ROWS}
    return replace(form, **told)


def _keyed(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    untouched, seen, told = not any(row.key for row in rows), set[str](), []
    for number, row in enumerate(rows, start=1):
        fresh = str(number) if untouched else secrets.token_hex(4)
        key = row.key if row.key and row.key not in seen else fresh
        seen.add(key)
        told.append(replace(row, key=key))
    return tuple(told)


def _row(shape: type[Any], row: Mapping[str, str]) -> Any:
    known = {one.name for one in fields(shape)}
    told = {name: text for name, text in row.items() if name in known}
    return shape(**(_numbers(told, _local) if shape is LineFields else told))


def _numbers(row: Mapping[str, str], change: Change) -> dict[str, str]:
    return {name: change(text) if name in NUMBERS else text for name, text in row.items()}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain(text: str) -> str:
    if not text.strip():
        return ""
    try:
        number = parse_decimal(text.strip(), locale=reader().locale, strict=True)
    except NumberFormatError:
        return NOT_A_NUMBER + text
    if not number.is_finite():
        return NOT_A_NUMBER + text
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _local(text: str) -> str:
    if text.startswith(NOT_A_NUMBER) or not PLAIN.fullmatch(text):
        return text.removeprefix(NOT_A_NUMBER)
    number = Decimal(text)
    places = -int(number.as_tuple().exponent)
    pattern = f"0.{'0' * max(places, 2)}" if places > 0 else "0"
    return str(format_decimal(number, format=pattern, locale=reader().locale))
