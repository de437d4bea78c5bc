"""The rows of a card that hold on a day, found once however often they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.domain.rates import Meals, Offer, OfferKind, RateCard, RateRow


@dataclass(frozen=True, slots=True)
class Fit:
    """A row that holds on a day, with its card and the best offer there is for that day."""

    card: RateCard
    row: RateRow
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Service:
    """What is wanted of a card: from when, how long, and which of its variants."""

    on: date
    nights: int = 0
    """Counted for cards that price by the night only."""
    option: str | None = None
    """None when the card has one option, or the size of the party decides."""
    meals: Meals | None = None
    """None takes the board that the card has."""
    quantity: int | None = None
    """Units, vehicles or groups; None takes as many as the party needs."""


class CardRows:
    """The rows of a card by option and board; what a day needs is looked up once."""

    def __init__(self, card: RateCard) -> None:
        self.card = card
        self._rows: dict[tuple[str | None, Meals | None], list[RateRow]] = {}
        self._days: dict[tuple[str | None, Meals | None, date], tuple[RateRow, ...]] = {}

    def on(self, day: date, option: str | None, meals: Meals | None) -> tuple[RateRow, ...]:
        """Rows for any size of party that hold on a day; None stands for any option or board."""
        key = (option, meals, day)
        found = self._days.get(key)
        if found is None:
            weekday = day.isoweekday()
            found = tuple(
                row
                for row in self._variant(option, meals)
                if row.span.first_on <= day <= row.span.last_on and weekday in row.weekdays
            )
            self._days[key] = found
        return found

    def _variant(self, option: str | None, meals: Meals | None) -> list[RateRow]:
        key = (option, meals)
        rows = self._rows.get(key)
        if rows is None:
            rows = [
                row
                for row in self.card.rows
                if (option is None or row.option == option)
                and (meals is None or row.meals == meals)
            ]
            self._rows[key] = rows
        return rows


@dataclass(frozen=True, slots=True)
class Stay:
    """A service on its days, with the rows for any size of party that hold on each."""

    service: Service
    cards: tuple[CardRows, ...]
    days: tuple[date, ...]
    """The nights of a card that prices by the night, else the day it begins."""
    fits: tuple[tuple[Fit, ...], ...]
    """Of each of the days."""
    nightly: bool


def prepare(service: Service, cards: Sequence[CardRows], booked_on: date) -> Stay:
    """What is the same for all parties: days, rows and offers.

    Several cards are one service under contracts that follow each other: each day takes the card
    in whose validity it lies.
    """
    nightly = any(rows.card.nightly for rows in cards)
    length = service.nights if nightly else 1
    days = tuple(service.on + timedelta(days=number) for number in range(length))
    lead = (service.on - booked_on).days
    fits = tuple(tuple(_fits(cards, service, day, lead)) for day in days)
    return Stay(service, tuple(cards), days, fits, nightly)


def _fits(cards: Sequence[CardRows], service: Service, day: date, lead: int) -> list[Fit]:
    return [
        Fit(rows.card, row, best_offer(rows.card, day, lead))
        for rows in cards
        if rows.card.validity.first_on <= day <= rows.card.validity.last_on
        for row in rows.on(day, service.option, service.meals)
    ]


def best_offer(card: RateCard, day: date, lead: int) -> Offer | None:
    """The highest reduction for a day when booked `lead` days before the service begins.

    Early bird and last minute are never added up; of equal ones the first on the card counts.
    """
    if not card.offers:
        return None
    open_to_us = [offer for offer in card.offers if day in offer.span and _in_time(offer, lead)]
    return max(open_to_us, key=lambda offer: offer.percent, default=None)


def _in_time(offer: Offer, lead: int) -> bool:
    if offer.kind is OfferKind.EARLY_BIRD:
        return lead >= offer.days
    return 0 <= lead <= offer.days
