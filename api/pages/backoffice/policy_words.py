"""What differs between two policies, in words: the field, what it was and what it becomes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from api.pages import formats
from api.pages.backoffice.policy_fields import DANGER_NAMES, LABELS, NUMBERS, TREATMENTS
from api.pages.formats import words
from api.pages.translation import N_, gettext
from models.domain.policy import TERMS, Policy, changed_fields
from models.domain.staffed_hours import DAYS_IN_WEEK
from models.domain.stages import Stage

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


@dataclass(frozen=True)
class Change:
    """A field that differs; `running` says whether running bookings follow it."""

    name: str
    label: str
    was: str
    becomes: str
    running: bool


def changes(before: Policy, after: Policy) -> list[Change]:
    """Every difference between two policies, in the record's order."""
    return [
        change
        for name in changed_fields(before, after)
        if name in LABELS
        for change in _changes_of(name, before, after)
    ]


def _changes_of(name: str, before: Policy, after: Policy) -> Iterator[Change]:
    if name == "sla_hours":
        yield from _hours(before, after)
    elif name == "staffed":
        yield from _staffed(before, after)
    else:
        yield _change(name, gettext(LABELS[name]), _told(name, before), _told(name, after))


def _change(name: str, label: str, was: str, becomes: str) -> Change:
    return Change(name, label, was, becomes, name not in TERMS)


def _hours(before: Policy, after: Policy) -> Iterator[Change]:
    for stage in Stage:
        was, becomes = before.sla_hours.get(stage, 0), after.sla_hours.get(stage, 0)
        if was != becomes:
            label = gettext("Answer time: %(stage)s", stage=words(stage))
            yield _change("sla_hours", label, _clock(was), _clock(becomes))


def _clock(hours: float) -> str:
    if not hours:
        return gettext("no clock")
    return gettext("%(hours)s h", hours=formats.number(hours))


def _staffed(before: Policy, after: Policy) -> Iterator[Change]:
    if before.staffed.zone != after.staffed.zone:
        yield _change("staffed", gettext("Zone"), before.staffed.zone, after.staffed.zone)
    for weekday in range(DAYS_IN_WEEK):
        was, becomes = hours_on(before, weekday), hours_on(after, weekday)
        if was != becomes:
            yield _change("staffed", gettext(WEEKDAYS[weekday]), was, becomes)
    gone = sorted(set(before.staffed.holidays) - set(after.staffed.holidays))
    new = sorted(set(after.staffed.holidays) - set(before.staffed.holidays))
    if gone or new:
        listed = ("; ".join(map(formats.day, days)) for days in (gone, new))
        was, becomes = (text or gettext("nothing") for text in listed)
        yield _change("staffed", gettext("Holidays taken out and put in"), was, becomes)


def hours_on(policy: Policy, weekday: int) -> str:
    """When the office is staffed on a weekday: `08:00 - 20:00`."""
    shifts = [one for one in policy.staffed.shifts if one.weekday == weekday]
    told = ", ".join(f"{one.opens:%H:%M} - {one.closes:%H:%M}" for one in shifts)
    return told or gettext("closed")


def stopping(policy: Policy) -> str:
    """What stops a quote under a policy."""
    names = (gettext(DANGER_NAMES[one]) for one in policy.stopping_dangers)
    return ", ".join(names) or gettext("nothing")


def treatment(policy: Policy) -> str:
    """How prices are taxed under a policy."""
    return gettext(TREATMENTS[policy.tax_treatment])


def _paused(policy: Policy) -> str:
    return ", ".join(words(stage) for stage in policy.paused_stages) or gettext("none")


def _checklist(policy: Policy) -> str:
    return "; ".join(f"{rule.title}: {rule.days_before}" for rule in policy.checklist)


def _tiers(policy: Policy) -> str:
    return "; ".join(f"{one.days_before}: {one.refund_percent} %" for one in policy.refund_tiers)


TELLERS: Mapping[str, Callable[[Policy], str]] = {
    "paused_stages": _paused,
    "stopping_dangers": stopping,
    "tax_treatment": treatment,
    "checklist": _checklist,
    "refund_tiers": _tiers,
}
"""How what is no number is told."""


def _told(name: str, policy: Policy) -> str:
    if name in NUMBERS:
        return formats.number(getattr(policy, name) * NUMBERS[name].scale)
    if name in TELLERS:
        return TELLERS[name](policy)
    value = getattr(policy, name)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or gettext("none")
    return formats.number(value)
