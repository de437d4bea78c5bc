"""A group's price as it comes out: lines, totals, and what was found on the way."""

from dataclasses import dataclass
from decimal import Decimal

from models.domain.pricing.discounts import Taken
from models.domain.pricing.findings import Finding
from models.domain.pricing.markup import MarkupKind, percent_between
from models.domain.pricing.rounding import split_evenly
from models.domain.pricing.selling import Sold
from models.domain.pricing.taxes import LineTax


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of a group's price; minor units of the quote's currency.

    `total_minor` = the line's price + its share of the rounding - discounts + tax on top.
    """

    sold: Sold
    counted: bool
    rounding_minor: int
    discount_minor: int
    """Its own discounts and its share of the trip's."""
    tax: LineTax
    tax_minor: int
    """VAT in it or on top; of the margin scheme its share, which is never shown as an item."""
    total_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A group's price; minor units of the quote's currency.

    `total_minor` = `lines_minor` + `rounding_minor` - `discount_minor` + `fee_minor` +
    `tax_on_top_minor`, and is also the sum of the lines' totals and `fee_total_minor`.
    """

    people: int
    lines_minor: int
    """The prices of the lines that count."""
    rounding_minor: int
    discount_minor: int
    discounts: tuple[Taken, ...]
    fee_minor: int
    fee_total_minor: int
    """The fee with its tax on top."""
    tax_on_top_minor: int
    total_minor: int
    vat_minor: int
    """Ordinary VAT, on top or within: what the traveller may see."""
    margin_tax_minor: int
    """VAT of the margin scheme: for us alone."""
    agent_minor: int
    cost_minor: int
    profit_minor: int
    """What is left after costs, all VAT and the agent's commission."""

    @property
    def each_minor(self) -> int:
        """What one traveller pays; where the total does not divide, the largest share."""
        return -(-self.total_minor // self.people)

    @property
    def shares(self) -> list[int]:
        """What each traveller pays, totalling exactly."""
        return split_evenly(self.total_minor, self.people)

    @property
    def margin_percent(self) -> Decimal:
        """Profit of the price without VAT, to the hundredth."""
        net = self.total_minor - self.vat_minor - self.margin_tax_minor
        return percent_between(net - self.profit_minor, net, MarkupKind.MARGIN)


@dataclass(frozen=True, slots=True)
class Totalled:
    """Lines, totals and what was found on the way."""

    lines: tuple[PricedLine, ...]
    totals: Totals
    findings: tuple[Finding, ...]
