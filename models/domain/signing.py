"""A signature that was drawn with a finger or a pen, and what it makes of the PDF that was sent."""

import re
from enum import StrEnum

from models.domain.errors import InvalidInputError

FIELD_WIDTH, FIELD_HEIGHT = 600, 200
LONGEST_PATH = 20_000
PATH = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+", re.ASCII)
POINT = re.compile(r"[ML](\d{1,3}) (\d{1,3})", re.ASCII)


class SignedKind(StrEnum):
    """What is kept of a signature, beside the documents that are drawn for every booking."""

    SIGNED_QUOTE = "signed_quote"


def drawn_signature(path: str) -> str | None:
    """The path of an SVG as the page's pad makes it; None when nothing was drawn.

    Raises:
        InvalidInputError: it is longer than any signature, or is no path within the field.
    """
    if not path:
        return None
    if len(path) > LONGEST_PATH or not PATH.fullmatch(path):
        raise InvalidInputError("This signature can't be read. Please clear the field and retry.")
    if any(int(x) > FIELD_WIDTH or int(y) > FIELD_HEIGHT for x, y in POINT.findall(path)):
        raise InvalidInputError("This signature can't be read. Please clear the field and retry.")
    return path
