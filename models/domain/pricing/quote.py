"""The price of a whole quote: every line for every group, its totals, and what was found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.domain.pricing.card_rows import CardRows, Service, Stay, prepare
from models.domain.pricing.cost import cost_of, typed
from models.domain.pricing.costing import Costing
from models.domain.pricing.feasibility import Feasible, check_line, check_papers
from models.domain.pricing.findings import Finding, FindingKind
from models.domain.pricing.markup import MarkupKind
from models.domain.pricing.party import Party
from models.domain.pricing.priced import PricedLine, Totals
from models.domain.pricing.request import Line, Quote, Rates, Terms
from models.domain.pricing.rules import MarkupRule, Sale, by_kind, first_fitting
from models.domain.pricing.selling import Seller, Sold
from models.domain.pricing.totals import total


@dataclass(frozen=True, slots=True)
class GroupPrice:
    """A quote's price for one group; minor units of the quote's currency."""

    party: Party
    lines: tuple[PricedLine, ...]
    totals: Totals
    """Of the lines that have a price."""
    findings: tuple[Finding, ...]
    """Of its lines and its totals; what concerns booking in time stands with the quote."""

    @property
    def complete(self) -> bool:
        """Whether every line that counts has a price."""
        priced = all(line.sold.priced for line in self.lines if line.counted)
        return priced and not any(one.kind is FindingKind.ALTERNATIVE_OPEN for one in self.findings)

    @property
    def total_minor(self) -> int | None:
        """The price; None while a line lacks one, for nothing is guessed."""
        return self.totals.total_minor if self.complete else None

    @property
    def each_minor(self) -> int | None:
        """What one traveller pays; None while a line lacks a price."""
        return self.totals.each_minor if self.complete else None


@dataclass(frozen=True, slots=True)
class PricedQuote:
    """A quote with a price for each of its groups."""

    currency: str
    groups: tuple[GroupPrice, ...]
    feasible: tuple[Feasible, ...]
    """The lines in order, then the trip with its papers."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found, each once."""
        of_groups = (one for group in self.groups for one in group.findings)
        of_lines = (one for feasible in self.feasible for one in feasible.findings)
        return tuple(dict.fromkeys((*of_groups, *of_lines)))

    @property
    def blocked(self) -> bool:
        """Whether the policy forbids to send it."""
        return any(one.blocking for one in self.findings)

    @property
    def needs_approval(self) -> bool:
        """Whether a manager has to agree before it is sent."""
        return any(one.needs_approval for one in self.findings)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is the same for all groups of a line."""

    line: Line
    service: Service
    stay: Stay | None
    rule: MarkupRule | None


def price(quote: Quote, rates: Rates, terms: Terms) -> PricedQuote:
    """Prices a quote for each of its groups.

    Args:
        quote: days, lines and groups.
        rates: rate cards by the keys that lines name, conversions into the currency that is sold,
            and what is left of allotments.
        terms: rules, rounding, fee, taxes and limits; they name the currency.

    Returns:
        For each group the lines and totals in minor units; a line that can't be priced says why.
    """
    prepared = _prepare(quote, rates, terms)
    seller = Seller(terms.currency, rates.conversions, terms.charm)
    alternatives = tuple(_alternatives(quote.lines))
    priced, costings = [], []
    for party in quote.groups:
        mine = [_costing(one, party) for one in prepared]
        sold = [
            seller.sell(one.line, costing, one.rule, party.size)
            for one, costing in zip(prepared, mine, strict=True)
        ]
        priced.append(_total(party, sold, quote, terms, alternatives))
        costings.append(mine)
    feasible = _feasible(quote, prepared, costings, rates, terms)
    return PricedQuote(terms.currency, tuple(priced), tuple(feasible))


def _prepare(quote: Quote, rates: Rates, terms: Terms) -> list[_Prepared]:
    known: dict[str, CardRows] = {}
    rules = by_kind(terms.rules, {line.kind for line in quote.lines})
    return [_prepared(line, quote, rates, known, rules[line.kind]) for line in quote.lines]


def _prepared(
    line: Line,
    quote: Quote,
    rates: Rates,
    known: dict[str, CardRows],
    rules: tuple[MarkupRule, ...],
) -> _Prepared:
    on = quote.date_of(line)
    service = Service(on, line.nights, line.option, line.meals, line.quantity)
    cards = []
    for key in line.cards:
        if key not in known and key in rates.cards:
            known[key] = CardRows(rates.cards[key])
        if key in known:
            cards.append(known[key])
    stay = prepare(service, cards, quote.booked_on) if cards else None
    partner = line.partner_id or (cards[0].card.partner_id if cards else None)
    sale = Sale(line.kind, partner, line.route, on, quote.segment)
    rule = None if line.markup else first_fitting(rules, sale)
    return _Prepared(line, service, stay, rule)


def _costing(one: _Prepared, party: Party) -> Costing:
    if one.stay is not None:
        return cost_of(one.stay, party)
    if one.line.cards:
        reason = "The rate card of this is not known any more; choose another."
        return Costing((), (Finding(FindingKind.NO_COST, reason),))
    if one.line.typed is not None:
        return typed(one.line.typed, one.service, party)
    if one.line.markup is not None and one.line.markup.kind is MarkupKind.FIXED:
        reason = "The price was set by hand and the cost is not known, so nor is the profit."
        return Costing((), (Finding(FindingKind.COST_UNKNOWN, reason),))
    reason = "This has no rate card and no cost of its own; choose one, or type what it costs."
    return Costing((), (Finding(FindingKind.NO_COST, reason),))


def _alternatives(lines: Iterable[Line]) -> Iterator[Finding]:
    chosen: dict[str, int] = {}
    for line in lines:
        if line.alternative:
            chosen[line.alternative] = chosen.get(line.alternative, 0) + line.chosen
    for word, count in chosen.items():
        if count != 1:
            reason = f"Of the alternatives for {word} one is chosen, not {count}."
            yield Finding(FindingKind.ALTERNATIVE_OPEN, reason)


def _total(
    party: Party, sold: list[Sold], quote: Quote, terms: Terms, open_: tuple[Finding, ...]
) -> GroupPrice:
    counted = [one.line.counts for one in sold]
    found = total(sold, counted, party.size, terms, quote.discounts)
    findings = tuple(finding for one in sold for finding in one.findings)
    return GroupPrice(party, found.lines, found.totals, (*open_, *findings, *found.findings))


def _feasible(
    quote: Quote,
    prepared: list[_Prepared],
    costings: list[list[Costing]],
    rates: Rates,
    terms: Terms,
) -> Iterator[Feasible]:
    policy = terms.feasibility
    for index, one in enumerate(prepared):
        if one.stay is None:
            yield Feasible(one.line.id, None, ())
        else:
            groups = [
                (party, mine[index]) for party, mine in zip(quote.groups, costings, strict=True)
            ]
            yield check_line(one.line.id, one.stay, groups, quote.booked_on, rates.left, policy)
    yield check_papers(quote, policy)
