"""The policy as a form, and the form as a policy."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from api.pages.backoffice.frame import Typed
from api.pages.backoffice.policy_fields import LISTS, NUMBERS, WARNING, NumberField
from api.pages.translation import N_
from models.domain.policy import ChecklistRule, Policy, RefundTier
from models.domain.policy_rules import faults
from models.domain.pricing.findings import DANGERS
from models.domain.pricing.taxes import Treatment
from models.domain.staffed_hours import DAYS_IN_WEEK, Shift, StaffedHours
from models.domain.stages import Stage

Value = TypeVar("Value")

SPARE_ROWS = 2
MOST_ROWS = 32
NOT_A_NUMBER = N_("Write a number, such as 24 or 1.5.")
NOT_WHOLE = N_("Write a whole number.")
NOT_DAYS = N_("Write whole days with commas between them, such as 7, 3, 0.")
NOT_LISTED = N_("Choose one of the list.")
NOT_TIME = N_("Write both times, such as 08:00 and 20:00, or leave both empty.")
NOT_DATES = N_("Write one day a line, such as 2027-02-06.")
FIELD_OF = {"staffed.zone": "zone", "staffed.holidays": "holidays", "staffed.shifts": "opens_0"}


def to_form(policy: Policy) -> Typed:
    """The texts of the form's fields for a policy."""
    staffed = policy.staffed
    texts = {
        "sla_warning_minutes": _plain(policy.sla_warning_minutes),
        "zone": staffed.zone,
        "holidays": "\n".join(str(day) for day in sorted(staffed.holidays)),
    }
    for field in NUMBERS.values():
        texts[field.name] = _plain(getattr(policy, field.name) * field.scale)
    for name in LISTS:
        texts[name] = ", ".join(map(str, getattr(policy, name)))
    for stage in Stage:
        texts[f"sla_{stage}"] = _plain(policy.sla_hours.get(stage, 0))
        texts[f"pause_{stage}"] = "yes" if stage in policy.paused_stages else ""
    for kind in DANGERS:
        texts[f"stops_{kind}"] = "yes" if kind in policy.stopping_dangers else ""
    texts["tax_treatment"] = policy.tax_treatment
    for shift in staffed.shifts:
        texts[f"opens_{shift.weekday}"] = f"{shift.opens:%H:%M}"
        texts[f"closes_{shift.weekday}"] = f"{shift.closes:%H:%M}"
    return Typed(texts | _rows_to_form(policy))


def _rows_to_form(policy: Policy) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, tier in enumerate(policy.refund_tiers):
        texts[f"tier_days_{number}"] = str(tier.days_before)
        texts[f"tier_percent_{number}"] = str(tier.refund_percent)
    for number, rule in enumerate(policy.checklist):
        texts[f"item_key_{number}"] = rule.key
        texts[f"item_title_{number}"] = rule.title
        texts[f"item_days_{number}"] = str(rule.days_before)
        texts[f"item_role_{number}"] = rule.owner_role
    return texts


def rows_shown(entered: Typed, column: str) -> range:
    """The numbers of a list's rows: those that are filled, and some to add more."""
    filled = [number for number in range(MOST_ROWS) if entered[f"{column}_{number}"]]
    return range(min(MOST_ROWS, (filled[-1] + 1 if filled else 0) + SPARE_ROWS))


def from_form(entered: Typed, base: Policy) -> tuple[Policy, Typed]:
    """The policy that a form means, and what is wrong with it by the form's own fields.

    Args:
        entered: the form's fields.
        base: the version that was edited; what the form does not ask for is taken from it.
    """
    reading = _Reading(entered)
    policy = reading.policy(base)
    if not reading.errors:
        reading.errors |= {_form_field(field): text for field, text in faults(policy).items()}
    return policy, Typed(reading.errors)


def _form_field(field: str) -> str:
    """`sla_hours.NEW` is `sla_NEW` on the form, `staffed.3` is `opens_3`."""
    if field in FIELD_OF:
        return FIELD_OF[field]
    if field.startswith("sla_hours."):
        return f"sla_{field.removeprefix('sla_hours.')}"
    return re.sub(r"^staffed\.", "opens_", field)


