"""What is included in a quote and what is not: written by hand, else drawn from its services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from activities.speaking import N_, gettext, number, plural
from models.domain.inclusions import Covered, Service, Stay, covered_by
from models.domain.rates import Meals
from models.domain.stages import ServiceKind
from models.domain.terms import EXCLUDED
from models.store.quote_pages import QuoteView
from models.tables.quote import QuoteLine, QuoteVersion

ROOMS: Final[Mapping[Meals | None, str]] = {
    None: N_("Accommodation, %(nights)s"),
    Meals.ROOM_ONLY: N_("Accommodation, %(nights)s"),
    Meals.BREAKFAST: N_("Accommodation with breakfast, %(nights)s"),
    Meals.HALF_BOARD: N_("Accommodation with half board, %(nights)s"),
    Meals.FULL_BOARD: N_("Accommodation with full board, %(nights)s"),
    Meals.ALL_INCLUSIVE: N_("Accommodation, all inclusive, %(nights)s"),
}
CABINS: Final[Mapping[Meals | None, str]] = {
    None: N_("A cabin on board, %(nights)s"),
    Meals.ROOM_ONLY: N_("A cabin on board, %(nights)s"),
    Meals.BREAKFAST: N_("A cabin on board with breakfast, %(nights)s"),
    Meals.HALF_BOARD: N_("A cabin on board with half board, %(nights)s"),
    Meals.FULL_BOARD: N_("A cabin on board with full board, %(nights)s"),
    Meals.ALL_INCLUSIVE: N_("A cabin on board, all inclusive, %(nights)s"),
}
OF_KINDS: Final = {
    ServiceKind.HOTEL: N_("Rooms for the day, as described"),
    ServiceKind.CRUISE: N_("Boat trips as described"),
    ServiceKind.TRANSPORT: N_("Transfers and transport as described"),
    ServiceKind.GUIDE: N_("Local guides as described"),
    ServiceKind.ACTIVITY: N_("Visits and activities as described, with their entrance fees"),
    ServiceKind.RESTAURANT: N_("Restaurant meals as described"),
    ServiceKind.FLIGHT: N_("Flights that are listed as a service"),
    ServiceKind.FEE: N_("Fees that are listed as a service"),
}
MISSING: Final = {
    ServiceKind.TRANSPORT: N_("Transfers and transport"),
    ServiceKind.GUIDE: N_("Guides"),
    ServiceKind.ACTIVITY: N_("Entrance fees, visits and activities"),
}
"""What is not included where there is no service of the kind."""
NO_FLIGHTS: Final = N_("International and domestic flights")
FLIGHTS, *ALWAYS_EXCLUDED = EXCLUDED


@dataclass(frozen=True)
class Lists:
    """What is included and what is not, in the language that is spoken."""

    included: tuple[str, ...]
    excluded: tuple[str, ...]


def lists_of(view: QuoteView) -> Lists:
    """Both lists of a version that customers read."""
    return lists_for(view.version, view.included, view.boards)


def lists_for(
    version: QuoteVersion, lines: Iterable[QuoteLine], boards: Mapping[str, str]
) -> Lists:
    """Both lists of a version: each as staff wrote it, else as its services have it."""
    services = (
        Service(
            ServiceKind(line.kind),
            line.day,
            line.nights,
            Meals(boards[line.id]) if line.id in boards else None,
        )
        for line in lines
    )
    drawn = drawn_from(services)
    return Lists(
        tuple(version.included) or drawn.included, tuple(version.excluded) or drawn.excluded
    )


def drawn_from(services: Iterable[Service]) -> Lists:
    """Both lists as services have them; without services nothing is said to be included."""
    found = covered_by(services)
    return Lists(tuple(_included(found)), tuple(_excluded(found)))


def _included(found: Covered) -> Iterable[str]:
    for stay in found.stays:
        yield _stay(stay)
    for kind, text in OF_KINDS.items():
        if kind in found.kinds:
            yield gettext(text)


def _stay(stay: Stay) -> str:
    words = CABINS if stay.kind is ServiceKind.CRUISE else ROOMS
    nights = plural("%(num)s night", "%(num)s nights", stay.nights)
    return gettext(words[stay.meals], nights=nights % {"num": number(stay.nights)})


def _excluded(found: Covered) -> Iterable[str]:
    yield gettext(FLIGHTS if ServiceKind.FLIGHT in found.kinds else NO_FLIGHTS)
    for kind, text in MISSING.items():
        if kind not in found.kinds:
            yield gettext(text)
    yield from map(gettext, ALWAYS_EXCLUDED)
