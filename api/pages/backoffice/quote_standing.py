"""How a line of the builder stands in the price: included, optional, or one of alternatives."""

from enum import StrEnum
from typing import Any

from api.pages.translation import N_
from models.domain.quote_draft import DraftLine

NAMELESS = N_("Name what they are alternatives of, as the customer reads it: Hotel in Hanoi.")


class Standing(StrEnum):
    """What the select of the builder sends."""

    INCLUDED = ""
    OPTIONAL = "optional"
    OURS = "ours"
    ALTERNATIVE = "alternative"


STANDINGS = {
    Standing.INCLUDED: N_("Included"),
    Standing.OPTIONAL: N_("Optional: the customer may add it"),
    Standing.OURS: N_("Alternative, ours until they choose"),
    Standing.ALTERNATIVE: N_("Alternative to choose instead"),
}
"""Each with its words."""
OF_A_SET = (Standing.OURS, Standing.ALTERNATIVE)


def chosen_value(standing: str, among: str) -> dict[str, Any]:
    """The standing as the schema takes it; what is of no set yet is priced in one of its own."""
    if standing not in OF_A_SET:
        return {"optional": standing == Standing.OPTIONAL}
    return {"alternative": among.strip() or NAMELESS, "chosen": standing == Standing.OURS}


def nameless(standing: str, among: str) -> bool:
    """Whether nobody wrote what a line is an alternative of."""
    return standing in OF_A_SET and not among.strip()


def standing_of(line: DraftLine) -> Standing:
    """How a line of a draft stands."""
    if line.alternative:
        return Standing.OURS if line.chosen else Standing.ALTERNATIVE
    return Standing.OPTIONAL if line.optional else Standing.INCLUDED
