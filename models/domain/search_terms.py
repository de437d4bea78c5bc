"""What somebody who searches means: numbers, addresses and words, out of one line of text."""

import re
from dataclasses import dataclass
from typing import Final

from models.domain.spelling import correctable

LEAST_PHONE_DIGITS: Final = 5
MOST_TERMS: Final = 12
PHONE: Final = re.compile(r"[+(]?[\d\s().-]+")
REFERENCE: Final = "atp-"


@dataclass(frozen=True)
class Term:
    """Something that a booking's words must begin with."""

    text: str
    correctable: bool = False
    """Whether it is a word that may be mistyped."""
    whole: bool = False
    """Whether it must be a word of its own: one letter begins too many."""


def search_terms(folded: str) -> list[Term]:
    """The terms of a search, all of which must match; none if nothing in it can be looked for.

    Args:
        folded: what was typed, in lower case and without accents.
    """
    number = _phone(folded)
    if number:
        return [Term(number)]
    terms = [term for token in folded.split() for term in _terms(token)]
    return list(dict.fromkeys(terms))[:MOST_TERMS]


def _phone(text: str) -> str:
    """The digits of a phone number as they stand among the words; empty if it is none.

    Zeros before it are the way out of a country or into a city; the number is kept without.
    """
    digits = re.sub(r"\D", "", text).lstrip("0")
    if PHONE.fullmatch(text.strip()) and len(digits) >= LEAST_PHONE_DIGITS:
        return f"+{digits}"
    return ""


def _terms(token: str) -> list[Term]:
    if "@" in token:
        return [Term(token)] if len(token) > 1 else []
    words = re.split(r"[\W_]+", token.removeprefix(REFERENCE))
    return [Term(word, correctable(word), len(word) == 1) for word in words if word]
