"""Where the usual places of our four countries lie, and how a route through them is drawn."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

PLACES: Final[dict[str, tuple[float, float]]] = {
    "hanoi": (21.03, 105.85),
    "ha noi": (21.03, 105.85),
    "ha long": (20.95, 107.08),
    "lan ha": (20.73, 107.06),
    "cat ba": (20.73, 107.05),
    "hai phong": (20.86, 106.68),
    "ninh binh": (20.25, 105.97),
    "sapa": (22.34, 103.84),
    "sa pa": (22.34, 103.84),
    "ha giang": (22.82, 104.98),
    "mai chau": (20.66, 105.08),
    "pu luong": (20.47, 105.18),
    "phong nha": (17.59, 106.28),
    "hue": (16.46, 107.59),
    "da nang": (16.05, 108.20),
    "hoi an": (15.88, 108.33),
    "quy nhon": (13.78, 109.22),
    "nha trang": (12.24, 109.19),
    "da lat": (11.94, 108.44),
    "mui ne": (10.93, 108.29),
    "ho chi minh": (10.78, 106.70),
    "saigon": (10.78, 106.70),
    "can tho": (10.03, 105.78),
    "chau doc": (10.70, 105.12),
    "ben tre": (10.24, 106.38),
    "phu quoc": (10.22, 103.96),
    "con dao": (8.69, 106.61),
    "bangkok": (13.76, 100.50),
    "ayutthaya": (14.35, 100.57),
    "kanchanaburi": (14.02, 99.53),
    "chiang mai": (18.79, 98.99),
    "chiang rai": (19.91, 99.83),
    "sukhothai": (17.01, 99.82),
    "phuket": (7.88, 98.39),
    "krabi": (8.09, 98.91),
    "koh samui": (9.51, 100.01),
    "koh lanta": (7.62, 99.04),
    "khao sok": (8.91, 98.53),
    "siem reap": (13.36, 103.86),
    "angkor": (13.41, 103.87),
    "phnom penh": (11.56, 104.92),
    "battambang": (13.10, 103.20),
    "kampot": (10.61, 104.18),
    "kep": (10.48, 104.32),
    "sihanoukville": (10.63, 103.52),
    "koh rong": (10.72, 103.23),
    "luang prabang": (19.89, 102.13),
    "vientiane": (17.98, 102.63),
    "vang vieng": (18.92, 102.45),
    "pakse": (15.12, 105.80),
    "champasak": (14.91, 105.87),
    "don khong": (14.11, 105.86),
    "4000 islands": (13.96, 105.92),
    "luang namtha": (20.95, 101.40),
}
"""Degrees north and east, by the place's plain name."""

WIDTH: Final = 600
LEAST_HEIGHT, MOST_HEIGHT = 200, 640
EDGE: Final = 60
ROOM_FOR_A_NAME: Final = 170
NAME_HEIGHT: Final = 28
LEAST_SPAN: Final = 0.6
"""Degrees: a trip around one town is no map of its streets."""
FEWEST_STOPS: Final = 2


@dataclass(frozen=True)
class Stop:
    """A place of the trip on its map; `x` and `y` in units of the drawing."""

    number: int
    name: str
    x: int
    y: int
    left: bool
    """Its name stands to the left of it, away from the line or for want of room."""
    name_y: int
    """At what height its name stands: names of neighbours keep apart."""


@dataclass(frozen=True)
class Route:
    """A map without tiles: the places in the order in which they are reached."""

    width: int
    height: int
    stops: tuple[Stop, ...]
    path: str
    """The line through them, as an SVG has it."""


def coordinates(place: str) -> tuple[float, float] | None:
    """Degrees north and east of a place that we know by any part of its name; None otherwise."""
    plain = plain_name(place)
    found = [name for name in PLACES if f" {name} " in f" {plain} "]
    return PLACES[max(found, key=len)] if found else None


def plain_name(place: str) -> str:
    """A name without accents, capitals and signs: `Hội An, Việt Nam` is `hoi an viet nam`."""
    spread = unicodedata.normalize("NFKD", place.replace("Đ", "D").replace("đ", "d"))
    letters = (letter if letter.isalnum() else " " for letter in spread if letter.isascii())
    return " ".join("".join(letters).lower().split())


def route(places: Iterable[str]) -> Route | None:
    """The map of a trip from the places of its days; None when fewer than two are known."""
    legs: list[tuple[str, tuple[float, float]]] = []
    for name in places:
        at = coordinates(name)
        if at is not None and (not legs or legs[-1][1] != at):
            legs.append((name, at))
    known = {at: name for name, at in reversed(legs)}
    if len(known) < FEWEST_STOPS:
        return None
    scale = _Scale.of(list(known))
    points = [scale.point(at) for _, at in legs]
    stops = _stops([(known[at], *scale.point(at)) for at in dict.fromkeys(at for _, at in legs)])
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    return Route(WIDTH, scale.height, stops, path)


def _stops(named: list[tuple[str, int, int]]) -> tuple[Stop, ...]:
    points = [(x, y) for _, x, y in named]
    left = [_is_left(point, points) for point in points]
    heights = [y for _, y in points]
    free = {True: 0, False: 0}
    for at in sorted(range(len(named)), key=lambda one: points[one][1]):
        heights[at] = max(heights[at], free[left[at]])
        free[left[at]] = heights[at] + NAME_HEIGHT
    return tuple(
        Stop(at + 1, name, x, y, left[at], heights[at]) for at, (name, x, y) in enumerate(named)
    )


def _is_left(point: tuple[int, int], points: list[tuple[int, int]]) -> bool:
    """Names stand away from the middle, where the line runs, and never over their neighbours."""
    x, y = point
    if not ROOM_FOR_A_NAME <= x <= WIDTH - ROOM_FOR_A_NAME:
        return x > WIDTH / 2
    beside = [other - x for other, height in points if abs(height - y) < NAME_HEIGHT]
    right = any(0 < way < ROOM_FOR_A_NAME for way in beside)
    left = any(-ROOM_FOR_A_NAME < way < 0 for way in beside)
    return x < WIDTH / 2 if right == left else right


@dataclass(frozen=True)
class _Scale:
    """From degrees to the drawing: as Mercator does it, near enough within a few degrees."""

    north: float
    west: float
    unit: float
    squeeze: float
    inset: float
    height: int

    @classmethod
    def of(cls, points: list[tuple[float, float]]) -> "_Scale":
        """The largest at which all points have their room."""
        norths, easts = [point[0] for point in points], [point[1] for point in points]
        squeeze = math.cos(math.radians(sum(norths) / len(norths)))
        tall = max(max(norths) - min(norths), LEAST_SPAN)
        wide = max((max(easts) - min(easts)) * squeeze, LEAST_SPAN)
        unit = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / tall)
        height = max(LEAST_HEIGHT, round(tall * unit) + 2 * EDGE)
        inset = (WIDTH - (max(easts) - min(easts)) * squeeze * unit) / 2
        return cls(max(norths), min(easts), unit, squeeze, inset, height)

    def point(self, at: tuple[float, float]) -> tuple[int, int]:
        """Where a place lies on the drawing."""
        north, east = at
        x = self.inset + (east - self.west) * self.squeeze * self.unit
        return round(x), round(EDGE + (self.north - north) * self.unit)
