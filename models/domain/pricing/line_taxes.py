"""The tax of each line and of the fee: ordinary VAT line by line, the margin's by journey."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.pricing.rounding import split
from models.domain.pricing.selling import Sold
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable, contained, margin_tax, on_top


@dataclass(frozen=True, slots=True)
class Taxed:
    """The tax of lines in order, and of the fee; minor units."""

    lines_minor: tuple[int, ...]
    fee_minor: int


Supply = tuple[LineTax, int, int]
"""A thing that is taxed, what it is sold for and what it cost."""


def line_taxes(inside: Sequence[Sold], after: Sequence[int], fee: int, table: TaxTable) -> Taxed:
    """The tax of lines at their prices after discounts, and of the fee.

    The fee is taxed as what the table has no line for; it costs us nothing.
    """
    supplies: list[Supply] = [
        (one.line.tax or table.of(one.line.kind), price, one.cost_minor)
        for one, price in zip(inside, after, strict=True)
    ]
    supplies.append((table.default, fee, 0))
    due = [_ordinary(tax, sell_minor) for tax, sell_minor, _ in supplies]
    for percent in {tax.percent for tax, _, _ in supplies if tax.scheme is Scheme.MARGIN}:
        _add_margin(percent, supplies, due)
    return Taxed(tuple(due[:-1]), due[-1])


def _ordinary(tax: LineTax, price_minor: int) -> int:
    if tax.scheme is not Scheme.VAT:
        return 0
    return contained(price_minor, tax.percent) if tax.included else on_top(price_minor, tax.percent)


def _add_margin(percent: Decimal, supplies: Sequence[Supply], due: list[int]) -> None:
    """All of a journey is one supply: a loss on one service lowers the margin of the others.

    Source: Directive 2006/112/EC, Article 307. The lines share the tax by their prices, by largest
    remainder.
    """
    places = [
        index
        for index, (tax, _, _) in enumerate(supplies)
        if tax.scheme is Scheme.MARGIN and tax.percent == percent
    ]
    sells = [supplies[index][1] for index in places]
    costs = sum([supplies[index][2] for index in places])
    shares = split(margin_tax(sum(sells), costs, percent), sells)
    for index, share in zip(places, shares, strict=True):
        due[index] = share


def own_tax(sold: Sold, tax: LineTax) -> int:
    """The tax of a line that does not count, as if it were sold alone."""
    if tax.scheme is Scheme.MARGIN:
        return margin_tax(sold.price_minor, sold.cost_minor, tax.percent)
    return _ordinary(tax, sold.price_minor)


def fee_on_top(tax: LineTax, tax_minor: int) -> int:
    """What the fee's tax adds to the fee."""
    return tax_minor if tax.scheme is Scheme.VAT and not tax.included else 0
