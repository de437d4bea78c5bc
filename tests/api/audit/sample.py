"""A request as the tests send it."""

from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]
BOOKING = "/api/v1/bookings/{booking_id}"
PAGE = "/backoffice/bookings/{booking_id}"
GIVEN = "{"
"""How a value begins that names one of the world's ids."""


@dataclass(frozen=True)
class Sample:
    """What is sent, and by whom; values in braces are filled from the world, as paths are."""

    body: JSON = field(default_factory=dict)
    who: str = "marc"
    file: bytes | None = None
    """Sent as the field `file` of a form, beside the body."""
    first: str = ""
    """A path of the API to which an empty POST goes before."""

    def filled(self, world: dict[str, str]) -> JSON:
        """The body with the world's ids."""
        return {
            name: value.format(**world)
            if isinstance(value, str) and value.startswith(GIVEN)
            else value
            for name, value in self.body.items()
        }

    def content(self, path: str, world: dict[str, str]) -> JSON:
        """What a client is told to send to a path: JSON to the API, a form to a page."""
        if self.file is not None:
            form = {"data": self.filled(world)} if self.body else {}
            return {"files": {"file": ("visa.pdf", self.file, "application/pdf")}} | form
        return {"data" if path.startswith("/backoffice") else "json": self.filled(world)}
