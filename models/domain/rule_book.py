"""The pricing rules as they are kept: in order, each with its version, none ever forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from models.domain.errors import NotFoundError
from models.domain.pricing.markup import Markup
from models.domain.pricing.rounding import Charm
from models.domain.pricing.rules import MarkupRule
from models.domain.rates import Span
from models.domain.stages import ServiceKind


@dataclass(frozen=True)
class RuleTerms:
    """What a rule says: for which sales it is, and how their price is made."""

    name: str
    markup: Markup
    kinds: frozenset[ServiceKind] = frozenset()
    partner_ids: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset()
    span: Span | None = None
    segments: frozenset[str] = frozenset()

    def covers(self, other: "RuleTerms") -> bool:
        """Whether it fits every sale that another rule fits."""
        return all(
            not mine or (bool(theirs) and theirs <= mine)
            for mine, theirs in (
                (self.kinds, other.kinds),
                (self.partner_ids, other.partner_ids),
                (self.routes, other.routes),
                (self.segments, other.segments),
            )
        ) and (self.span is None or (other.span is not None and self._spans(other.span)))

    def _spans(self, span: Span) -> bool:
        return self.span is None or (span.first_on in self.span and span.last_on in self.span)


@dataclass(frozen=True)
class KeptRule:
    """A rule of a book; each change of what it says is its next version."""

    id: str
    version: int
    terms: RuleTerms
    active: bool = True
    """False once it was retired; it can come back."""

    @property
    def version_id(self) -> str:
        """What a quote names: this rule as it stands now."""
        return f"{self.id}.v{self.version}"


@dataclass(frozen=True)
class RuleBook:
    """All rules in the order in which they are asked; a change is the next version of the book."""

    version: int = 0
    """0 is the empty book before the first rule."""
    rules: tuple[KeptRule, ...] = ()
    charms: Mapping[str, Charm] = field(default_factory=dict)
    """How prices are made to look good, by the currency that is sold in."""

    def in_force(self) -> tuple[MarkupRule, ...]:
        """The rules that prices are made by, as the pricing takes them."""
        return tuple(_rule(kept, order) for order, kept in enumerate(self._active(), start=1))

    def never_asked(self) -> dict[str, KeptRule]:
        """Active rules that an earlier one leaves nothing, by id, with that earlier one."""
        active = list(self._active())
        return {
            rule.id: earlier
            for place, rule in enumerate(active)
            for earlier in reversed(active[:place])
            if earlier.terms.covers(rule.terms)
        }

    def find(self, rule_id: str) -> KeptRule:
        """A rule of the book, also a retired one.

        Raises:
            NotFoundError: there is none of this id.
        """
        kept = next((one for one in self.rules if one.id == rule_id), None)
        if kept is None:
            raise NotFoundError("There is no such pricing rule.")
        return kept

    def added(self, rule_id: str, terms: RuleTerms) -> "RuleBook":
        """The book with a further rule, asked after all others."""
        return self._next((*self.rules, KeptRule(rule_id, 1, terms)))

    def changed(self, rule_id: str, terms: RuleTerms) -> "RuleBook":
        """The book in which a rule says something else, at the place that it has.

        Raises:
            NotFoundError: there is none of this id.
        """
        kept = self.find(rule_id)
        return self._with(replace(kept, version=kept.version + 1, terms=terms))

    def switched(self, rule_id: str, *, active: bool) -> "RuleBook":
        """The book in which a rule is retired, or asked again.

        Raises:
            NotFoundError: there is none of this id.
        """
        return self._with(replace(self.find(rule_id), active=active))

    def moved(self, rule_id: str, steps: int) -> "RuleBook":
        """The book in which a rule is asked earlier (negative steps) or later.

        Steps are counted among the active rules; beyond either end it stays at the end.

        Raises:
            NotFoundError: there is none of this id.
        """
        kept = self.find(rule_id)
        active = [one for one in self._active() if one.id != rule_id]
        before = sum(1 for one in self.rules[: self.rules.index(kept)] if one.active)
        place = min(max(before + steps, 0), len(active))
        retired = [one for one in self.rules if not one.active and one.id != rule_id]
        return self._next((*active[:place], kept, *active[place:], *retired))

    def charmed(self, currency: str, charm: Charm | None) -> "RuleBook":
        """The book in which prices in a currency are made to look good so, or (None) not at all."""
        others = {one: kept for one, kept in self.charms.items() if one != currency}
        charms = others if charm is None else {**others, currency: charm}
        return replace(self, version=self.version + 1, charms=dict(sorted(charms.items())))

    def _active(self) -> Iterator[KeptRule]:
        return (one for one in self.rules if one.active)

    def _with(self, changed: KeptRule) -> "RuleBook":
        return self._next(tuple(changed if one.id == changed.id else one for one in self.rules))

    def _next(self, rules: tuple[KeptRule, ...]) -> "RuleBook":
        return replace(self, version=self.version + 1, rules=rules)


def _rule(kept: KeptRule, order: int) -> MarkupRule:
    terms = kept.terms
    return MarkupRule(
        id=kept.version_id,
        name=terms.name,
        order=order,
        markup=terms.markup,
        kinds=terms.kinds,
        partner_ids=terms.partner_ids,
        routes=terms.routes,
        span=terms.span,
        segments=terms.segments,
    )
