"""What a quote earns at least, whatever one thing the customer chooses."""

from collections.abc import Iterator
from dataclasses import replace

from models.domain.approval import margin_basis_points
from models.domain.quote_diff import Offer


def least_margin(offer: Offer) -> int | None:
    """The least margin of an offer as it stands and with each of its choices made, one at a time.

    In hundredths of a percent; None where no cost is known.
    """
    found = (_margin(one) for one in (offer, *_choices(offer)))
    return min((margin for margin in found if margin is not None), default=None)


def _margin(offer: Offer) -> int | None:
    costs = ((line.cost_minor, line.cost_currency) for line in offer.lines if line.chosen)
    return margin_basis_points(offer.total_minor, offer.currency, costs)


def _choices(offer: Offer) -> Iterator[Offer]:
    for at, picked in enumerate(offer.lines):
        if not picked.chosen:
            lines = tuple(
                replace(line, chosen=other == at)
                if other == at or (line.alternative and line.alternative == picked.alternative)
                else line
                for other, line in enumerate(offer.lines)
            )
            yield replace(offer, lines=lines)
