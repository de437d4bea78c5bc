"""What the demo's consultants offer: a week between Hue and Hoi An."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

TOURS: Final = Path(__file__).resolve().parents[1] / "demo_data" / "tours.json"
TOUR: Final = "Hue, Hoi An and the lagoon"
INTRO: Final = (
    "Seven days between the old capital and the lantern town, at an easy pace: a quiet house by "
    "the river, your own guide and driver, and time for the beach.\n"
    "Everything here can still be changed. Just tell us."
)
SUPPLIERS: Final = (
    ("Riverside Hoi An", "HOTEL", 3, 4, 4, 16_800, "River room with breakfast, Riverside Hoi An"),
    ("Mrs Van's Kitchen", "ACTIVITY", 4, 0, 2, 4_600, "Market walk and cooking class"),
    ("Red River Cars", "TRANSPORT", 1, 0, 2, 4_500, "Airport transfer"),
)
"""Supplier, kind, day, nights, quantity, price each in US cents, description."""
PALETTE: Final = ("#16404d", "#f7c873", "#e4574c")
PHOTOS: Final = (
    ("river", "Hue", "The Perfume River in the evening"),
    ("temple", "Hue", "Gates of the citadel"),
    ("lantern", "Hoi An", "Lanterns over the old town"),
    ("sea", "An Bang", "The beach near Hoi An"),
)
"""What the library shows: motif, place, what is seen. The first is the cover."""
EXTRAS: Final = (
    (1, 0, 7, 9_500, "TRANSPORT", "Private car with driver, every day"),
    (1, 0, 1, 12_000, "FEE", "Planning, and somebody to call at any hour"),
)
"""What no supplier is asked for: day, nights, quantity, price each, kind, description."""


@dataclass(frozen=True)
class Offer:
    """What is quoted: first day, days, and the ids of the suppliers that serve it."""

    departure_on: date
    days: int
    partners: tuple[str, ...]
    travelers: int
    photos: tuple[str, ...] = ()
    """Ids, in the order of PHOTOS."""


def best_first(partners: dict[str, str]) -> list[str]:
    """Ids of suppliers, by their names: those of the offer first."""
    wanted = [name for name, *_ in SUPPLIERS]
    ranks = {name: rank for rank, name in enumerate(wanted)}
    return [partners[name] for name in sorted(partners, key=lambda name: ranks.get(name, 99))]


def draft(offer: Offer) -> dict[str, Any]:
    """The quote as the back office's API takes it."""
    last = offer.departure_on + timedelta(days=offer.days - 1)
    return {
        "title": TOUR,
        "intro": INTRO,
        "currency": "USD",
        "departure_on": offer.departure_on.isoformat(),
        "return_on": last.isoformat(),
        "travelers": offer.travelers,
        "cover_id": offer.photos[0] if offer.photos else "",
        "days": _days(offer),
        "lines": [
            *(_served(number, partner) for number, partner in enumerate(offer.partners)),
            _line(1, 0, offer.days, 8_500, "GUIDE", "Your own guide, English-speaking"),
            *(_line(*extra) for extra in EXTRAS),
        ],
    }


def _days(offer: Offer) -> list[dict[str, str]]:
    tours: list[dict[str, Any]] = json.loads(TOURS.read_text())
    days: list[dict[str, str]] = next(tour["days"] for tour in tours if tour["title"] == TOUR)
    shown = {place: shown for (_, place, _), shown in zip(PHOTOS, offer.photos, strict=False)}
    return [day | {"photo_id": shown.pop(day["place"], "")} for day in days[: offer.days]]


def _served(number: int, partner: str) -> dict[str, Any]:
    _, kind, day, nights, quantity, price, description = SUPPLIERS[number % len(SUPPLIERS)]
    return _line(day, nights, quantity, price, kind, description) | {"partner_id": partner}


def _line(
    day: int, nights: int, quantity: int, price: int, kind: str, description: str
) -> dict[str, Any]:
    return {
        "day": day,
        "nights": nights,
        "kind": kind,
        "description": description,
        "quantity": quantity,
        "unit_price_minor": price,
    }
