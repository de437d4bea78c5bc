"""Where a page of a list ends, in a form that callers hand back as it is."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query

from models.domain.errors import InvalidInputError

Before = Annotated[str, Query(max_length=200, description="`next` of the page before.")]
NEVER = "never"


def encode(at: datetime | None, id_: str) -> str:
    """A place in a list: an instant, or none, and an id."""
    moment = NEVER if at is None else at.astimezone(UTC).isoformat()
    return base64.urlsafe_b64encode(f"{moment}|{id_}".encode()).decode().rstrip("=")


def decode(text: str) -> tuple[datetime | None, str]:
    """The instant and the id of a place.

    Raises:
        InvalidInputError: no page ever gave this out.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        moment, bar, id_ = base64.urlsafe_b64decode(padded).decode().partition("|")
        at = None if moment == NEVER else datetime.fromisoformat(moment)
    except (ValueError, binascii.Error) as error:
        raise InvalidInputError("before: take it from `next` of the page before.") from error
    if not bar or "\x00" in id_ or (at is not None and at.tzinfo is None):
        raise InvalidInputError("before: take it from `next` of the page before.")
    return at, id_
