"""Partners: their kinds, what is risky about them, and licences that run out."""

from datetime import date, timedelta
from enum import StrEnum

from models.domain.stages import ServiceKind

PARTNER_KINDS = tuple(kind for kind in ServiceKind if kind is not ServiceKind.FEE)
"""What partners are; fees are our own. A partner for flights may run trains too."""
LICENCE_WARNING_DAYS = 60
"""So long before it runs out a licence is a warning."""
RATE_CURRENCIES = ("USD", "EUR", "VND", "THB", "LAK", "KHR", "GBP", "AUD", "SGD")
"""In which partners name their prices."""


class RiskKind(StrEnum):
    """What may go wrong with a partner."""

    FINANCIAL = "FINANCIAL"
    QUALITY = "QUALITY"
    SAFETY = "SAFETY"
    LEGAL = "LEGAL"


class LicenceState(StrEnum):
    """Whether a licence still holds."""

    VALID = "VALID"
    EXPIRING = "EXPIRING"
    EXPIRED = "EXPIRED"


def licence_state(expires_on: date, today: date) -> LicenceState:
    """Whether a licence holds today, and for how long; it holds on its last day."""
    if expires_on < today:
        return LicenceState.EXPIRED
    soon = expires_on - today <= timedelta(days=LICENCE_WARNING_DAYS)
    return LicenceState.EXPIRING if soon else LicenceState.VALID
