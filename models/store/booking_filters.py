"""Which bookings a list, a board or an export is about, as conditions.

`only_owner` limits what is seen to the bookings of one member of staff; None means all bookings.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.clock import PolicyClock
from models.domain.sla_state import SlaState
from models.domain.stages import Stage
from models.store.policies import policies_in_force
from models.tables.crm import Booking

UNASSIGNED: Final = "none"
"""In the place of an owner's id: bookings that nobody owns."""
DIRECT: Final = "direct"
"""In the place of a source: the website, without a campaign's mark."""
WEBSITE: Final = "website"
CHANNELS: Final = frozenset({WEBSITE, "phone", "email", "whatsapp", "sms", "walk_in"})
"""Sources that are channels; any other is the `utm_source` of a campaign."""


@dataclass(frozen=True, kw_only=True)
class BookingFilter:
    """Which bookings: all that fit everything that is named here, and may be seen."""

    stage: Stage | None = None
    owner_id: str | None = None
    """A staff id, or `UNASSIGNED`."""
    search: str = ""
    sla_state: SlaState | None = None
    destination: str | None = None
    travel_month: str | None = None
    """YYYY-MM."""
    source: str | None = None
    """One of `CHANNELS`, `DIRECT`, or a campaign's `utm_source`."""
    only_owner: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything but a search leaves bookings out."""
        named = (self.stage, self.owner_id, self.sla_state, self.destination, self.travel_month)
        return any((*named, self.source)) or self.only_owner is not None


async def filter_conditions(
    session: AsyncSession, wanted: BookingFilter
) -> list[ColumnElement[bool]]:
    """The conditions of everything but the search."""
    conditions = [*visible(wanted.only_owner), *_plain(wanted)]
    if wanted.sla_state:
        conditions.append(_clock(wanted.sla_state, await _warned_before(session, wanted.sla_state)))
    return conditions


def visible(only_owner: str | None) -> list[ColumnElement[bool]]:
    """The object rule: whose bookings may be seen."""
    return [] if only_owner is None else [Booking.staff_id == only_owner]


def _plain(wanted: BookingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.stage:
        conditions.append(Booking.stage == wanted.stage)
    if wanted.owner_id == UNASSIGNED:
        conditions.append(Booking.staff_id.is_(None))
    elif wanted.owner_id:
        conditions.append(Booking.staff_id == wanted.owner_id)
    if wanted.destination:
        conditions.append(Booking.destination == wanted.destination)
    if wanted.travel_month:
        conditions.append(Booking.travel_month == wanted.travel_month)
    if wanted.source:
        conditions.append(_source(wanted.source))
    return conditions


def _source(source: str) -> ColumnElement[bool]:
    if source == DIRECT:
        return and_(Booking.utm_source.is_(None), Booking.channel == WEBSITE)
    if source in CHANNELS:
        return Booking.channel == source
    return Booking.utm_source == source


async def _warned_before(session: AsyncSession, state: SlaState) -> timedelta:
    """How long before a clock runs out the policy in force warns, in real time."""
    if state not in {SlaState.OK, SlaState.WARNING}:
        return timedelta()
    _, policy = (await policies_in_force(session))[0]
    clock = PolicyClock(datetime.now(UTC), policy.seconds_per_day)
    return clock.real_duration(timedelta(minutes=policy.sla_warning_minutes))


def _clock(state: SlaState, warned: timedelta) -> ColumnElement[bool]:
    due = Booking.sla_due_at
    if state is SlaState.NONE:
        return due.is_(None)
    if state is SlaState.BREACHED:
        return due < func.now()
    if state is SlaState.WARNING:
        return and_(due >= func.now(), due < func.now() + warned)
    return due >= func.now() + warned
