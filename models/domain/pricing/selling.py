"""What a line is sold for: its cost in the quote's currency, under the rule that fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.domain.money import Money
from models.domain.pricing.conversion import Conversion, Conversions, convert
from models.domain.pricing.costing import Cost, Costing
from models.domain.pricing.findings import Finding, FindingKind, UnpricedError
from models.domain.pricing.markup import Markup, MarkupKind, sell_at
from models.domain.pricing.request import Line
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.pricing.rules import MarkupRule


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A cost in the quote's currency, and the rate it was exchanged at; None is none needed."""

    cost: Cost
    cost_minor: int
    conversion: Conversion | None


@dataclass(frozen=True, slots=True)
class Sold:
    """A line for one group before what concerns the whole trip; minor units of its currency."""

    line: Line
    costing: Costing
    exchanged: tuple[Exchanged, ...] = ()
    cost_minor: int = 0
    rule: MarkupRule | None = None
    """None when the line's own markup decided."""
    markup: Markup | None = None
    """None when there is no price."""
    marked_up_minor: int = 0
    """The price as the rule gives it."""
    price_minor: int = 0
    """After rounding to a charm price of its own, where lines have one."""
    findings: tuple[Finding, ...] = ()

    @property
    def priced(self) -> bool:
        """Whether there is a price at all."""
        return self.markup is not None


@dataclass(frozen=True, slots=True)
class Seller:
    """What all lines of a quote are sold under."""

    currency: str
    conversions: Conversions
    charm: Charm | None

    def sell(self, line: Line, costing: Costing, rule: MarkupRule | None, people: int) -> Sold:
        """Prices a line whose cost is known; without one its findings say why not."""
        findings = list(costing.findings)
        markup = line.markup or (rule.markup if rule else None)
        if markup is None:
            reason = "No rule says what this is sold for; set a price, or add a rule."
            findings.append(Finding(FindingKind.NO_RULE, reason))
        try:
            exchanged = tuple([self._exchange(cost) for cost in costing.costs])
            if markup is None or not (exchanged or _only_price_known(costing)):
                return Sold(line, costing, exchanged, findings=_of(line, findings))
            cost_minor = sum([one.cost_minor for one in exchanged])
            marked_up = self._price(cost_minor, markup, people)
        except UnpricedError as unpriced:
            findings.append(unpriced.finding)
            return Sold(line, costing, findings=_of(line, findings))
        if marked_up < cost_minor:
            findings.append(Finding(FindingKind.BELOW_COST, "This is sold below its cost."))
        charmed = self.charm is not None and self.charm.scope is CharmScope.LINE
        return Sold(
            line,
            costing,
            exchanged,
            cost_minor,
            None if line.markup else rule,
            markup,
            marked_up,
            self.charm.up(marked_up) if self.charm and charmed else marked_up,
            _of(line, findings),
        )

    def _exchange(self, cost: Cost) -> Exchanged:
        if cost.currency == self.currency:
            return Exchanged(cost, cost.net_minor, None)
        conversion = self._conversion(cost.currency)
        return Exchanged(cost, convert(cost.net_minor, conversion), conversion)

    def _price(self, cost_minor: int, markup: Markup, people: int) -> int:
        if markup.kind is not MarkupKind.FIXED or markup.fixed is None:
            return sell_at(cost_minor, markup.kind, markup.percent)
        return self._fixed(markup.fixed) * (people if markup.per_person else 1)

    def _fixed(self, fixed: Money) -> int:
        """A price that is set in another currency is exchanged without the buffer of costs."""
        if fixed.currency == self.currency:
            return fixed.amount_minor
        return convert(fixed.amount_minor, self._conversion(fixed.currency), buffered=False)

    def _conversion(self, currency: str) -> Conversion:
        found = self.conversions.get((currency, self.currency))
        if found is None:
            raise UnpricedError(
                FindingKind.NO_EXCHANGE_RATE,
                f"There is no exchange rate from {currency} to {self.currency}.",
            )
        return found


def _only_price_known(costing: Costing) -> bool:
    return any(one.kind is FindingKind.COST_UNKNOWN for one in costing.findings)


def _of(line: Line, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    if not findings:
        return ()
    return tuple(
        Finding(one.kind, one.reason, one.dates, line.id, one.blocking) for one in findings
    )
