"""What staff write into a quote, and what of it the price list is asked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypedDict

from models.domain.errors import InvalidInputError
from models.domain.money import Money
from models.domain.pricing.costing import TypedCost
from models.domain.pricing.discounts import Discount
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.party import Child, Party, Room, in_doubles
from models.domain.pricing.request import Line, Quote
from models.domain.rate_calendar import rows_on
from models.domain.rates import Meals, RateCard
from models.domain.stages import ServiceKind

LONGEST_TRIP_DAYS = 60
MOST_LINES = 100
Cards = Mapping[str, RateCard]
"""Rate cards by their ids."""


class RoomGroup(TypedDict):
    """Rooms that are shared alike: so many, each with these people."""

    rooms: int
    adults: int
    """In each of the rooms."""
    children: list[int]
    """Their ages, in each of the rooms."""


@dataclass(frozen=True)
class DraftDay:
    """A day of the itinerary, in order from departure."""

    place: str
    title: str
    text: str
    photo_id: str = ""
    """Of the library; empty for none."""


@dataclass(frozen=True)
class DraftLine:
    """A service of the quote. Its price is typed for each of a quantity, or comes of rate cards."""

    day: int
    nights: int
    kind: ServiceKind
    description: str
    partner_id: str | None
    rate_card_id: str | None
    quantity: int
    unit_price_minor: int | None
    """Of each; None asks the price list. In the quote's currency."""
    option: str | None = None
    """Of the rate card; None when it has one, or the size of the party decides."""
    meals: Meals | None = None
    further_cards: tuple[str, ...] = ()
    """Cards under contracts that follow the first one's during the stay."""
    units: int | None = None
    """Vehicles, cabins or groups; None takes as many as the party needs."""
    markup_kind: MarkupKind | None = None
    """How the price comes of the cost for this line; None leaves it to the rules."""
    markup_percent: Decimal | None = None
    price_minor: int | None = None
    """The line's price, when it is FIXED."""
    optional: bool = False
    """It counts only when the customer adds it."""
    alternative: str = ""
    """The set of which the customer has exactly one."""
    chosen: bool = False
    """Of a set, the one that counts until the customer chooses."""
    starts_at: time | None = None
    """The time of day at its place."""

    @property
    def listed(self) -> bool:
        """Whether the price list works it out, else it is a quantity at a typed price."""
        return self.unit_price_minor is None

    @property
    def cards(self) -> tuple[str, ...]:
        """Its rate cards in the order in which their contracts follow each other."""
        return ((self.rate_card_id,) if self.rate_card_id else ()) + self.further_cards

    def markup(self, currency: str) -> Markup | None:
        """What was set by hand for the line.

        Raises:
            InvalidInputError: there is no such markup, or a price is missing.
        """
        if self.unit_price_minor is not None:
            return Markup(
                MarkupKind.FIXED, fixed=Money(self.quantity * self.unit_price_minor, currency)
            )
        if self.markup_kind is None:
            return None
        fixed = None if self.price_minor is None else Money(self.price_minor, currency)
        return Markup(self.markup_kind, self.markup_percent or Decimal(0), fixed)


@dataclass(frozen=True)
class QuoteDraft:
    """Everything that staff write into a version."""

    title: str
    intro: str
    currency: str
    departure_on: date
    return_on: date
    travelers: int
    change_summary: str
    days: tuple[DraftDay, ...]
    lines: tuple[DraftLine, ...]
    groups: tuple[RoomGroup, ...] = ()
    """Who shares rooms with whom; empty is everybody in doubles."""
    included: tuple[str, ...] = ()
    """What is included, by hand; empty draws it from the lines."""
    excluded: tuple[str, ...] = ()
    group_sizes: tuple[int, ...] = ()
    """For how many travellers else the customer reads a price."""
    cover_id: str = ""
    """The photo of its cover; empty for its tour's."""
    discount_percent: Decimal | None = None
    """Off the whole price."""
    discount_amount_minor: int | None = None
    """Off the whole price, when it is no percentage; in the quote's currency."""
    discount_label: str = ""
    """What the discount is called to the customer."""
    discount_reason: str = ""
    """Why there is one; for staff alone."""

    @property
    def discounts(self) -> tuple[Discount, ...]:
        """What is taken off the price."""
        percent, amount = self.discount_percent, self.discount_amount_minor
        if percent is None and amount is None:
            return ()
        return (Discount(self.discount_reason, percent, amount),)

    @property
    def photo_ids(self) -> set[str]:
        """Every photo that it shows."""
        return {day.photo_id for day in self.days if day.photo_id} | (
            {self.cover_id} if self.cover_id else set()
        )

    @property
    def card_ids(self) -> set[str]:
        """Every rate card that it names."""
        return {card for line in self.lines for card in line.cards}


