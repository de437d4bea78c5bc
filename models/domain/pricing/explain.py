"""Why this price: the steps from the supplier's row to what a traveller pays, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum

from models.domain.money import Money
from models.domain.pricing.costing import Cost, CostPart
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.priced import PricedLine, Totals
from models.domain.pricing.rooms import Charge
from models.domain.pricing.rules import conditions_in_words
from models.domain.pricing.selling import Exchanged, Sold
from models.domain.pricing.taxes import LineTax, Scheme


class StepKind(StrEnum):
    """What a step of an explanation is about."""

    COST = "COST"
    OFFER = "OFFER"
    COMMISSION = "COMMISSION"
    SUPPLIER_TAX = "SUPPLIER_TAX"
    EXCHANGE = "EXCHANGE"
    RULE = "RULE"
    ROUNDING = "ROUNDING"
    DISCOUNT = "DISCOUNT"
    FEE = "FEE"
    TAX = "TAX"
    AGENT = "AGENT"
    PROFIT = "PROFIT"


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence for staff, and the amount it comes to."""

    kind: StepKind
    text: str
    amount: Money


WORDS = {
    Charge.ADULT: "adult",
    Charge.CHILD: "child",
    Charge.SINGLE: "single",
    Charge.DOUBLE: "double or twin",
    Charge.TRIPLE: "triple",
    Charge.EXTRA_BED: "extra bed",
    Charge.CHILD_BED: "child's bed",
    Charge.CHILD_SHARING: "child in its parents' bed",
    Charge.UNIT: "unit",
    Charge.GROUP: "group",
    Charge.VEHICLE: "vehicle",
    Charge.TYPED: "typed cost",
}


def explain_line(line: PricedLine, currency: str) -> tuple[Step, ...]:
    """The steps of a line in their order; for those who may see costs only."""
    return tuple(_line_steps(line, currency))


def explain_totals(totals: Totals, currency: str) -> tuple[Step, ...]:
    """The steps from the lines to a group's total; for those who may see costs only."""
    return tuple(_total_steps(totals, currency))


def _line_steps(line: PricedLine, currency: str) -> Iterator[Step]:
    sold = line.sold
    for exchanged in sold.exchanged:
        yield from _cost_steps(exchanged.cost)
        yield from _exchange_step(exchanged, currency)
    if sold.markup is not None:
        words = _rule_in_words(sold, sold.markup)
        yield Step(StepKind.RULE, words, Money(sold.marked_up_minor, currency))
    charm = sold.price_minor - sold.marked_up_minor
    if charm:
        yield Step(StepKind.ROUNDING, "Up to the next charm price", Money(charm, currency))
    if line.rounding_minor:
        text = "Share of rounding each traveller's price to a charm price"
        yield Step(StepKind.ROUNDING, text, Money(line.rounding_minor, currency))
    if line.discount_minor:
        amount = Money(-line.discount_minor, currency)
        yield Step(StepKind.DISCOUNT, "Discounts of the line and its share of the trip's", amount)
    if line.tax.scheme is not Scheme.EXEMPT:
        yield Step(StepKind.TAX, tax_in_words(line.tax), Money(line.tax_minor, currency))


def _cost_steps(cost: Cost) -> Iterator[Step]:
    for part in cost.parts:
        amount = Money(part.amount_minor, cost.currency)
        yield Step(StepKind.COST, part_in_words(part, cost.currency), amount)
    for offer, minor in cost.reductions:
        name = offer.kind.replace("_", " ").capitalize()
        yield Step(StepKind.OFFER, f"{name}, {offer.percent} %", Money(-minor, cost.currency))
    if cost.commission_minor and cost.card is not None:
        text = f"Our commission, {cost.card.commission_percent} %"
        yield Step(StepKind.COMMISSION, text, Money(-cost.commission_minor, cost.currency))
    if cost.tax_on_top_minor and cost.card is not None:
        text = f"The supplier's tax on top, {cost.card.tax.percent} %"
        yield Step(StepKind.SUPPLIER_TAX, text, Money(cost.tax_on_top_minor, cost.currency))
    if cost.tax_contained_minor and cost.card is not None:
        text = f"Contains the supplier's tax, {cost.card.tax.percent} %"
        yield Step(StepKind.SUPPLIER_TAX, text, Money(cost.tax_contained_minor, cost.currency))


