"""Times that people type: a day and an hour in the zone that their pages are made in."""

from datetime import datetime

from api.pages.reader import reader
from api.pages.translation import gettext
from models.domain.errors import InvalidInputError


def read_moment(text: str) -> datetime | None:
    """An instant of a field `datetime-local`; None for an empty one.

    Raises:
        InvalidInputError: it is no day and hour.
    """
    if not text.strip():
        return None
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInputError(gettext("Write a day and an hour.")) from error
    return typed if typed.tzinfo else typed.replace(tzinfo=reader().zone)


def field_moment(at: datetime | None) -> str:
    """An instant as a field `datetime-local` holds it; empty for none."""
    return "" if at is None else f"{at.astimezone(reader().zone):%Y-%m-%dT%H:%M}"