WRITTEN_OF_LINES = tuple(field.name for field in fields(DraftLine))


def people_in(groups: tuple[RoomGroup, ...]) -> int:
    """How many travel in these rooms."""
    return sum(group["rooms"] * (group["adults"] + len(group["children"])) for group in groups)


def party_of(draft: QuoteDraft) -> Party:
    """Who travels, in their rooms.

    Raises:
        InvalidInputError: nobody travels, too many do, or somebody has no room.
    """
    if not draft.groups:
        return in_doubles(draft.travelers)
    if people_in(draft.groups) != draft.travelers:
        raise InvalidInputError(
            f"The rooms are for {people_in(draft.groups)} people, but {draft.travelers} travel."
        )
    return Party(tuple(_rooms(draft.groups)), f"{draft.travelers} people")


def _rooms(groups: tuple[RoomGroup, ...]) -> Iterator[Room]:
    for group in groups:
        children = tuple(Child(age=age) for age in group["children"])
        for _ in range(group["rooms"]):
            yield Room(group["adults"], children)


def request_of(
    draft: QuoteDraft, cards: Cards, exchanged: Collection[str], booked_on: date
) -> Quote:
    """A draft as the price list is asked; its lines are named by their place, from 1.

    Args:
        draft: what staff wrote.
        cards: those that it names.
        exchanged: currencies whose costs can be told in the draft's; a price by hand needs none.
        booked_on: the day for which booking in time is judged.

    Raises:
        InvalidInputError: the party or a markup is none.
    """
    lines = tuple(
        _asked(number, line, cost_of_quantity(line, cards, draft), exchanged, draft.currency)
        for number, line in enumerate(draft.lines, start=1)
    )
    party = party_of(draft)
    return Quote(
        draft.departure_on,
        draft.return_on,
        booked_on,
        lines,
        (party,),
        discounts=draft.discounts,
    )


def _asked(
    number: int, line: DraftLine, cost: Money | None, exchanged: Collection[str], currency: str
) -> Line:
    told = cost is not None and cost.currency in {currency, *exchanged}
    return Line(
        id=str(number),
        day=line.day,
        kind=line.kind,
        label=line.description,
        nights=line.nights,
        cards=line.cards if line.listed else (),
        option=line.option,
        meals=line.meals,
        quantity=line.units,
        typed=TypedCost(cost.amount_minor, cost.currency) if cost and told else None,
        partner_id=line.partner_id,
        markup=line.markup(currency),
        optional=line.optional,
        chosen=line.chosen,
        alternative=line.alternative,
    )


def cost_of_quantity(line: DraftLine, cards: Cards, draft: QuoteDraft) -> Money | None:
    """What a quantity at a typed price costs, by the row that holds on the day of the service.

    None without a card, where no row holds, and where a card leaves a choice: nothing is guessed.
    """
    card = cards.get(line.rate_card_id or "")
    if card is None or line.listed:
        return None
    rows = rows_on(card, draft.departure_on + timedelta(days=line.day - 1), draft.travelers)
    return Money(rows[0].price_minor * line.quantity, card.currency) if len(rows) == 1 else None


def check_cards(draft: QuoteDraft, cards: Cards) -> None:
    """Whether every line's cards are its supplier's, and hold where a quantity is costed by one.

    Raises:
        InvalidInputError: one is unknown, another supplier's, or has no price on the day.
    """
    for number, line in enumerate(draft.lines, start=1):
        for card_id in line.cards:
            _check_card(number, line, cards.get(card_id), draft)


def _check_card(number: int, line: DraftLine, card: RateCard | None, draft: QuoteDraft) -> None:
    mine = line.partner_id is None if line.listed else False
    if card is None or (card.partner_id != line.partner_id and not mine):
        raise InvalidInputError(f"Line {number}: the rate is not one of this supplier's.")
    if line.listed:
        return
    on = draft.departure_on + timedelta(days=line.day - 1)
    if on not in card.validity:
        raise InvalidInputError(
            f"Line {number}: the rate is valid from {card.validity.first_on} to "
            f"{card.validity.last_on}, but the service is on {on}."
        )
    if not rows_on(card, on, draft.travelers):
        raise InvalidInputError(
            f"Line {number}: the rate has no price for {draft.travelers} people on {on}."
        )
