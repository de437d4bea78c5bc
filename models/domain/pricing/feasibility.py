"""Whether a trip can be had as it is quoted: closures, allotments, ages, papers and safe dates."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models.domain.pricing.card_rows import Fit, Stay
from models.domain.pricing.cost import units
from models.domain.pricing.costing import Costing
from models.domain.pricing.feasibility_policy import FeasibilityPolicy
from models.domain.pricing.findings import Finding, FindingKind, UnpricedError, days_in_words
from models.domain.pricing.party import Child, Party
from models.domain.pricing.request import Passport, Quote
from models.domain.pricing.rooms import rate_for
from models.domain.rates import Allotment, Basis, ChildRate, ClosureKind, RateCard

Left = Mapping[tuple[str, str, date], int]
"""Units left of an allotment by card id, option and day."""
Taken = Sequence[tuple[date, RateCard, str | None]]
"""Days with the card that is used and the option taken; None where no row was found."""
Held = tuple[date, RateCard, Allotment]
"""A day, its card and what is held for us of it."""
CLOSED = {
    ClosureKind.BLACKOUT: (FindingKind.BLACKOUT, "The contract has a blackout"),
    ClosureKind.STOP_SELL: (FindingKind.STOP_SELL, "The supplier has stopped selling"),
}


@dataclass(frozen=True, slots=True)
class SafeDate:
    """The last day on which something can still be booked without a danger, and which."""

    on: date
    reason: str
    kind: FindingKind


@dataclass(frozen=True, slots=True)
class Feasible:
    """What a line, or the trip with its papers, depends on."""

    line_id: str | None
    safe: SafeDate | None
    """The earliest of its safe dates; None when nothing presses."""
    findings: tuple[Finding, ...]


def check_line(
    line_id: str,
    stay: Stay,
    groups: Sequence[tuple[Party, Costing]],
    booked_on: date,
    left: Left,
    policy: FeasibilityPolicy,
) -> Feasible:
    """Judges a service for all groups on the day of booking; what they share is said once."""
    found: dict[Finding, None] = {}
    if stay.service.on < booked_on:
        reason = f"This begins on {stay.service.on}, before the day of booking."
        found[Finding(FindingKind.IN_THE_PAST, reason, (stay.service.on,))] = None
    safe: list[SafeDate] = []
    bound = any(_binds(rows.card) for rows in stay.cards)
    known: Taken = ()
    held: list[Held] = []
    for party, costing in groups:
        if bound:
            taken = _taken(stay, costing)
            if taken != known:
                known, held = taken, _held(taken)
                found |= dict.fromkeys(_closed(taken))
                safe += _safe_dates(stay, taken, held)
            if held:
                found |= dict.fromkeys(_short_of(stay, party, held, booked_on, left))
        if stay.nightly and costing.picked:
            found |= dict.fromkeys(_too_short(stay, costing))
        if party.children:
            found |= dict.fromkeys(_ages(stay, party, booked_on))
    findings = (*found, *_late(safe, booked_on))
    return Feasible(line_id, _earliest(safe), _judged(findings, policy, line_id))


def _binds(card: RateCard) -> bool:
    """Whether a card has anything that depends on when its service is booked, or for which day."""
    return bool(card.closures or card.allotments or card.cancellation)


def check_papers(quote: Quote, policy: FeasibilityPolicy) -> Feasible:
    """Passports and visas: what the trip as a whole depends on."""
    findings = list(_passports(quote.passports, quote.return_on, policy))
    safe: set[SafeDate] = set()
    if policy.visa_days:
        on = quote.departure_on - timedelta(days=policy.visa_days)
        reason = f"a visa takes {policy.visa_days} days before departure"
        safe.add(SafeDate(on, reason, FindingKind.VISA_LATE))
    findings += _late(safe, quote.booked_on)
    return Feasible(None, _earliest(safe), _judged(findings, policy, None))


def _judged(
    findings: Iterable[Finding], policy: FeasibilityPolicy, line_id: str | None
) -> tuple[Finding, ...]:
    return tuple(
        replace(one, line_id=line_id, blocking=one.kind in policy.blocking) for one in findings
    )


def _taken(stay: Stay, costing: Costing) -> Taken:
    picked: dict[date, Fit] = dict(costing.picked)
    wanted = stay.service.option
    found: list[tuple[date, RateCard, str | None]] = []
    for day in stay.days:
        fit = picked.get(day)
        if fit is not None:
            found.append((day, fit.card, fit.row.option))
        else:
            cards = (rows.card for rows in stay.cards if day in rows.card.validity)
            found += [(day, card, wanted) for card in cards]
    return found


def _closed(taken: Taken) -> Iterator[Finding]:
    for card in dict.fromkeys(id(card) for _, card, _ in taken if card.closures):
        mine = [(day, own, option) for day, own, option in taken if id(own) == card]
        for closure in mine[0][1].closures:
            days = tuple(
                day
                for day, _, option in mine
                if day in closure.span and closure.option in {"", option}
            )
            if days:
                kind, words = CLOSED[closure.kind]
                note = f": {closure.note}" if closure.note else ""
                yield Finding(kind, f"{words} on {days_in_words(days)}{note}.", days)


def _too_short(stay: Stay, costing: Costing) -> Iterator[Finding]:
    least = max(fit.row.min_nights for _, fit in costing.picked)
    if stay.service.nights < least:
        days = tuple(day for day, fit in costing.picked if fit.row.min_nights == least)
        reason = f"Stays that touch {days_in_words(days)} are of {least} nights at least."
        yield Finding(FindingKind.MIN_STAY, reason, days)


def allotment_of(card: RateCard, day: date, option: str | None) -> Allotment | None:
    """The units held for an option on a day; its own before those of any option."""
    held = [one for one in card.allotments if day in one.span and one.option in {"", option}]
    return max(held, key=lambda one: bool(one.option), default=None)


def _held(taken: Taken) -> list[Held]:
    found = []
    for day, card, option in taken:
        held = allotment_of(card, day, option) if card.allotments else None
        if held is not None:
            found.append((day, card, held))
    return found


def _short_of(
    stay: Stay, party: Party, held: Sequence[Held], booked_on: date, left: Left
) -> Iterator[Finding]:
    """Days on which fewer units are left than the party needs; released ones are not ours."""
    short: dict[int, list[date]] = {}
    for day, card, allotment in held:
        there = left.get((card.id, allotment.option, day), allotment.units)
        if (
            there < units_needed(card, stay.service.quantity, party)
            and _released(allotment, day) >= booked_on
        ):
            short.setdefault(there, []).append(day)
    for there, days in short.items():
        words = days_in_words(tuple(days))
        reason = f"Only {there} of the units held for us are left on {words}."
        yield Finding(FindingKind.ALLOTMENT_SHORT, reason, tuple(days))


def units_needed(card: RateCard, quantity: int | None, party: Party) -> int:
    """How many units of an allotment a party takes each day; `quantity` is what staff asked for."""
    if card.basis is Basis.ROOM or (card.basis is Basis.PERSON and card.nightly):
        return len(party.rooms)
    if card.basis is Basis.PERSON:
        return party.size
    try:
        return units(card, quantity, party.size)
    except UnpricedError:
        return quantity or 1


def _released(held: Allotment, day: date) -> date:
    """The last day on which units of a day can be taken."""
    return day - timedelta(days=held.release_days)


def _safe_dates(stay: Stay, taken: Taken, held: Sequence[Held]) -> Iterator[SafeDate]:
    for day, _, allotment in held:
        reason = f"the units held for {day} go back {allotment.release_days} days before"
        yield SafeDate(_released(allotment, day), reason, FindingKind.RELEASED)
    for card in {id(card): card for _, card, _ in taken if card.cancellation}.values():
        days = max(
            (term.days_before for term in card.cancellation if term.penalty_percent), default=None
        )
        if days is not None:
            reason = f"whoever cancels later than {days} days before owes the supplier"
            on = stay.service.on - timedelta(days=days)
            yield SafeDate(on, reason, FindingKind.PENALTY_RUNS)


def _late(safe: Iterable[SafeDate], booked_on: date) -> Iterator[Finding]:
    """The earliest of each kind that has passed."""
    passed: dict[FindingKind, list[SafeDate]] = {}
    for one in safe:
        if one.on < booked_on:
            passed.setdefault(one.kind, []).append(one)
    for kind in sorted(passed):
        first = min(passed[kind], key=lambda one: one.on)
        reason = f"The latest safe date was {first.on}: {first.reason}."
        yield Finding(kind, reason, tuple(sorted({one.on for one in passed[kind]})))


def _earliest(safe: Iterable[SafeDate]) -> SafeDate | None:
    return min(safe, key=lambda one: (one.on, one.kind), default=None)


def _ages(stay: Stay, party: Party, booked_on: date) -> Iterator[Finding]:
    born = [child for child in party.children if child.born_on is not None]
    for rows in stay.cards if born else ():
        for child in born if rows.card.children else ():
            yield from _grown(child, rows.card.children, stay.service.on, booked_on)


def _grown(
    child: Child, policy: tuple[ChildRate, ...], on: date, booked_on: date
) -> Iterator[Finding]:
    now, then = child.age_on(booked_on), child.age_on(on)
    try:
        same = now == then or rate_for(now, policy) is rate_for(then, policy)
    except UnpricedError:
        return
    if not same:
        grown = "pays as an adult" if rate_for(then, policy) is None else "has another price"
        reason = f"A child of {now} on the day of booking is {then} on {on} and {grown}."
        yield Finding(FindingKind.CHILD_AGE, reason, (on,))


def _passports(
    passports: Iterable[Passport], return_on: date, policy: FeasibilityPolicy
) -> Iterator[Finding]:
    needed = months_after(return_on, policy.passport_months)
    for passport in passports:
        if passport.expires_on < needed:
            reason = (
                f"A passport of the travellers ends on {passport.expires_on}; it has to be valid "
                f"until {needed}, {policy.passport_months} months after the return."
            )
            yield Finding(FindingKind.PASSPORT, reason, (passport.expires_on,))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
