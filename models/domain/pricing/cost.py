"""What a service costs us by its rate cards, each amount with the row that it comes from."""

from collections.abc import Sequence
from datetime import date

from models.domain.money import percent_of
from models.domain.pricing.card_rows import CardRows, Fit, Service, Stay, prepare
from models.domain.pricing.costing import Cost, Costing, CostPart, TypedCost
from models.domain.pricing.findings import Finding, FindingKind, UnpricedError, days_in_words
from models.domain.pricing.party import Party
from models.domain.pricing.rooms import (
    ADULTS,
    Amount,
    Charge,
    Sleepers,
    person_amounts,
    room_amounts,
    rooms_matter,
    sleepers,
)
from models.domain.pricing.taxes import contained, on_top
from models.domain.rates import Basis, Offer, RateCard, RateRow


def cost(service: Service, party: Party, cards: Sequence[RateCard], booked_on: date) -> Costing:
    """What a service costs for a party.

    Several cards are one service under contracts that follow each other, such as this year's and
    the next: each night takes the one in whose validity it lies.
    """
    return cost_of(prepare(service, [CardRows(card) for card in cards], booked_on), party)


def cost_of(stay: Stay, party: Party) -> Costing:
    """What a prepared stay costs for one of several parties."""
    if not stay.days:
        reason = "Say for how many nights: this rate card is priced by the night."
        return Costing((), (Finding(FindingKind.NO_NIGHTS, reason),))
    picked, findings = _pick(stay, party.size)
    if findings:
        return Costing((), findings, picked)
    try:
        costs = _costs(stay, party, picked)
    except UnpricedError as unpriced:
        return Costing((), (unpriced.finding,), picked)
    return Costing(costs, (), picked)


def _pick(stay: Stay, size: int) -> tuple[tuple[tuple[date, Fit], ...], tuple[Finding, ...]]:
    """The one row of each day; days with none, or with several, become findings."""
    picked: list[tuple[date, Fit]] = []
    unclear: dict[tuple[FindingKind, str], list[date]] = {}
    for day, fits in zip(stay.days, stay.fits, strict=True):
        found = [
            fit
            for fit in fits
            if fit.row.pax_from <= size and (fit.row.pax_to is None or size <= fit.row.pax_to)
        ]
        if len(found) == 1:
            picked.append((day, found[0]))
        else:
            unclear.setdefault(_trouble(found, size), []).append(day)
    findings = tuple(
        Finding(kind, reason.replace("@", days_in_words(tuple(days))), tuple(days))
        for (kind, reason), days in unclear.items()
    )
    return tuple(picked), findings


def _trouble(found: list[Fit], size: int) -> tuple[FindingKind, str]:
    """What is wrong with a day; @ stands for the days."""
    if not found:
        return FindingKind.GAP, f"No row of the rate card holds for {size} people on @."
    variants = {(fit.row.option, fit.row.meals or "") for fit in found}
    if len(variants) == len(found):
        names = ", ".join(sorted(" ".join(variant).strip() or "plain" for variant in variants))
        return FindingKind.CHOICE_OPEN, f"Choose one of {names} for @."
    numbers = " and ".join(str(fit.row.number) for fit in found)
    return FindingKind.OVERLAP, f"Rows {numbers} of the rate card both hold on @."


def _costs(stay: Stay, party: Party, picked: Sequence[tuple[date, Fit]]) -> tuple[Cost, ...]:
    by_card: dict[int, tuple[RateCard, list[CostPart]]] = {}
    for fit, days in _runs(picked):
        parts = _parts(stay.service, party, fit, days)
        known = by_card.get(id(fit.card))
        if known is None:
            by_card[id(fit.card)] = (fit.card, parts)
        else:
            known[1].extend(parts)
    return tuple([_sum_up(card, tuple(parts)) for card, parts in by_card.values()])


def _runs(picked: Sequence[tuple[date, Fit]]) -> list[tuple[Fit, list[date]]]:
    """Neighbouring days with the same row and offer."""
    runs: list[tuple[Fit, list[date]]] = []
    for day, fit in picked:
        if runs and _same(fit, runs[-1][0]):
            runs[-1][1].append(day)
        else:
            runs.append((fit, [day]))
    return runs


def _same(fit: Fit, other: Fit) -> bool:
    return fit.row is other.row and fit.offer is other.offer and fit.card is other.card


def _parts(service: Service, party: Party, fit: Fit, days: list[date]) -> list[CostPart]:
    """One part for each kind of charge at each price, over all rooms."""
    amounts = _amounts(service, party, fit)
    if len(amounts) > 1:
        amounts = _together(amounts)
    return [
        CostPart(charge, unit_minor, count, len(days), days[0], fit)
        for charge, unit_minor, count in amounts
    ]


