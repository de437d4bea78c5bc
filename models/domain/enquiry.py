"""When two enquiries are the same submission."""

import hashlib
from collections.abc import Sequence

SEPARATOR = "\x1f"


def content_fingerprint(
    email: str, *, styles: Sequence[str], travelers: int, wishes: Sequence[str | None]
) -> str:
    """SHA-256, hex, of who asks for which trip, however they spaced or capitalised it.

    Args:
        email: the person's address as it is compared.
        styles: in any order.
        travelers: how many travel.
        wishes: everything else that describes the trip, always in the same order.
    """
    parts = [
        _folded(email),
        "/".join(sorted(_folded(style) for style in styles)),
        str(travelers),
        *(_folded(wish or "") for wish in wishes),
    ]
    return hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
