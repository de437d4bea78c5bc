"""What one room, or the people in it, pay by a row: places, beds and children by their ages."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.domain.money import percent_of
from models.domain.pricing.findings import FindingKind, UnpricedError
from models.domain.pricing.party import MOST_TRAVELLERS, Room
from models.domain.rates import ChildRate, RateRow

BASE_PLACES = 2
"""A room's price is for two; a third takes a triple or an extra bed."""
IN_TRIPLE = 3


class Charge(StrEnum):
    """What an amount of a cost is for."""

    ADULT = "ADULT"
    CHILD = "CHILD"
    SINGLE = "SINGLE"
    DOUBLE = "DOUBLE"
    TRIPLE = "TRIPLE"
    EXTRA_BED = "EXTRA_BED"
    CHILD_BED = "CHILD_BED"
    CHILD_SHARING = "CHILD_SHARING"
    UNIT = "UNIT"
    GROUP = "GROUP"
    VEHICLE = "VEHICLE"
    TYPED = "TYPED"
    """An amount that staff typed, without a card."""


Amount = tuple[Charge, int, int]
"""What for, how many minor units each, and how many of it."""


@dataclass(frozen=True, slots=True)
class Sleepers:
    """The people of a room as a card's child policy sees them on a day."""

    adults: int
    """With the children who pay as adults."""
    beds: tuple[ChildRate, ...] = ()
    """Children who take a place, the oldest first."""
    sharing: tuple[ChildRate, ...] = ()
    """Children in their parents' bed."""

    @property
    def places(self) -> int:
        """How many places they take in the room."""
        return self.adults + len(self.beds)


ADULTS = tuple(Sleepers(people) for people in range(MOST_TRAVELLERS + 1))
"""Rooms of so many adults, by their number."""


def sleepers(room: Room, policy: tuple[ChildRate, ...], day: date) -> Sleepers:
    """Sorts the people of a room by the ages of its children on a day.

    Raises:
        UnpricedError: an age below the highest of the policy has no band, or two.
    """
    if not room.children or not policy:
        return ADULTS[room.people]
    ages = sorted((child.age_on(day) for child in room.children), reverse=True)
    rates = [rate_for(age, policy) for age in ages]
    found = [rate for rate in rates if rate is not None]
    return Sleepers(
        room.adults + rates.count(None),
        tuple(rate for rate in found if rate.needs_bed),
        tuple(rate for rate in found if not rate.needs_bed),
    )


def rate_for(age: int, policy: tuple[ChildRate, ...]) -> ChildRate | None:
    """The band of an age; None for who is older than all bands and pays as an adult.

    Raises:
        UnpricedError: a younger age has no band, or two.
    """
    found, older = None, True
    for rate in policy:
        older = older and age > rate.age_to
        if not rate.age_from <= age <= rate.age_to:
            continue
        if found is not None:
            raise UnpricedError(
                FindingKind.CHILD_OVERLAP, f"The card has two prices for a child of {age}."
            )
        found = rate
    unsaid = found is not None and found.percent is None and found.fixed_minor is None
    if unsaid or (found is None and not older):
        raise UnpricedError(FindingKind.CHILD_GAP, f"The card has no price for a child of {age}.")
    return found


def room_amounts(row: RateRow, people: Sleepers) -> list[Amount]:
    """What a room costs a night, adults first, then children in beds, then those who share.

    The first two places are the room's price, whoever takes them: a child beside a single adult
    pays no price of its own. A third adult takes the triple's price where there is one, else the
    extra bed's; a third child its share of an extra bed, and the triple's price only where the
    card has no extra bed.

    Raises:
        UnpricedError: the row has no price for a further bed.
    """
    if people.places == 0:
        raise UnpricedError(FindingKind.NO_BED, "Nobody in the room takes a place of their own.")
    if people.places == 1:
        single = row.price_minor if row.single_minor is None else row.single_minor
        found: list[Amount] = [(Charge.SINGLE, single, 1)]
    elif people.places == BASE_PLACES:
        found = [(Charge.DOUBLE, row.price_minor, 1)]
    else:
        found = _three_and_more(row, people)
    found += [(Charge.CHILD_SHARING, _child_in_room(row, rate), 1) for rate in people.sharing]
    return found


def _three_and_more(row: RateRow, people: Sleepers) -> list[Amount]:
    adults = max(0, people.adults - BASE_PLACES)
    beds = people.beds[max(0, BASE_PLACES - people.adults) :]
    found: list[Amount] = [(Charge.DOUBLE, row.price_minor, 1)]
    if row.triple_minor is not None and adults:
        found, adults = [(Charge.TRIPLE, row.triple_minor, 1)], adults - 1
    elif row.triple_minor is not None and _only_as_triple(row, beds[0]):
        found, beds = [(Charge.TRIPLE, row.triple_minor, 1)], beds[1:]
    if adults:
        found.append((Charge.EXTRA_BED, _extra_bed(row), adults))
    found += [(Charge.CHILD_BED, _child_in_room(row, rate), 1) for rate in beds]
    return found


def _only_as_triple(row: RateRow, rate: ChildRate) -> bool:
    return row.extra_bed_minor is None and rate.fixed_minor is None


def _extra_bed(row: RateRow) -> int:
    if row.extra_bed_minor is None:
        raise UnpricedError(
            FindingKind.NO_BED, f"Row {row.number} has no price for a further bed in the room."
        )
    return row.extra_bed_minor


def _child_in_room(row: RateRow, rate: ChildRate) -> int:
    if rate.fixed_minor is not None:
        return rate.fixed_minor
    percent = rate.percent or Decimal(0)
    if percent == 0 and not rate.needs_bed:
        return 0
    return percent_of(_extra_bed(row), percent)


def person_amounts(row: RateRow, people: Sleepers) -> list[Amount]:
    """What the people of a room pay where a card prices each of them.

    One alone pays the single price, each of three the triple's, a third and further one the extra
    bed's, where the row has them; a child its share of an adult's price.
    """
    found = _adult_amounts(row, people)
    found += [
        (Charge.CHILD, _child_of_adult(row, rate), 1) for rate in (*people.beds, *people.sharing)
    ]
    return found


def rooms_matter(row: RateRow) -> bool:
    """Whether what a person pays depends on who else is in the room."""
    return (row.single_minor, row.triple_minor, row.extra_bed_minor) != (None, None, None)


def _adult_amounts(row: RateRow, people: Sleepers) -> list[Amount]:
    adults = people.adults
    if adults == 0:
        return []
    if people.places == 1 and row.single_minor is not None:
        return [(Charge.SINGLE, row.single_minor, 1)]
    if people.places == IN_TRIPLE and row.triple_minor is not None:
        return [(Charge.TRIPLE, row.triple_minor, adults)]
    more = max(0, adults - BASE_PLACES)
    if more == 0 or row.extra_bed_minor is None:
        return [(Charge.ADULT, row.price_minor, adults)]
    return [
        (Charge.ADULT, row.price_minor, BASE_PLACES),
        (Charge.EXTRA_BED, row.extra_bed_minor, more),
    ]


def _child_of_adult(row: RateRow, rate: ChildRate) -> int:
    if rate.fixed_minor is not None:
        return rate.fixed_minor
    return percent_of(row.price_minor, rate.percent or Decimal(0))