def _together(amounts: list[Amount]) -> list[Amount]:
    """Each kind of charge at each price once."""
    counted: dict[tuple[str, int], Amount] = {}
    for charge, unit_minor, count in amounts:
        key = (charge.value, unit_minor)
        known = counted[key][2] if key in counted else 0
        counted[key] = (charge, unit_minor, known + count)
    return list(counted.values())


def _amounts(service: Service, party: Party, fit: Fit) -> list[Amount]:
    card, row = fit.card, fit.row
    if card.basis is Basis.ROOM or card.basis is Basis.PERSON:
        return _by_rooms(service, party, card, row)
    if card.basis is Basis.GROUP:
        _check_places(card, party.size, "service")
        return [(Charge.GROUP, row.price_minor, service.quantity or 1)]
    charge = Charge.UNIT if card.basis is Basis.UNIT else Charge.VEHICLE
    return [(charge, row.price_minor, units(card, service.quantity, party.size))]


def _by_rooms(service: Service, party: Party, card: RateCard, row: RateRow) -> list[Amount]:
    of_rooms = card.basis is Basis.ROOM
    if not of_rooms and not card.nightly and not rooms_matter(row):
        return person_amounts(row, sleepers(party.together, card.children, service.on))
    found: list[Amount] = []
    for people, count in _rooms(party, card, service.on):
        if of_rooms or card.nightly:
            _check_places(card, people.places, "room")
        amounts = room_amounts(row, people) if of_rooms else person_amounts(row, people)
        found += [(charge, unit_minor, each * count) for charge, unit_minor, each in amounts]
    return found


def _rooms(party: Party, card: RateCard, day: date) -> list[tuple[Sleepers, int]]:
    """The rooms of a party, those with the same people together."""
    if not party.children or not card.children:
        return [(ADULTS[people], count) for people, count in party.rooms_by_people]
    return [(sleepers(room, card.children, day), 1) for room in party.rooms]


def _check_places(card: RateCard, places: int, what: str) -> None:
    if card.capacity is not None and places > card.capacity:
        raise UnpricedError(
            FindingKind.OVER_CAPACITY, f"The {what} takes {card.capacity} people, not {places}."
        )


def units(card: RateCard, quantity: int | None, size: int) -> int:
    """How many units or vehicles a party takes: those chosen, else as many as its seats need.

    Raises:
        UnpricedError: those chosen have too few seats.
    """
    if quantity is None:
        return 1 if card.capacity is None else -(-size // card.capacity)
    if card.capacity is not None and quantity * card.capacity < size:
        raise UnpricedError(
            FindingKind.OVER_CAPACITY,
            f"{quantity} of {card.capacity} places each are too few for {size} people.",
        )
    return quantity


def _sum_up(card: RateCard, parts: tuple[CostPart, ...]) -> Cost:
    """Reduction off the prices, commission off what is left, tax on what we then pay."""
    gross = sum([part.amount_minor for part in parts])
    reductions = _reductions(parts) if card.offers else ()
    reduced = gross - sum([amount for _, amount in reductions])
    commission = percent_of(reduced, card.commission_percent) if card.commission_percent else 0
    payable = reduced - commission
    tax = card.tax
    added = on_top(payable, tax.percent) if tax.percent and not tax.included else 0
    within = contained(payable, tax.percent) if tax.percent and tax.included else 0
    net = payable + added
    return Cost(card.currency, parts, gross, reductions, commission, added, within, net, card)


def _reductions(parts: tuple[CostPart, ...]) -> tuple[tuple[Offer, int], ...]:
    """Each offer once, with what it takes off all parts that it is for; rounded once."""
    found: dict[int, tuple[Offer, int]] = {}
    for part in parts:
        offer = part.fit.offer if part.fit else None
        if offer is not None:
            known = found.get(id(offer), (offer, 0))[1]
            found[id(offer)] = (offer, known + part.amount_minor)
    return tuple((offer, percent_of(base, offer.percent)) for offer, base in found.values())


def typed(given: TypedCost, service: Service, party: Party) -> Costing:
    """What a typed cost comes to for a party; net, no tax known."""
    if given.nightly and service.nights < 1:
        reason = "Say for how many nights: this cost is for each night."
        return Costing((), (Finding(FindingKind.NO_NIGHTS, reason),))
    counts = {Basis.PERSON: party.size, Basis.ROOM: len(party.rooms)}
    count = counts.get(given.per, service.quantity or 1)
    nights = service.nights if given.nightly else 1
    part = CostPart(Charge.TYPED, given.amount_minor, count, nights, service.on, None)
    net = part.amount_minor
    return Costing((Cost(given.currency, (part,), net, (), 0, 0, 0, net),))
