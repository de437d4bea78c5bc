"""Who could take a booking: everybody on the staff, the best first, each with the reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from models.domain.staffed_hours import StaffedHours, is_staffed, local_day, local_time, opens_next

KNOWS_PLACE = 40
SPEAKS = 30
FREEST = 20
WORKS_NOW = 10
LEAVES_SOON = 15
SOON = timedelta(days=3)


@dataclass(frozen=True)
class Leave:
    """Whole days away, in the office's zone; `ends_on` is the last of them."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Candidate:
    """A member of staff as far as it matters for a booking."""

    staff_id: str
    name: str
    destinations: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    open_bookings: int = 0
    leaves: tuple[Leave, ...] = ()
    """Those that are not over yet."""
    hours: StaffedHours = field(default_factory=StaffedHours)
    """Their own, or those of the office."""


@dataclass(frozen=True)
class Wanted:
    """What a booking asks of whoever takes it."""

    destination: str
    language: str | None = None
    """None, or a word that names no language, asks for none."""


@dataclass(frozen=True)
class Reason:
    """Why somebody stands where they stand: a sentence with its values, and what it weighs."""

    template: str
    weight: int
    values: tuple[tuple[str, object], ...] = ()

    @property
    def text(self) -> str:
        """The sentence."""
        return self.template % dict(self.values)


@dataclass(frozen=True)
class Proposal:
    """A candidate with a score and the reasons that make it. Whoever is away comes last."""

    candidate: Candidate
    score: int
    reasons: tuple[Reason, ...]
    available: bool


ANY_LANGUAGE = frozenset({"", "Other"})
SEVERAL = "Multi-country"

PLACE = "Knows %(destination)s"
NO_PLACE = "Has not named %(destination)s"
LANGUAGE = "Speaks %(language)s"
NO_LANGUAGE = "Has not named %(language)s"
NOTHING_OPEN = "Has no open booking"
ONE_OPEN = "Has 1 open booking"
MANY_OPEN = "Has %(count)s open bookings"
AWAY = "Is away until %(day)s"
LEAVES = "Leaves on %(day)s"
AT_WORK = "Is at work now"
LATER = "Is at work again on %(day)s at %(time)s"
NEVER = "Has no working hours"
SENTENCES = (
    PLACE,
    NO_PLACE,
    LANGUAGE,
    NO_LANGUAGE,
    NOTHING_OPEN,
    ONE_OPEN,
    MANY_OPEN,
    AWAY,
    LEAVES,
    AT_WORK,
    LATER,
    NEVER,
)
"""Every sentence that a reason may be, for the catalogs of other languages."""


def rank(wanted: Wanted, candidates: Sequence[Candidate], now: datetime) -> tuple[Proposal, ...]:
    """Everybody, the best first; whoever is away is last, and equals stand by name."""
    most = max((one.open_bookings for one in candidates), default=0)
    proposals = (_weigh(wanted, one, most, now) for one in candidates)
    return tuple(
        sorted(
            proposals,
            key=lambda one: (
                not one.available,
                -one.score,
                one.candidate.name,
                one.candidate.staff_id,
            ),
        )
    )


def _weigh(wanted: Wanted, one: Candidate, most: int, now: datetime) -> Proposal:
    today = local_day(now, one.hours.zone)
    away = _away_until(one, today)
    reasons = (
        *_place(wanted, one),
        *_language(wanted, one),
        _load(one, most),
        *_presence(one, today, away, now),
    )
    score = max(0, sum(reason.weight for reason in reasons))
    return Proposal(one, score, reasons, away is None)


def _place(wanted: Wanted, one: Candidate) -> Iterator[Reason]:
    if wanted.destination == SEVERAL and len(one.destinations) > 1:
        yield Reason(PLACE, KNOWS_PLACE, (("destination", ", ".join(one.destinations)),))
    elif wanted.destination:
        knows = _names(wanted.destination, one.destinations)
        template, weight = (PLACE, KNOWS_PLACE) if knows else (NO_PLACE, 0)
        yield Reason(template, weight, (("destination", wanted.destination),))


def _language(wanted: Wanted, one: Candidate) -> Iterator[Reason]:
    if wanted.language and wanted.language not in ANY_LANGUAGE:
        speaks = _names(wanted.language, one.languages)
        template, weight = (LANGUAGE, SPEAKS) if speaks else (NO_LANGUAGE, 0)
        yield Reason(template, weight, (("language", wanted.language),))


def _names(word: str, words: Sequence[str]) -> bool:
    return word.casefold() in {one.casefold() for one in words}


def _load(one: Candidate, most: int) -> Reason:
    """All the points for nobody's load, none for the heaviest."""
    weight = FREEST if not most else round(FREEST * (most - one.open_bookings) / most)
    count = one.open_bookings
    template = NOTHING_OPEN if not count else ONE_OPEN if count == 1 else MANY_OPEN
    return Reason(template, weight, (("count", count),))


def _away_until(one: Candidate, today: date) -> date | None:
    """The last day of an absence that holds today, with those that follow without a gap."""
    last: date | None = None
    for leave in sorted(one.leaves, key=lambda leave: leave.starts_on):
        reached = today if last is None else last + timedelta(days=1)
        if leave.starts_on <= reached <= leave.ends_on:
            last = leave.ends_on
    return last


def _presence(one: Candidate, today: date, away: date | None, now: datetime) -> Iterator[Reason]:
    if away is not None:
        yield Reason(AWAY, 0, (("day", away),))
        return
    soon = [leave.starts_on for leave in one.leaves if today < leave.starts_on <= today + SOON]
    if soon:
        yield Reason(LEAVES, -LEAVES_SOON, (("day", min(soon)),))
    if is_staffed(now, one.hours):
        yield Reason(AT_WORK, WORKS_NOW)
        return
    begins = opens_next(now, one.hours)
    if begins is None:
        yield Reason(NEVER, -WORKS_NOW)
    else:
        yield Reason(LATER, 0, _when(begins, one.hours))


def _when(at: datetime, hours: StaffedHours) -> tuple[tuple[str, object], ...]:
    there = local_time(at, hours.zone)
    return (("day", there.date()), ("time", f"{there:%H:%M}"))
