"""What is wrong with a value, in words for the person who typed it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from api.pages.translation import gettext

SENTENCES = {
    "missing": "This is missing.",
    "string_too_short": "This is missing.",
    "string_too_long": "This is too long: at most {max_length} characters.",
    "int_parsing": "This must be a whole number.",
    "int_type": "This must be a whole number.",
    "date_from_datetime_parsing": "This must be a date.",
    "date_parsing": "This must be a date.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than_equal": "This must be at most {le}.",
    "greater_than": "This must be more than {gt}.",
    "decimal_parsing": "Write a number with a point before its decimals, such as 24 or 1.5.",
    "decimal_max_digits": "This has too many digits.",
    "decimal_max_places": "This has too many digits.",
    "decimal_whole_digits": "This has too many digits.",
    "string_pattern_mismatch": "This is not written as it must be.",
    "enum": "Choose one of the list.",
    "literal_error": "Choose one of the list.",
    "country": "Choose a country of the list, or write its ISO code of two letters, such as FR.",
    "too_long": "There are too many: at most {max_length}.",
}


def sentences(error: ValidationError) -> dict[str, str]:
    """One sentence for each field, by its dotted path: `lines.2.quantity`.

    A rule over several fields names the field it is about at the beginning of its own sentence.
    """
    found: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        path, text = _told(fault["type"], fault["loc"], fault["msg"], fault.get("ctx", {}))
        found.setdefault(path, text)
    return found


def _told(
    kind: str, location: Sequence[int | str], message: str, context: Mapping[str, Any]
) -> tuple[str, str]:
    path = ".".join(map(str, location))
    if kind == "value_error":
        text = message.removeprefix("Value error, ")
        named, colon, rest = text.partition(": ")
        path, text = (path or named, rest) if colon else (path, text)
        whole = f"{text[:1].upper()}{text[1:]}."
        return path, gettext(whole)
    known = SENTENCES.get(kind)
    return path, gettext(known).format(**context) if known else message
