"""How forms of the booking page end: done, refused with what was typed, or in a clash to settle."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from api.pages.backoffice.booking_page import booking_page
from api.pages.backoffice.clash import clash_page, settled
from api.pages.backoffice.frame import Refusal, Typed, done
from api.pages.translation import gettext
from api.staff.desk import Desk
from api.staff.sentences import sentences
from models.domain.errors import BookingChangedError, DomainError, InvalidInputError

Schema = TypeVar("Schema", bound=BaseModel)
NO_LABELS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Ending:
    """What is said after a form was done, where on the page, and how it can be undone."""

    said: str
    anchor: str
    field: str = ""
    """The field that a refusal is about."""
    of: Sequence[str] = ()


async def carry_out(
    request: Request,
    desk: Desk,
    booking_id: str,
    action: Awaitable[object],
    ending: Ending,
    entered: Typed | None = None,
) -> Response:
    """Does it; a refusal shows the booking page again with what was typed."""
    try:
        await action
    except DomainError as error:
        refusal = Refusal.of(error, ending.field)
        return await booking_page(request, desk, booking_id, refusal=refusal, entered=entered)
    return done(f"/backoffice/bookings/{booking_id}", ending.said, ending.anchor, ending.of)


async def carry_out_unless_clash(
    request: Request,
    desk: Desk,
    booking_id: str,
    act: Callable[[Typed], Awaitable[object]],
    ending: Ending,
    entered: Typed,
) -> Response:
    """Changes the booking as it was seen.

    When somebody else changed it meanwhile, the answer is a page with what it was, what it is now
    and what was typed; its form comes back here with a choice for each field.
    """
    wanted = settled(entered)
    if wanted is None:
        return done(f"/backoffice/bookings/{booking_id}", "kept", ending.anchor)
    try:
        await act(wanted)
    except BookingChangedError:
        return await clash_page(request, desk, booking_id, wanted)
    except DomainError as error:
        refusal = Refusal.of(error, ending.field)
        return await booking_page(request, desk, booking_id, refusal=refusal, entered=wanted)
    return done(f"/backoffice/bookings/{booking_id}", ending.said, ending.anchor, ending.of)


def checked(
    schema: type[Schema], labels: Mapping[str, str] = NO_LABELS, /, **values: str | None
) -> Schema:
    """What was typed, as a schema takes it; `labels` say what people call its fields.

    Raises:
        InvalidInputError: it breaks the schema's rules; the sentences say which.
    """
    try:
        return schema(**values)
    except ValidationError as error:
        told = [
            f"{gettext(labels[path])}: {text}" if path in labels else text
            for path, text in sentences(error).items()
        ]
        raise InvalidInputError(" ".join(told)) from error
