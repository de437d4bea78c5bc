"""The search attributes that a Temporal server must know before a booking can run on it."""

from typing import Final

STAGE: Final = "Stage"
OWNER: Final = "Owner"
DESTINATION: Final = "Destination"
TRIP_STATUS: Final = "TripStatus"
DEPARTURE: Final = "Departure"
SLA_DUE: Final = "SlaDue"

SEARCH_ATTRIBUTES: Final[tuple[tuple[str, str], ...]] = (
    (STAGE, "Keyword"),
    (OWNER, "Keyword"),
    (DESTINATION, "Keyword"),
    (TRIP_STATUS, "Keyword"),
    (DEPARTURE, "Datetime"),
    (SLA_DUE, "Datetime"),
)
"""Each name with its kind as Temporal spells it; none holds anything about a person."""
