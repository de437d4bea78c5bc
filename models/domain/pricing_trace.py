"""How a price came to be, as it is kept with a quote: every amount with where it stands in print.

Kept as JSON and for staff who may see costs. Amounts are minor units of the currency beside them,
or of the quote's.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from models.domain.pricing.costing import Cost, CostPart
from models.domain.pricing.explain import (
    WORDS,
    Step,
    explain_line,
    explain_totals,
    markup_in_words,
)
from models.domain.pricing.feasibility import Feasible, allotment_of, units_needed
from models.domain.pricing.findings import Finding
from models.domain.pricing.party import Party
from models.domain.pricing.priced import PricedLine
from models.domain.pricing.quote import GroupPrice, PricedQuote
from models.domain.pricing.selling import Exchanged

Told = dict[str, Any]


def trace_of_line(line: PricedLine, feasible: Feasible, party: Party, currency: str) -> Told:
    """Why a line has its price; what was found; which units of allotments it takes."""
    sold = line.sold
    safe = feasible.safe
    return {
        "priced": sold.priced,
        "cost_minor": sold.cost_minor if sold.exchanged else None,
        "rule": {"id": sold.rule.id, "name": sold.rule.name} if sold.rule else None,
        "markup": markup_in_words(sold.markup) if sold.markup else None,
        "price_minor": sold.price_minor,
        "rounding_minor": line.rounding_minor,
        "discount_minor": line.discount_minor,
        "tax_minor": line.tax_minor,
        "total_minor": line.total_minor,
        "costs": [_cost(one) for one in sold.exchanged],
        "allotments": _allotments(line, party),
        "findings": findings_told((*sold.findings, *feasible.findings)),
        "safe_until": {"on": safe.on.isoformat(), "reason": safe.reason} if safe else None,
        "steps": [_step(one) for one in explain_line(line, currency)],
    }


def trace_of_quote(priced: PricedQuote) -> Told:
    """What a quote costs and earns, and what was found of the trip as a whole."""
    group = priced.groups[0]
    totals = group.totals
    known = costs_known(group)
    of_trip = [one for one in priced.findings if one.line_id is None]
    return {
        "complete": group.complete,
        "blocked": priced.blocked,
        "needs_approval": priced.needs_approval,
        "people": totals.people,
        "each_minor": group.each_minor,
        "total_minor": group.total_minor,
        "costs_known": known,
        "cost_minor": totals.cost_minor if known else None,
        "profit_minor": totals.profit_minor if known else None,
        "margin_percent": str(totals.margin_percent) if known else None,
        "findings": findings_told(of_trip),
        "steps": [_step(one) for one in explain_totals(totals, priced.currency)],
    }


def costs_known(group: GroupPrice) -> bool:
    """Whether every line that counts has a cost, so that the profit is one."""
    return all(line.sold.exchanged for line in group.lines if line.counted)


def counts_in_words(line: PricedLine) -> str:
    """What a price is for: `2 x double or twin, 1 x single, 3 nights`; empty without rows."""
    parts = [part for one in line.sold.exchanged for part in one.cost.parts if part.fit]
    if not parts:
        return ""
    first = min(part.first_on for part in parts)
    counts = Counter({part.charge: 0 for part in parts})
    for part in parts:
        if part.first_on == first:
            counts[part.charge] += part.count
    words = [f"{count} x {WORDS[charge]}" for charge, count in counts.items() if count]
    nights = line.sold.line.nights
    if nights:
        words.append(f"{nights} nights" if nights > 1 else "1 night")
    return ", ".join(words)


def findings_told(findings: Iterable[Finding]) -> list[Told]:
    """Findings as JSON, each once."""
    return [
        {
            "kind": one.kind.value,
            "reason": one.reason,
            "dates": [day.isoformat() for day in one.dates],
            "blocking": one.blocking,
            "prevents_price": one.prevents_price,
        }
        for one in dict.fromkeys(findings)
    ]


def _cost(exchanged: Exchanged) -> Told:
    cost, conversion = exchanged.cost, exchanged.conversion
    return {
        "currency": cost.currency,
        "net_minor": cost.net_minor,
        "in_quote_minor": exchanged.cost_minor,
        "exchange": {
            "rate": str(conversion.rate),
            "source": conversion.source,
            "as_of": conversion.as_of.isoformat(),
            "buffer_percent": str(conversion.buffer_percent),
        }
        if conversion
        else None,
        "contract_id": cost.card.contract_id if cost.card else None,
        "contract_version": cost.card.contract_version if cost.card else None,
        "card_id": cost.card.id if cost.card else None,
        "card_version": cost.card.version if cost.card else None,
        "rows": _rows(cost),
    }


def _rows(cost: Cost) -> list[Told]:
    return [_row(part) for part in cost.parts]


def _row(part: CostPart) -> Told:
    source = part.source
    return {
        "row_id": source.row_id if source else None,
        "row_number": source.row_number if source else None,
        "season": source.season if source else None,
        "charge": part.charge.value,
        "first_on": part.first_on.isoformat(),
        "nights": part.nights,
        "count": part.count,
        "unit_minor": part.unit_minor,
        "amount_minor": part.amount_minor,
    }


def _allotments(line: PricedLine, party: Party) -> list[Told]:
    """The units that the line would take of what is held for us, day by day."""
    found = []
    for day, fit in line.sold.costing.picked:
        held = allotment_of(fit.card, day, fit.row.option)
        if held is not None:
            needed = units_needed(fit.card, line.sold.line.quantity, party)
            found.append(
                {
                    "card_id": fit.card.id,
                    "option": held.option,
                    "day": day.isoformat(),
                    "units": needed,
                }
            )
    return found


def _step(step: Step) -> Told:
    return {
        "kind": step.kind.value,
        "text": step.text,
        "amount_minor": step.amount.amount_minor,
        "currency": step.amount.currency,
    }
