"""Finds bookings by what somebody typed: as it stands, else by what it may have meant.

Triggers keep the words of each booking in `booking_search` and every word once in
`search_vocabulary`. A mistyped word is compared with that vocabulary, never with the bookings.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, cast, false, func, select, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.search_terms import Term, search_terms
from models.domain.spelling import closest, may_be_mistyped_twice, neighbours
from models.tables.crm import Booking
from models.tables.search import BookingSearch, SearchWord

BOOKING_ID: Final = "booking_"
LIKE_ENOUGH: Final = 0.3
"""How much of two words' groups of three letters is the same, at least."""
MOST_ALIKE: Final = 50


@dataclass(frozen=True)
class Sought:
    """What a search comes down to: bookings of these words, one booking, all or none."""

    query: str = ""
    """A tsquery; empty when no words are sought."""
    booking_id: str = ""
    nothing: bool = False

    @property
    def by_words(self) -> bool:
        """Whether the words of bookings have to be read."""
        return bool(self.query)

    def words_match(self) -> ColumnElement[bool]:
        """The condition on `booking_search`."""
        return BookingSearch.words.bool_op("@@")(cast(self.query, TSQUERY))

    def condition(self) -> ColumnElement[bool]:
        """The condition on `bookings`."""
        if self.nothing:
            return false()
        if self.booking_id:
            return Booking.id == self.booking_id
        if self.query:
            return Booking.id.in_(select(BookingSearch.booking_id).where(self.words_match()))
        return true()


async def as_typed(session: AsyncSession, search: str) -> Sought:
    """Bookings that have all the words, or words that begin with them."""
    text = search.strip()
    if not text:
        return Sought()
    if text.startswith(BOOKING_ID):
        return Sought(booking_id=text)
    terms = search_terms(await _folded(session, text))
    return Sought(" & ".join(_one(term) for term in terms)) if terms else Sought(nothing=True)


async def as_meant(session: AsyncSession, search: str) -> Sought | None:
    """Bookings that have all the words, or words that were meant; None if no other were."""
    terms = search_terms(await _folded(session, search.strip()))
    meant = {term.text: await _meanings(session, term.text) for term in terms if term.correctable}
    if not any(meant.values()):
        return None
    parts = (
        " | ".join([_one(term), *(_quoted(word) for word in meant.get(term.text, ()))])
        for term in terms
    )
    return Sought(" & ".join(f"({part})" for part in parts))


async def _folded(session: AsyncSession, text: str) -> str:
    """In lower case and without accents, as the words of bookings are."""
    if text.isascii():
        return text.lower()
    return str(await session.scalar(select(func.search_fold(text))))


async def _meanings(session: AsyncSession, word: str) -> list[str]:
    one_slip = select(SearchWord.word).where(SearchWord.word.in_(sorted(neighbours(word))))
    found = list(await session.scalars(one_slip))
    if not found and may_be_mistyped_twice(word):
        likeness = func.similarity(SearchWord.word, word)
        alike = select(SearchWord.word).where(SearchWord.word.bool_op("%")(word))
        alike = alike.where(likeness >= LIKE_ENOUGH).order_by(likeness.desc()).limit(MOST_ALIKE)
        found = list(await session.scalars(alike))
    return closest(word, found)


def _one(term: Term) -> str:
    return _quoted(term.text) + ("" if term.whole else ":*")


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