class _Reading:
    """Reads fields one by one and keeps what is wrong with them."""

    def __init__(self, entered: Typed) -> None:
        self._entered = entered
        self.errors: dict[str, str] = {}

    def policy(self, base: Policy) -> Policy:
        """Everything that the form asks for, upon `base`."""
        fields = [*NUMBERS.values(), WARNING]
        numbers = {field.name: self._number(field) for field in fields}
        days = {name: self._days(name) for name in LISTS}
        hours = {stage: self._read(f"sla_{stage}", float, NOT_A_NUMBER, 0.0) for stage in Stage}
        return replace(
            base,
            **numbers,  # type: ignore[arg-type]  # each by the name of its field
            **days,  # type: ignore[arg-type]  # likewise
            sla_hours=hours,
            paused_stages=tuple(stage for stage in Stage if self._entered[f"pause_{stage}"]),
            stopping_dangers=tuple(kind for kind in DANGERS if self._entered[f"stops_{kind}"]),
            tax_treatment=self._read("tax_treatment", Treatment, NOT_LISTED, Treatment.EXEMPT),
            staffed=self._staffed(),
            refund_tiers=tuple(self._tiers()),
            checklist=tuple(self._rules()),
        )

    def _read(
        self, name: str, parse: Callable[[str], Value], wrong: str, otherwise: Value
    ) -> Value:
        try:
            return parse(self._entered[name].strip())
        except (ValueError, InvalidOperation):
            self.errors.setdefault(name, wrong)
            return otherwise

    def _number(self, field: NumberField) -> float | Decimal:
        if field.exact:
            return self._read(field.name, _exact, NOT_A_NUMBER, Decimal(0))
        if field.whole:
            return self._read(field.name, int, NOT_WHOLE, 0)
        return self._read(
            field.name, lambda text: float(Decimal(text) / field.scale), NOT_A_NUMBER, 0.0
        )

    def _days(self, name: str) -> tuple[int, ...]:
        def parse(text: str) -> tuple[int, ...]:
            return tuple(int(part) for part in re.split(r"[,\s]+", text) if part)

        return self._read(name, parse, NOT_DAYS, ())

    def _staffed(self) -> StaffedHours:
        def days(text: str) -> tuple[date, ...]:
            return tuple(sorted({date.fromisoformat(part) for part in text.split()}))

        return StaffedHours(
            zone=self._entered["zone"],
            shifts=tuple(self._shifts()),
            holidays=self._read("holidays", days, NOT_DATES, ()),
        )

    def _shifts(self) -> Iterator[Shift]:
        for weekday in range(DAYS_IN_WEEK):
            names = (f"opens_{weekday}", f"closes_{weekday}")
            if any(self._entered[name] for name in names):
                opens, closes = (
                    self._read(name, time.fromisoformat, NOT_TIME, time()) for name in names
                )
                yield Shift(weekday, opens, closes)
        for weekday in range(DAYS_IN_WEEK):
            if f"closes_{weekday}" in self.errors:
                self.errors.setdefault(f"opens_{weekday}", NOT_TIME)

    def _tiers(self) -> Iterator[RefundTier]:
        for number in range(MOST_ROWS):
            names = (f"tier_days_{number}", f"tier_percent_{number}")
            if any(self._entered[name] for name in names):
                days, percent = (self._read(name, int, NOT_WHOLE, 0) for name in names)
                yield RefundTier(days, percent)

    def _rules(self) -> Iterator[ChecklistRule]:
        for number in range(MOST_ROWS):
            title = self._entered[f"item_title_{number}"].strip()
            if title:
                yield ChecklistRule(
                    key=self._entered[f"item_key_{number}"] or _key_of(title),
                    title=title,
                    days_before=self._read(f"item_days_{number}", int, NOT_WHOLE, 0),
                    owner_role=self._entered[f"item_role_{number}"],
                )


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _key_of(title: str) -> str:
    """What a preparation is called by programs: `Visa letters` is `visa_letters`."""
    return re.sub(r"\W+", "_", title.lower()).strip("_")[:60]


def _plain(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else str(value)  # noqa: PLR2004 - where %g turns to powers
