"""What suppliers charge: rate cards of contracts as plain data, as they were agreed.

Nothing is worked out here. A card is one service of a partner under one version of a contract; its
rows are seasons, rooms and group sizes. A card that a quote has used never changes: what is agreed
anew is its next version.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.domain.stages import ServiceKind

EVERY_DAY = frozenset(range(1, 8))
"""ISO weekdays, Monday is 1."""


class Basis(StrEnum):
    """What a row's price is for."""

    PERSON = "PERSON"
    ROOM = "ROOM"
    """A room and its night, for as many as its price says."""
    UNIT = "UNIT"
    """One piece: a cabin, a boat, a ticket for all."""
    GROUP = "GROUP"
    """The whole party, however many come within the band."""
    VEHICLE = "VEHICLE"
    """One vehicle; a party takes as many as its seats need."""


class Meals(StrEnum):
    """The board that a price includes, by the trade's own letters."""

    ROOM_ONLY = "RO"
    BREAKFAST = "BB"
    HALF_BOARD = "HB"
    FULL_BOARD = "FB"
    ALL_INCLUSIVE = "AI"


class ClosureKind(StrEnum):
    """Why nothing can be had: agreed in the contract, or told meanwhile."""

    BLACKOUT = "BLACKOUT"
    STOP_SELL = "STOP_SELL"


class OfferKind(StrEnum):
    """A reduction for those who book early, or late."""

    EARLY_BIRD = "EARLY_BIRD"
    LAST_MINUTE = "LAST_MINUTE"


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both counted."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    def overlaps(self, other: "Span") -> bool:
        """Whether any day is in both."""
        return self.first_on <= other.last_on and other.first_on <= self.last_on


@dataclass(frozen=True)
class RateRow:
    """One line of a card. Amounts are minor units of the card's currency."""

    id: str
    number: int
    """The line as people count them; a price on a quote names it."""
    season: str
    span: Span
    """The days, of a stay the nights, on which the row holds."""
    price_minor: int
    """One of the card's basis: an adult, a room for two, a unit, a party, a vehicle."""
    weekdays: frozenset[int] = EVERY_DAY
    option: str = ""
    """Room, cabin or vehicle type, or the variant of a service; empty when there is one only."""
    meals: Meals | None = None
    pax_from: int = 1
    pax_to: int | None = None
    """The sizes of party, children counted, for which the row holds; None is no upper end."""
    single_minor: int | None = None
    """A room for one; None when one pays what two pay."""
    triple_minor: int | None = None
    """A room for three; None when a third takes the extra bed."""
    extra_bed_minor: int | None = None
    """A bed more in a room; None when there is none to be had."""
    min_nights: int = 1
    """The shortest stay that touches a night of this row."""


@dataclass(frozen=True)
class ChildRate:
    """What a child of these ages pays, ages counted on the day of the service, both ends in."""

    age_from: int
    age_to: int
    percent: Decimal | None = None
    """Of an adult's price; in a room, of the extra bed's."""
    fixed_minor: int | None = None
    """Or an amount, in minor units; one of the two is given."""
    needs_bed: bool = True
    """False for a child that shares its parents' bed and takes no place in the room."""


@dataclass(frozen=True)
class Closure:
    """Days on which the card, or one option of it, can't be had."""

    kind: ClosureKind
    span: Span
    option: str = ""
    note: str = ""


@dataclass(frozen=True)
class Offer:
    """A reduction by the time between the booking and the service; the best one counts."""

    kind: OfferKind
    days: int
    """Booked at least (early bird) or at most (last minute) so many days before."""
    percent: Decimal
    span: Span
    """The days of service for which it holds."""


@dataclass(frozen=True)
class CancellationTerm:
    """Cancelled later than `days_before` the service: this share of its price is owed."""

    days_before: int
    penalty_percent: int


@dataclass(frozen=True)
class Allotment:
    """Units held for us each day until they are released, so many days before."""

    span: Span
    units: int
    release_days: int
    option: str = ""


@dataclass(frozen=True)
class Tax:
    """The supplier's tax: a percentage that the prices contain, or that comes on top."""

    percent: Decimal = Decimal(0)
    included: bool = True


@dataclass(frozen=True)
class RateCard:
    """One service of a partner under one version of a contract."""

    id: str
    version: int
    contract_id: str
    contract_version: int
    partner_id: str
    kind: ServiceKind
    service: str
    basis: Basis
    currency: str
    validity: Span
    rows: tuple[RateRow, ...]
    nightly: bool = False
    """Priced for each night of a stay, each by its own row; else once, on the day it begins."""
    capacity: int | None = None
    """The people that a room, unit or vehicle takes; None when it does not matter."""
    commission_percent: Decimal = Decimal(0)
    """What comes off the prices for us; zero is a net card."""
    tax: Tax = field(default_factory=Tax)
    children: tuple[ChildRate, ...] = ()
    closures: tuple[Closure, ...] = ()
    offers: tuple[Offer, ...] = ()
    cancellation: tuple[CancellationTerm, ...] = ()
    allotments: tuple[Allotment, ...] = ()
