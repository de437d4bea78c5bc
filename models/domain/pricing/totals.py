"""Totals the lines of a group: charm price, discounts, fee and tax, in this order and exactly."""

from collections.abc import Iterator, Sequence

from models.domain.money import percent_of
from models.domain.pricing.discounts import Discount, Taken, judge, take
from models.domain.pricing.findings import Finding, FindingKind
from models.domain.pricing.line_taxes import Taxed, fee_on_top, line_taxes, own_tax
from models.domain.pricing.priced import PricedLine, Totalled, Totals
from models.domain.pricing.request import ServiceFee, Terms
from models.domain.pricing.rounding import Charm, CharmScope, split
from models.domain.pricing.selling import Sold
from models.domain.pricing.taxes import Scheme


def total(
    sold: Sequence[Sold],
    counted: Sequence[bool],
    people: int,
    terms: Terms,
    discounts: Sequence[Discount],
) -> Totalled:
    """Totals the lines that count; all amounts in minor units of the terms' currency.

    Lines that don't count keep a price of their own, without what concerns the trip.
    """
    inside = [one for one, counts in zip(sold, counted, strict=True) if counts and one.priced]
    rounding = _rounding(inside, people, terms.charm)
    prices = [one.price_minor + more for one, more in zip(inside, rounding, strict=True)]
    taken, off, findings = _discounts(inside, prices, people, discounts)
    after = [price - less for price, less in zip(prices, off, strict=True)]
    findings += judge(taken, sum(prices), terms.discount_limit_percent) if taken else []
    fee = _fee(terms.fee, sum(after), people) if inside else 0
    taxed = line_taxes(inside, after, fee, terms.taxes)
    shares = zip(rounding, off, taxed.lines_minor, strict=True)
    lines = tuple(_lines(sold, counted, shares, terms))
    totals = _sum_up([one for one in lines if one.counted], taken, (fee, taxed), people, terms)
    if inside and totals.margin_percent < terms.least_margin_percent:
        findings.append(_low_margin(totals, terms))
    return Totalled(lines, totals, tuple(findings))


def _rounding(inside: Sequence[Sold], people: int, charm: Charm | None) -> list[int]:
    """What each line adds so that a traveller's price is a charm price, by largest remainder."""
    if charm is None or charm.scope is not CharmScope.PERSON:
        return [0] * len(inside)
    prices = [one.price_minor for one in inside]
    each = -(-sum(prices) // people)
    return split(charm.up(each) * people - sum(prices), prices)


def _discounts(
    inside: Sequence[Sold], prices: list[int], people: int, discounts: Sequence[Discount]
) -> tuple[list[Taken], list[int], list[Finding]]:
    """Those of lines first, then those of the trip off what is left, shared by largest remainder.

    A line's share is never more than the line: its exact share is not, and lines are whole units.
    """
    off, taken, findings = [0] * len(inside), [], []
    of_lines = {discount.line_id for discount in discounts if discount.line_id is not None}
    for index, one in enumerate(inside) if of_lines else ():
        own = [discount for discount in discounts if discount.line_id == one.line.id]
        mine, found = take(own, prices[index], people)
        off[index] = sum(each.amount_minor for each in mine)
        taken += mine
        findings += found
    left = [price - less for price, less in zip(prices, off, strict=True)]
    of_trip, found = take([one for one in discounts if one.line_id is None], sum(left), people)
    shares = split(sum(one.amount_minor for one in of_trip), left)
    both = [own + share for own, share in zip(off, shares, strict=True)]
    return taken + of_trip, both, findings + found


def _fee(fee: ServiceFee, price_minor: int, people: int) -> int:
    return percent_of(price_minor, fee.percent) + fee.per_person_minor * people + fee.fixed_minor


def _lines(
    sold: Sequence[Sold],
    counted: Sequence[bool],
    shares: Iterator[tuple[int, int, int]],
    terms: Terms,
) -> Iterator[PricedLine]:
    """Each line with its shares of the trip's amounts; others with a tax of their own."""
    for one, counts in zip(sold, counted, strict=True):
        tax = one.line.tax or terms.taxes.of(one.line.kind)
        inside = counts and one.priced
        rounding, off, due = next(shares) if inside else (0, 0, own_tax(one, tax))
        added = due if tax.scheme is Scheme.VAT and not tax.included else 0
        total_minor = one.price_minor + rounding - off + added
        yield PricedLine(one, counts, rounding, off, tax, due, total_minor)


def _sum_up(
    lines: Sequence[PricedLine],
    taken: Sequence[Taken],
    fee: tuple[int, Taxed],
    people: int,
    terms: Terms,
) -> Totals:
    fee_minor, taxed = fee
    fee_tax = terms.taxes.default
    fee_added = fee_on_top(fee_tax, taxed.fee_minor)
    prices = sum(line.sold.price_minor for line in lines)
    rounding = sum(line.rounding_minor for line in lines)
    off = sum(line.discount_minor for line in lines)
    total_minor = sum(line.total_minor for line in lines) + fee_minor + fee_added
    due = [(line.tax.scheme, line.tax_minor) for line in lines]
    due.append((fee_tax.scheme, taxed.fee_minor))
    vat = sum(amount for scheme, amount in due if scheme is Scheme.VAT)
    margin = sum(amount for scheme, amount in due if scheme is Scheme.MARGIN)
    agent = percent_of(prices + rounding - off, terms.agent_percent)
    costs = sum(line.sold.cost_minor for line in lines)
    return Totals(
        people=people,
        lines_minor=prices,
        rounding_minor=rounding,
        discount_minor=off,
        discounts=tuple(taken),
        fee_minor=fee_minor,
        fee_total_minor=fee_minor + fee_added,
        tax_on_top_minor=total_minor - (prices + rounding - off + fee_minor),
        total_minor=total_minor,
        vat_minor=vat,
        margin_tax_minor=margin,
        agent_minor=agent,
        cost_minor=costs,
        profit_minor=total_minor - vat - margin - agent - costs,
    )


def _low_margin(totals: Totals, terms: Terms) -> Finding:
    return Finding(
        FindingKind.LOW_MARGIN,
        f"The margin of {totals.margin_percent} % is below {terms.least_margin_percent} %: "
        "a manager has to agree.",
    )