def part_in_words(part: CostPart, currency: str) -> str:
    """How many of what for how long, by which row of which contract."""
    nights = f" x {part.nights} nights" if part.nights > 1 else ""
    unit = Money(part.unit_minor, currency)
    what = f"{part.count} x {WORDS[part.charge]} at {unit}{nights} from {part.first_on}"
    source = part.source
    if source is None:
        return what
    return (
        f"{what}: rate card {source.service} version {source.card_version}, row "
        f"{source.row_number} ({source.season}), contract version {source.contract_version}"
    )


def _exchange_step(exchanged: Exchanged, currency: str) -> Iterator[Step]:
    conversion = exchanged.conversion
    if conversion is None:
        return
    buffer = f", buffer {conversion.buffer_percent} %" if conversion.buffer_percent else ""
    paid = Money(exchanged.cost.net_minor, conversion.from_currency)
    text = (
        f"{paid} at {conversion.rate} {currency} for 1 {conversion.from_currency} "
        f"({conversion.source}, {conversion.as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC{buffer})"
    )
    yield Step(StepKind.EXCHANGE, text, Money(exchanged.cost_minor, currency))


def _rule_in_words(sold: Sold, markup: Markup) -> str:
    if sold.rule is None:
        return f"{markup_in_words(markup)}, set for this line"
    return (
        f"{markup_in_words(markup)} by the rule {sold.rule.name} ({conditions_in_words(sold.rule)})"
    )


def markup_in_words(markup: Markup) -> str:
    """A markup, margin or fixed price as people read it."""
    if markup.kind is MarkupKind.FIXED:
        return f"Fixed at {markup.fixed} {'a person' if markup.per_person else 'in all'}"
    what = "of the cost" if markup.kind is MarkupKind.MARKUP else "of the price"
    return f"{markup.kind.capitalize()} {markup.percent} % {what}"


def tax_in_words(tax: LineTax) -> str:
    """How a line is taxed, for staff."""
    if tax.scheme is Scheme.EXEMPT:
        return "No VAT"
    if tax.scheme is Scheme.MARGIN:
        return f"Share of VAT on the margin, {tax.percent} %; within the price, never shown"
    return f"VAT {tax.percent} % {'within the price' if tax.included else 'on top'}"


def _total_steps(totals: Totals, currency: str) -> Iterator[Step]:
    if totals.rounding_minor:
        text = "Each traveller's price up to the next charm price"
        yield Step(StepKind.ROUNDING, text, Money(totals.rounding_minor, currency))
    for taken in totals.discounts:
        amount = Money(-taken.amount_minor, currency)
        yield Step(StepKind.DISCOUNT, f"Discount: {taken.discount.reason}", amount)
    if totals.fee_minor:
        yield Step(StepKind.FEE, "Service fee", Money(totals.fee_minor, currency))
    if totals.vat_minor:
        yield Step(StepKind.TAX, "VAT, on top or within", Money(totals.vat_minor, currency))
    if totals.margin_tax_minor:
        text = "VAT on the margin, within the price and never shown"
        yield Step(StepKind.TAX, text, Money(totals.margin_tax_minor, currency))
    if totals.agent_minor:
        yield Step(StepKind.AGENT, "The agent's commission", Money(totals.agent_minor, currency))
    text = f"Profit, {totals.margin_percent} % of the price without VAT"
    yield Step(StepKind.PROFIT, text, Money(totals.profit_minor, currency))
