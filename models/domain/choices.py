"""What of a quote the customer chooses: optional services, and one of every set of alternatives."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol, TypedDict

from models.domain.errors import ChangedTotalError, InvalidInputError
from models.domain.pricing.options import differences
from models.domain.pricing.quote import GroupPrice
from models.domain.pricing.request import Quote, Terms


class Choosable(Protocol):
    """A line of a version as far as it is chosen; `total_minor` is what it adds when it is."""

    @property
    def id(self) -> str:
        """What a choice names it by."""

    @property
    def optional(self) -> bool:
        """Whether it counts only when the customer adds it."""

    @property
    def alternative(self) -> str:
        """The set of which exactly one line counts; empty for none."""

    @property
    def chosen(self) -> bool:
        """Whether it counts as the version stands."""

    @property
    def total_minor(self) -> int:
        """Its price, minor units."""


def is_choice(line: Choosable) -> bool:
    """Whether the customer has a say in it."""
    return line.optional or bool(line.alternative)


def choices_of(lines: Iterable[Choosable]) -> frozenset[str]:
    """The ids of what is chosen as a version stands."""
    return frozenset(line.id for line in lines if is_choice(line) and line.chosen)


def check_choices(lines: Sequence[Choosable], choices: Sequence[str]) -> frozenset[str]:
    """The ids that a customer chose, of what the version lets them choose.

    Raises:
        InvalidInputError: an id is none of the choices or named twice, or of a set of alternatives
            there are none or several.
    """
    offered = {line.id: line for line in lines if is_choice(line)}
    if len(set(choices)) != len(choices) or not offered.keys() >= set(choices):
        raise InvalidInputError(
            "One of your choices is not part of this quote. Please choose again from the list."
        )
    counts = Counter(offered[one].alternative for one in choices)
    sets = {line.alternative for line in offered.values()} - {""}
    if any(counts[name] != 1 for name in sets):
        raise InvalidInputError("Please choose exactly one of the alternatives in each list.")
    return frozenset(choices)


def counted(lines: Iterable[Choosable], choices: Collection[str]) -> frozenset[str]:
    """The ids of all lines that count with these choices."""
    return frozenset(one.id for one in lines if not is_choice(one) or one.id in choices)


def total_with(lines: Sequence[Choosable], choices: Collection[str]) -> int:
    """The price with these choices, minor units: that of every line that counts."""
    counting = counted(lines, choices)
    return sum(line.total_minor for line in lines if line.id in counting)


def check_total(seen_minor: int | None, found_minor: int) -> None:
    """Whether the customer saw the price that they accept.

    Raises:
        ChangedTotalError: they saw another.
    """
    if seen_minor is not None and seen_minor != found_minor:
        raise ChangedTotalError(
            "With your choice the total is another one than you saw. Nothing is accepted yet: "
            "please look at the total that stands here now, and accept again if you agree."
        )


def offered_prices(group: GroupPrice, quote: Quote, terms: Terms) -> tuple[int, ...]:
    """What each line adds to the total when it is chosen; minor units, in the order of the lines.

    What counts adds its own total, so that the total is exactly theirs. Anything else adds what
    choosing it changes, with the rounding, the fee and the discounts of the trip: an alternative
    that and the price of the line in whose place it comes. So the total of any choice is the sum
    of its lines.
    """
    changes = differences(group, quote, terms)
    found = []
    for priced in group.lines:
        line = priced.sold.line
        if priced.counted or line.id not in changes:
            found.append(priced.total_minor)
            continue
        rivals = (
            one.total_minor
            for one in group.lines
            if one.counted and line.alternative and one.sold.line.alternative == line.alternative
        )
        found.append(max(changes[line.id] + sum(rivals), 0))
    return tuple(found)


class Standing(TypedDict):
    """Whether a line of a draft is included, optional or an alternative, and then if it is ours."""

    optional: bool
    alternative: str
    chosen: bool


def as_written(line: Choosable) -> Standing:
    """How a stored line stands in a draft: what a customer has added is no question there."""
    return Standing(
        optional=line.optional and not line.chosen,
        alternative=line.alternative,
        chosen=bool(line.alternative) and line.chosen,
    )
