"""What is drawn for a draft in the builder: in the language in which its customer reads it."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from activities import speaking
from activities.quote_inclusions import Lists, drawn_from, lists_for
from api.pages.backoffice.quote_fields import LineFields, QuoteFields
from api.pages.backoffice.quote_standing import Standing
from models.domain.inclusions import Service
from models.domain.quote_draft import LONGEST_TRIP_DAYS
from models.domain.rates import Meals
from models.domain.stages import ServiceKind
from models.store.boards import only_boards
from models.store.bookings import BookingRow
from models.store.quote_drafts import FullVersion

COUNTING = (Standing.INCLUDED, Standing.OURS)
"""What of a form is in the price."""


def language_of(row: BookingRow) -> str:
    """The language in which a booking's customer reads a quote."""
    given = (row.customer.language, row.booking.language)
    return next(filter(None, map(speaking.language_of, given)), speaking.ENGLISH)


def lists_in(full: FullVersion, row: BookingRow, boards: Mapping[str, str]) -> Lists:
    """What a version includes and what not, as its customer reads it."""
    with speaking.speaking(language_of(row)):
        return lists_for(full.version, (one for one in full.lines if one.chosen), boards)


async def drawn_lists(session: AsyncSession, row: BookingRow, fields: QuoteFields) -> Lists:
    """What the services of a form have, as far as they can be read."""
    boards = await only_boards(session, [line.card for line in fields.lines])
    with speaking.speaking(language_of(row)):
        return drawn_from(
            _service(line, boards.get(line.card, ""))
            for line in fields.lines
            if line.kind in set(ServiceKind) and line.standing in COUNTING
        )


def _service(line: LineFields, board: str) -> Service:
    _, chosen, meals = line.variant.rpartition("|")
    found = (meals if chosen else "") or board
    return Service(
        ServiceKind(line.kind),
        int(line.day) if line.day.isdecimal() else 1,
        min(int(line.nights), LONGEST_TRIP_DAYS) if line.nights.isdecimal() else 0,
        Meals(found) if found in set(Meals) else None,
    )
