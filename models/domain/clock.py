"""The policy's clock: the real one, unless a policy says that its days last less than a day.

Rules reason in policy time. Only timers and what people see on a countdown are real time.
For an ordinary policy (86,400 seconds a day) the two are the same.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

TRIP_ZONE = timezone(timedelta(hours=7), "ICT")
"""Vietnam, Thailand, Cambodia and Laos share UTC+7 and know no daylight saving."""

SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True)
class PolicyClock:
    """Maps real instants to policy instants and back, from an epoch where both agree."""

    epoch: datetime
    seconds_per_day: float = SECONDS_PER_DAY

    @property
    def speed(self) -> float:
        """Policy seconds that pass in a real second."""
        return SECONDS_PER_DAY / self.seconds_per_day

    def policy_time(self, real: datetime) -> datetime:
        """The policy's instant at a real instant."""
        return self.epoch + (real - self.epoch) * self.speed

    def real_time(self, policy: datetime) -> datetime:
        """The real instant at which the policy's clock shows this."""
        return self.epoch + (policy - self.epoch) / self.speed

    def real_duration(self, policy: timedelta) -> timedelta:
        """How long a stretch of policy time really takes."""
        return policy / self.speed


def start_of_day(day: date) -> datetime:
    """Midnight at the start of a day at the trip's place, as UTC."""
    return datetime.combine(day, time(), tzinfo=TRIP_ZONE).astimezone(UTC)


def day_of(instant: datetime) -> date:
    """The calendar day at the trip's place."""
    return instant.astimezone(TRIP_ZONE).date()
