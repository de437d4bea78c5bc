"""What the services of a quote cover, from which its lists of what is included are drawn."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from models.domain.rates import Meals
from models.domain.stages import ServiceKind

WITH_BEDS = (ServiceKind.HOTEL, ServiceKind.CRUISE)
BOARDS = (*Meals, None)
"""In which order stays are told; None is where nobody knows the board."""


@dataclass(frozen=True)
class Service:
    """What of a line decides what it covers."""

    kind: ServiceKind
    day: int
    nights: int = 0
    meals: Meals | None = None


@dataclass(frozen=True)
class Stay:
    """So many nights of a kind with a board."""

    kind: ServiceKind
    meals: Meals | None
    nights: int


@dataclass(frozen=True)
class Covered:
    """What a quote's services cover."""

    stays: tuple[Stay, ...]
    kinds: frozenset[ServiceKind]
    """Those of all services that are no stay."""


def covered_by(services: Iterable[Service]) -> Covered:
    """What services cover; two rooms in the same nights are these nights once."""
    nights: defaultdict[tuple[ServiceKind, Meals | None], set[int]] = defaultdict(set)
    kinds = set()
    for one in services:
        if one.kind in WITH_BEDS and one.nights:
            nights[one.kind, one.meals].update(range(one.day, one.day + one.nights))
        else:
            kinds.add(one.kind)
    stays = (
        Stay(kind, meals, len(nights[kind, meals]))
        for kind in WITH_BEDS
        for meals in BOARDS
        if (kind, meals) in nights
    )
    return Covered(tuple(stays), frozenset(kinds))
