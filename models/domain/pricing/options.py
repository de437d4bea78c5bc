"""What optional services and alternatives change in the price of a group."""

from collections.abc import Collection
from dataclasses import replace

from models.domain.pricing.priced import PricedLine
from models.domain.pricing.quote import GroupPrice
from models.domain.pricing.request import Line, Quote, Terms
from models.domain.pricing.totals import total


def choose(quote: Quote, line_ids: Collection[str]) -> Quote:
    """The quote with exactly these optional lines and alternatives chosen."""
    lines = tuple(
        replace(line, chosen=line.id in line_ids) if line.optional or line.alternative else line
        for line in quote.lines
    )
    return replace(quote, lines=lines)


def differences(group: GroupPrice, quote: Quote, terms: Terms) -> dict[str, int]:
    """What each optional line or alternative makes of the group's total, in minor units.

    For an optional line what it adds, whether or not it is chosen now; for an alternative the
    total with it instead of the chosen one less the total now. Discounts, fee, rounding and taxes
    are those that `price` would find with that choice; lines without a price are left out.
    """
    now = group.totals.total_minor
    found = {}
    for line in group.lines:
        mine = line.sold.line
        if line.sold.priced and (mine.optional or mine.alternative):
            other = _total_with(group.lines, mine, group.party.size, quote, terms)
            found[mine.id] = now - other if mine.optional and line.counted else other - now
    return found


def _total_with(
    lines: tuple[PricedLine, ...], toggled: Line, people: int, quote: Quote, terms: Terms
) -> int:
    """The total when an optional line is turned over, or an alternative takes its rivals' place."""
    counted = [
        line.sold.line.id == toggled.id
        if toggled.alternative and line.sold.line.alternative == toggled.alternative
        else line.counted != (line.sold.line.id == toggled.id)
        for line in lines
    ]
    sold = [line.sold for line in lines]
    return total(sold, counted, people, terms, quote.discounts).totals.total_minor
