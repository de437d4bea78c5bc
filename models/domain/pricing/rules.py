"""Rules for what is sold at which markup: the first that fits, in their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.domain.pricing.markup import Markup
from models.domain.rates import Span
from models.domain.stages import ServiceKind


@dataclass(frozen=True)
class MarkupRule:
    """A rule and the sales it is for; an empty condition fits all."""

    id: str
    name: str
    order: int
    """Rules are asked from the lowest up; with the same order the earlier one in the list."""
    markup: Markup
    kinds: frozenset[ServiceKind] = frozenset()
    partner_ids: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset()
    """Routes or destinations, as lines name them."""
    span: Span | None = None
    """The days of service for which it holds."""
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sale:
    """What rules look at."""

    kind: ServiceKind
    partner_id: str | None
    route: str
    on: date
    segment: str


def ordered(rules: Iterable[MarkupRule]) -> tuple[MarkupRule, ...]:
    """The rules in the order in which they are asked."""
    return tuple(sorted(rules, key=lambda rule: rule.order))


def by_kind(
    rules: Iterable[MarkupRule], kinds: Iterable[ServiceKind]
) -> dict[ServiceKind, tuple[MarkupRule, ...]]:
    """For each kind of service the rules that may decide, in the order in which they are asked."""
    asked = ordered(rules)
    return {
        kind: tuple(rule for rule in asked if not rule.kinds or kind in rule.kinds)
        for kind in kinds
    }


def fits(rule: MarkupRule, sale: Sale) -> bool:
    """Whether every condition of a rule holds."""
    return (
        (not rule.kinds or sale.kind in rule.kinds)
        and (not rule.partner_ids or sale.partner_id in rule.partner_ids)
        and (not rule.routes or sale.route in rule.routes)
        and (not rule.segments or sale.segment in rule.segments)
        and (rule.span is None or sale.on in rule.span)
    )


def first_fitting(rules: Iterable[MarkupRule], sale: Sale) -> MarkupRule | None:
    """The rule that decides, of rules in their order; None when none fits."""
    return next((rule for rule in rules if fits(rule, sale)), None)


def conditions_in_words(rule: MarkupRule) -> str:
    """For what a rule is, as people read it."""
    parts = [
        ", ".join(sorted(kind.lower() for kind in rule.kinds)),
        "partner " + ", ".join(sorted(rule.partner_ids)) if rule.partner_ids else "",
        ", ".join(sorted(rule.routes)),
        f"{rule.span.first_on} to {rule.span.last_on}" if rule.span else "",
        ", ".join(sorted(rule.segments)),
    ]
    return "; ".join(part for part in parts if part) or "everything"
