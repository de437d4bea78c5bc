"""The common shape of what the staff API takes and gives: strict input, times in milliseconds."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from api.pages.formats import iso

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]
"""ISO 8601 UTC with milliseconds and Z."""


def absent(value: object) -> object:
    """None for an empty text: forms send one for what is not known or was not chosen."""
    return None if isinstance(value, str) and not value.strip() else value


class Incoming(BaseModel):
    """What a request may say; unknown members are refused and texts are trimmed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Outgoing(BaseModel):
    """What an answer says, read from rows by attribute."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")
