"""Whether two customers may be one person or one household: evidence, score and reasons.

Only ever a suggestion to staff. What matches by itself is an e-mail address, or a phone number with
the same name; that is decided while an enquiry is stored.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from models.domain.spelling import slips

SHOWN_FROM: Final = 30
"""Per cent; weaker likeness is chance, and nobody's time is worth it."""
SEVERAL: Final = 3
"""More customers of one name than this: it is a common one and tells little."""
LEAST_LOCAL_PART: Final = 5
"""Shorter beginnings of addresses (`info`, `anna`) are too many people's."""
LEAST_WORDS: Final = 2
"""A first name alone is everybody's."""
LONG_WORD: Final = 5
"""From this many letters on one slip in a word of a name is forgiven."""
TITLES: Final = frozenset({"mr", "mrs", "ms", "dr", "prof", "herr", "frau", "mme", "mlle", "m"})
LETTERS: Final = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe"})


class MatchKind(StrEnum):
    """What a suggestion says of two customers."""

    SAME_PERSON = "SAME_PERSON"
    SAME_HOUSEHOLD = "SAME_HOUSEHOLD"


class MatchReason(StrEnum):
    """What speaks for it."""

    SAME_PASSPORT = "SAME_PASSPORT"
    SAME_PHONE = "SAME_PHONE"
    SAME_NAME = "SAME_NAME"
    SIMILAR_NAME = "SIMILAR_NAME"
    COMMON_NAME = "COMMON_NAME"
    """The same name, which many customers have."""
    SIMILAR_EMAIL = "SIMILAR_EMAIL"
    IN_ONE_HOUSEHOLD = "IN_ONE_HOUSEHOLD"
    TRAVEL_TOGETHER = "TRAVEL_TOGETHER"


WEIGHTS: Final = {
    MatchReason.SAME_PASSPORT: 95,
    MatchReason.SAME_PHONE: 50,
    MatchReason.SAME_NAME: 45,
    MatchReason.SIMILAR_NAME: 32,
    MatchReason.COMMON_NAME: 15,
    MatchReason.SIMILAR_EMAIL: 30,
    MatchReason.IN_ONE_HOUSEHOLD: 40,
    MatchReason.TRAVEL_TOGETHER: 45,
}
"""How sure each reason makes by itself, in per cent; together they leave ever less doubt."""
NAMES: Final = frozenset({MatchReason.SAME_NAME, MatchReason.SIMILAR_NAME, MatchReason.COMMON_NAME})


@dataclass(frozen=True)
class Passport:
    """A passport as it is compared: the issuing country and the letters and digits."""

    country: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is compared of a customer."""

    name: str
    emails: frozenset[str] = field(default_factory=frozenset)
    """As they are compared."""
    phones: frozenset[str] = field(default_factory=frozenset)
    """In E.164."""
    passports: frozenset[Passport] = field(default_factory=frozenset)
    household_id: str | None = None
    companions: frozenset[str] = field(default_factory=frozenset)
    """Names of those who travel with them."""


@dataclass(frozen=True)
class Match:
    """That two customers may belong together: how sure, in per cent, and why."""

    kind: MatchKind
    score: int
    reasons: tuple[MatchReason, ...]


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in the order of the alphabet, without accents, case and titles."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = unicodedata.normalize("NFKD", folded).translate(LETTERS)
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return tuple(sorted(set(re.findall(r"[^\W_]+", letters)) - TITLES))


def name_key(name: str) -> str:
    """The words of a name in one text, by which equal names are found."""
    return " ".join(name_words(name))


def compared_passport(number: str) -> str:
    """A passport's number as it is compared: letters and digits, in capitals."""
    return "".join(one for one in unicodedata.normalize("NFKC", number).upper() if one.isalnum())


def match(one: Person, other: Person, *, namesakes: int = 0) -> Match | None:
    """What is suggested of two customers; None when too little speaks for it.

    Which of them comes first makes no difference.

    Args:
        one: a customer.
        other: another customer.
        namesakes: how many further customers have the name; many make it worth little.
    """
    reasons = tuple(_reasons(one, other, common=namesakes > SEVERAL))
    kind = _kind(reasons)
    together = one.household_id is not None and one.household_id == other.household_id
    if kind is None or (kind is MatchKind.SAME_HOUSEHOLD and together):
        return None
    score = certainty(reasons)
    return Match(kind, score, reasons) if score >= SHOWN_FROM else None


def certainty(reasons: Iterable[MatchReason]) -> int:
    """How sure several reasons make, in per cent: each takes its share of the doubt left."""
    doubt = 1.0
    for reason in reasons:
        doubt *= 1 - WEIGHTS[reason] / 100
    return min(99, round(100 * (1 - doubt)))


def _kind(reasons: tuple[MatchReason, ...]) -> MatchKind | None:
    """One person by passport or name; another name at the same phone is a household."""
    if MatchReason.SAME_PASSPORT in reasons or NAMES & set(reasons):
        return MatchKind.SAME_PERSON
    if {MatchReason.SAME_PHONE, MatchReason.TRAVEL_TOGETHER} & set(reasons):
        return MatchKind.SAME_HOUSEHOLD
    return None


def _reasons(one: Person, other: Person, *, common: bool) -> Iterable[MatchReason]:
    if one.passports & other.passports:
        yield MatchReason.SAME_PASSPORT
    if one.phones & other.phones:
        yield MatchReason.SAME_PHONE
    likeness = _likeness(one.name, other.name, common=common)
    if likeness is not None:
        yield likeness
    if _local_parts(one) & _local_parts(other):
        yield MatchReason.SIMILAR_EMAIL
    if one.household_id is not None and one.household_id == other.household_id:
        yield MatchReason.IN_ONE_HOUSEHOLD
    if likeness is None and (_travels_with(one, other) or _travels_with(other, one)):
        yield MatchReason.TRAVEL_TOGETHER


def _likeness(one: str, other: str, *, common: bool) -> MatchReason | None:
    ours, theirs = name_words(one), name_words(other)
    if min(len(ours), len(theirs)) < LEAST_WORDS:
        return None
    if ours == theirs:
        return MatchReason.COMMON_NAME if common else MatchReason.SAME_NAME
    return None if common or not _alike(ours, theirs) else MatchReason.SIMILAR_NAME


def _alike(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """A word more on one side (a middle name), or one slip in one long word."""
    only_ours, only_theirs = set(ours) - set(theirs), set(theirs) - set(ours)
    if not only_ours or not only_theirs:
        return len(only_ours | only_theirs) == 1
    if len(only_ours) > 1 or len(only_theirs) > 1:
        return False
    word, meant = only_ours.pop(), only_theirs.pop()
    return min(len(word), len(meant)) >= LONG_WORD and slips(word, meant) == 1


def _local_parts(person: Person) -> set[str]:
    parts = (address.partition("@")[0] for address in person.emails)
    return {part for part in parts if len(part) >= LEAST_LOCAL_PART}


def _travels_with(one: Person, other: Person) -> bool:
    named = {name_words(name) for name in one.companions}
    return len(name_words(other.name)) >= LEAST_WORDS and name_words(other.name) in named
