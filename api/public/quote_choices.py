"""What a customer chose of a quote, as it was sent with a form or an acceptance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.domain.choices import check_choices, check_total
from models.domain.errors import InvalidInputError
from models.domain.stages import QuoteStatus
from models.store.quote_pages import QuoteView

ITEM, SET = "item:", "set:"
"""How fields of the page are called: an item to tick, and one of a set of alternatives."""
SEEN = "total_seen"


@dataclass(frozen=True)
class Choice:
    """Ids of lines, and the total that was shown with them, in minor units.

    None for ids is as it is offered, None for the total is that none was shown.
    """

    line_ids: Sequence[str] | None = None
    seen_minor: int | None = None

    def of(self, view: QuoteView) -> QuoteView:
        """The quote with what was chosen of it.

        Raises:
            InvalidInputError: what was chosen is no choice of this quote.
            ChangedTotalError: the total is another than was shown.
        """
        chosen = view
        if self.line_ids is not None:
            chosen = replace(view, picked=check_choices(view.lines, self.line_ids))
        if view.version.status == QuoteStatus.SENT:
            check_total(self.seen_minor, chosen.total_minor)
        return chosen


AS_OFFERED = Choice()


def choice_in(fields: Mapping[str, str]) -> Choice:
    """What a form of the page says.

    Raises:
        InvalidInputError: the total that was shown is no number.
    """
    line_ids = [line_id for name, line_id in fields.items() if name.startswith((ITEM, SET))]
    seen = fields.get(SEEN, "")
    if seen and not (seen.isascii() and seen.isdecimal() and len(seen) < len(str(10**15))):
        raise InvalidInputError("This form is not complete. Open the page again and retry.")
    return Choice(line_ids, int(seen) if seen else None)


def shown_with(view: QuoteView, fields: Mapping[str, str] | None) -> QuoteView:
    """The quote as its page shows it: with what is chosen in a form that was sent, if it can be.

    A version that is answered stands as it was answered.
    """
    if fields is None or view.version.status != QuoteStatus.SENT:
        return view
    if not any(name.startswith((ITEM, SET)) or name == SEEN for name in fields):
        return view
    try:
        line_ids = choice_in(fields).line_ids
        return Choice(line_ids).of(view)
    except InvalidInputError:
        return view
