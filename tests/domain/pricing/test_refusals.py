"""What can't be priced at all is refused where it is said, with a sentence."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from models.domain.errors import InvalidInputError
from models.domain.pricing.discounts import Discount
from models.domain.pricing.markup import Markup, MarkupKind, cost_at, solve
from models.domain.pricing.party import Child, Party, Room, in_doubles
from models.domain.pricing.quote import price
from models.domain.pricing.rounding import Charm, split, split_evenly
from models.domain.pricing.taxes import LineTax, Scheme
from tests.support.long_quote import long_quote


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (Child, "date of birth"),
        (lambda: Room(0), "at least one person"),
        (lambda: Party(()), "1 to 60"),
        (lambda: in_doubles(61), "1 to 60"),
        (lambda: Charm(0), "step"),
        (lambda: Charm(10, ()), "ending"),
        (lambda: Charm(10, (10,)), "smaller than its step"),
        (lambda: Markup(MarkupKind.FIXED), "fixed price"),
        (lambda: Markup(MarkupKind.MARGIN, Decimal(100)), "below 100"),
        (lambda: Markup(MarkupKind.MARKUP, Decimal(-101)), "gift"),
        (lambda: Discount("Why"), "percentage or an amount"),
        (lambda: Discount("Why", Decimal(1), 1), "percentage or an amount"),
        (lambda: Discount("Why", Decimal(-1)), "below zero"),
        (lambda: LineTax(Scheme.VAT, Decimal(101)), "between 0 and 100"),
        (lambda: solve(MarkupKind.MARKUP, cost_minor=1), "Give two"),
        (lambda: solve(MarkupKind.MARKUP, percent=Decimal(1)), "Give two"),
        (
            lambda: solve(MarkupKind.MARKUP, cost_minor=1, sell_minor=1, percent=Decimal(1)),
            "Give two",
        ),
        (lambda: cost_at(1, MarkupKind.MARKUP, Decimal(-100)), "Nothing can be told"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(refused: Callable[[], object], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        refused()


def test_shares_of_nothing() -> None:
    assert split(0, []) == []
    assert split(5, [0, 0]) == [3, 2]
    assert split_evenly(100, 3) == [34, 33, 33]


def test_a_long_trip_is_priced_whole_and_the_same_each_time() -> None:
    quote, rates, terms = long_quote()
    priced = price(quote, rates, terms)
    assert (len(quote.lines), len(priced.groups)) == (40, 4)
    assert all(group.complete for group in priced.groups)
    assert price(quote, rates, terms) == priced
    alone = price(replace(quote, groups=quote.groups[2:3]), rates, terms)
    assert alone.groups == priced.groups[2:3]
