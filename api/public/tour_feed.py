"""The published catalog in memory: filtered, serialised once, and fresh within two seconds."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from api.middleware.paths import IMAGES_PREFIX
from api.pages.formats import iso
from models.database import Sessions
from models.store.tours import CatalogMark, catalog_mark, published_tours
from models.tables.catalog import Tour

CHECKED_EVERY_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 0.8
"""How long a check may take while an older catalog is at hand."""
MOST_ANSWERS: Final = 256
SEVERAL_COUNTRIES: Final = "multi-country"
AWAY: Final = (OperationalError, InterfaceError, PoolTimeoutError, TimeoutError)
Card = dict[str, Any]


@dataclass(frozen=True)
class Query:
    """Which of the tours: names in any case, empty for all; `limit` and `offset` in tours."""

    destination: str
    style: str
    limit: int
    offset: int


@dataclass(frozen=True)
class Answer:
    """A body and the entity tag of its content."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class Catalog:
    """What the website shows at a moment, and the answers that were made of it."""

    mark: CatalogMark
    cards: Sequence[Card]
    answers: OrderedDict[Query, Answer]

    def matching(self, destination: str, style: str) -> list[Card]:
        """The cards of a country and style; `Multi-country` are those of several countries."""
        return [
            card
            for card in self.cards
            if (not style or style.casefold() in map(str.casefold, card["styles"]))
            and (not destination or _leads_to(card["destinationCountries"], destination.casefold()))
        ]

    def answer(self, query: Query) -> Answer:
        """The answer to a query, made when it is first asked."""
        known = self.answers.get(query)
        if known is None:
            known = self.answers[query] = self._make(query)
            if len(self.answers) > MOST_ANSWERS:
                self.answers.popitem(last=False)
        return known

    def _make(self, query: Query) -> Answer:
        found = self.matching(query.destination, query.style)
        body = orjson.dumps(
            {
                "items": found[query.offset : query.offset + query.limit],
                "total": len(found),
                "offset": query.offset,
                "limit": query.limit,
            }
        )
        return Answer(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


class TourFeed:
    """Keeps the catalog; asks the database at most once a second whether it changed.

    Who asks meanwhile, or while the database is away, gets the catalog as it was.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._catalog: Catalog | None = None
        self._stale_at = 0.0
        self._reading = asyncio.Lock()

    @property
    def fresh(self) -> Catalog | None:
        """The catalog if it was checked a moment ago, without waiting for anything."""
        return self._catalog if time.monotonic() < self._stale_at else None

    async def catalog(self) -> Catalog:
        """The catalog as it was at most two seconds ago.

        Raises:
            OperationalError: the database is away and nothing was ever read.
        """
        known = self._catalog
        if known and (self.fresh or self._reading.locked()):
            return known
        async with self._reading:
            if found := self.fresh:
                return found
            if known is None:
                return self._keep(await self._read(None))
            return self._keep(await self._read_or(known))

    def _keep(self, found: Catalog) -> Catalog:
        self._catalog, self._stale_at = found, time.monotonic() + CHECKED_EVERY_SECONDS
        return found

    async def _read_or(self, known: Catalog) -> Catalog:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._read(known)
        except AWAY:
            return known

    async def _read(self, known: Catalog | None) -> Catalog:
        async with self._sessions() as session:
            mark = await catalog_mark(session)
            if known and known.mark == mark:
                return known
            cards = [card_of(tour) for tour in await published_tours(session)]
        return Catalog(mark, cards, OrderedDict())


def card_of(tour: Tour) -> Card:
    """A tour as the website reads it."""
    return {
        "id": tour.id,
        "title": tour.title,
        "shortDescription": tour.short_description,
        "styles": tour.styles,
        "destinationCountries": tour.destination_countries,
        "priority": tour.priority,
        "durationDays": tour.duration_days,
        "priceFrom": tour.price_from,
        "rating": tour.rating,
        "image": image_url(tour),
        "highlights": tour.highlights,
        "seasonality": tour.seasonality,
        "legacy_id": tour.legacy_id,
        "created_at": iso(tour.created_at),
        "updated_at": iso(tour.updated_at),
    }


def image_url(tour: Tour) -> str:
    """Where a tour's picture is served; empty while it has none."""
    return f"{IMAGES_PREFIX}{tour.id}/{tour.image}" if tour.image else ""


async def cover_photo(session: AsyncSession, tour_id: str | None) -> str:
    """Where the picture of a tour is served; empty without a tour or a picture."""
    tour = await session.get(Tour, tour_id) if tour_id else None
    return image_url(tour) if tour else ""


def _leads_to(countries: Sequence[str], destination: str) -> bool:
    if destination == SEVERAL_COUNTRIES:
        return len(countries) > 1
    return destination in map(str.casefold, countries)
