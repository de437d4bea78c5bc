"""A signature that was drawn with a finger or a pen, and what it makes of the PDF that was sent."""

import hashlib
import json
import re
from collections.abc import Iterable
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


def signed_sha256(
    *,
    document_sha256: str | None,
    choices: Iterable[str],
    total_minor: int,
    currency: str,
    terms_version: str,
    name: str,
) -> str:
    """The hash of what somebody signs: SHA-256 of its canonical JSON in UTF-8, as hex digits.

    Args:
        document_sha256: of the PDF that was sent, in hex digits.
        choices: ids of the optional lines and alternatives that are chosen, in any order.
        total_minor: the price with them, minor units.
        currency: of the price.
        terms_version: of the terms that are accepted.
        name: as typed.
    """
    facts = {
        "choices": sorted(choices),
        "currency": currency,
        "document_sha256": document_sha256,
        "name": name,
        "terms_version": terms_version,
        "total_minor": total_minor,
    }
    canonical = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
