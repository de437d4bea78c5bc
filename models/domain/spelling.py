"""Which known words a mistyped one may have meant; all in lower case and without accents."""

from collections.abc import Iterable
from string import ascii_lowercase, digits
from typing import Final

SHORTEST: Final = 4
"""Below this many letters any word is too close to too many others."""
LONG: Final = 6
"""From this many letters on a word may be mistyped twice."""
MOST: Final = 8
"""So many meanings of a word are followed."""
LETTERS: Final = ascii_lowercase + digits


def correctable(word: str) -> bool:
    """Whether a word is long enough to be mistyped, and no number: those are meant as typed."""
    return len(word) >= SHORTEST and not word.isdigit()


def may_be_mistyped_twice(word: str) -> bool:
    """Whether a second mistake is forgiven."""
    return correctable(word) and len(word) >= LONG


def neighbours(word: str) -> set[str]:
    """Every word that one slip makes of this: a letter left out, added, changed, or two swapped."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    shorter = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    changed = {left + letter + right[1:] for left, right in cuts if right for letter in LETTERS}
    longer = {left + letter + right for left, right in cuts for letter in LETTERS}
    return {found for found in shorter | swapped | changed | longer if found} - {word}


def closest(word: str, known: Iterable[str]) -> list[str]:
    """The known words that are fewest slips away, at most two; none if all are further away."""
    allowed = 2 if may_be_mistyped_twice(word) else 1
    apart = {other: slips(word, other) for other in known}
    least = min(apart.values(), default=allowed + 1)
    if least > allowed:
        return []
    return sorted(other for other, distance in apart.items() if distance == least)[:MOST]


def slips(one: str, other: str) -> int:
    """How many letters were left out, added, changed or swapped with the next between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        following = [i]
        for j, wanted in enumerate(other, 1):
            same = letter == wanted
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (not same))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]
