"""Pricing: a quote of 14 days, 40 lines and 4 groups, against the bare arithmetic of its lines."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.figures import Figure
from benchmarks.servers import Bench
from models.domain.pricing.explain import explain_line
from models.domain.pricing.quote import PricedQuote, price
from models.domain.rate_checks import check_card
from tests.support.long_quote import long_quote

ROUNDS: Final = 200
WARM: Final = 20
MOST_MS: Final = 5


@dataclass(frozen=True)
class BareLine:
    """What the floor keeps of a line."""

    cost_minor: int
    sell_minor: int
    tax_minor: int


async def measure(_bench: Bench) -> list[Figure]:
    """Milliseconds of one `price`, of its explanations and of a card's check; no server takes part.

    The floor knows the cost of every line already: it exchanges, marks up, takes the tax out,
    rounds each time as the rule says, keeps a record a line and adds them up.
    """
    quote, rates, terms = long_quote()
    priced = price(quote, rates, terms)
    assert all(group.complete for group in priced.groups)
    card = rates.cards["hotel_0"]
    costs = _costs(priced)
    timed = _rounds(
        {
            "floor": lambda: _bare(costs),
            "price": lambda: price(quote, rates, terms),
            "explain": lambda: _explain(priced),
            "check": lambda: check_card(card),
        }
    )
    what = f"{len(quote.lines)} lines for {len(priced.groups)} groups"
    ours, floor = timed["price"], timed["floor"]
    ratio = median(mine / bare for mine, bare in zip(ours, floor, strict=True))
    return [
        Figure(f"bare arithmetic of {what}: p50", median(floor), "ms"),
        Figure(f"price of {what}: p50", median(ours), "ms", at_most=MOST_MS),
        Figure("price: p50 of the floor's", ratio, "x"),
        Figure("why this price, every line in words: p50", median(timed["explain"]), "ms"),
        Figure(f"check of a card of {len(card.rows)} rows: p50", median(timed["check"]), "ms"),
    ]


def _rounds(asked: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Runs each in turn over all rounds, the first ones to warm up; milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in asked}
    gc.collect()
    for _ in range(WARM + ROUNDS):
        for name, run in asked.items():
            began = perf_counter()
            run()
            times[name].append((perf_counter() - began) * 1e3)
    return {name: listed[WARM:] for name, listed in times.items()}


def _costs(priced: PricedQuote) -> list[tuple[int, Decimal]]:
    """What each line of each group costs, and the rate that it is exchanged at."""
    return [
        (one.cost.net_minor, one.conversion.rate if one.conversion else Decimal(1))
        for group in priced.groups
        for line in group.lines
        for one in line.sold.exchanged
    ]


def _bare(costs: list[tuple[int, Decimal]]) -> int:
    lines = []
    for cost, rate in costs:
        cost_minor = _whole(cost * rate)
        sell_minor = _whole(cost_minor * Decimal(125) / 100)
        tax_minor = _whole(sell_minor * Decimal(19) / 119)
        lines.append(BareLine(cost_minor, sell_minor, tax_minor))
    return sum(line.sell_minor for line in lines)


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _explain(priced: PricedQuote) -> int:
    return sum(
        len(explain_line(line, priced.currency)) for group in priced.groups for line in group.lines
    )
