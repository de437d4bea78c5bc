"""How running workflows hear of a changed policy."""

from models.domain.policy import Policy
from models.messages.base import Crossing


class PolicyChanged(Crossing):
    """Fact: another version of the policy is in force, and running bookings follow its clocks."""

    version: int


class PolicyLoaded(Crossing):
    """One version of the policy."""

    policy: Policy


class PolicyFollowed(Crossing):
    """Fact, from a booking to what runs beside it: the policy whose clocks it follows now."""

    policy: Policy
