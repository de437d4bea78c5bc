"""How a booking's clock stands, as lists are filtered by it."""

from enum import StrEnum


class SlaState(StrEnum):
    """Where now is, seen from when the answer is due."""

    OK = "ok"
    WARNING = "warning"
    """Due within the time for which the policy warns."""
    BREACHED = "breached"
    NONE = "none"
    """No clock runs."""
