"""Two people changed the same thing: what it was, what it is now, what was typed, and what fits.

Texts are merged line by line where the two changed different places; where they changed the same
place, nobody but a person can say what is meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, ndiff
from enum import StrEnum

Change = tuple[int, int, Sequence[str]]
"""From line, to line (not included) of the opened text, and what stands there instead."""


class Outcome(StrEnum):
    """How a field stands after two people had it open."""

    SAME = "SAME"
    """Both say the same."""
    MINE = "MINE"
    """Only the person who asks changed it."""
    THEIRS = "THEIRS"
    """Only somebody else changed it."""
    MERGED = "MERGED"
    """Both changed it, in different places: `merged` has both changes."""
    CLASH = "CLASH"
    """Both changed the same place: somebody has to choose."""


@dataclass(frozen=True)
class ThreeWay:
    """One field of something that two people changed."""

    opened: str
    now: str
    mine: str

    @property
    def outcome(self) -> Outcome:
        """Who changed it, and whether the changes fit together."""
        if self.now == self.mine:
            return Outcome.SAME
        if self.now == self.opened:
            return Outcome.MINE
        if self.mine == self.opened:
            return Outcome.THEIRS
        return Outcome.CLASH if self.merged is None else Outcome.MERGED

    @property
    def merged(self) -> str | None:
        """Both changes in one text; None when they touch the same lines."""
        before, now, mine = (text.split("\n") for text in (self.opened, self.now, self.mine))
        theirs, ours = list(_changes(before, now)), list(_changes(before, mine))
        if any(_touch(one, other) for one in theirs for other in ours if one != other):
            return None
        changes = sorted(
            {(start, end, tuple(lines)) for start, end, lines in (*theirs, *ours)}, reverse=True
        )
        merged = list(before)
        for start, end, lines in changes:
            merged[start:end] = lines
        return "\n".join(merged)


def _changes(before: list[str], after: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "equal":
            yield start, end, after[first:last]


def _touch(one: Change, other: Change) -> bool:
    """Whether two changes are about the same lines, or stand so close that the order is open."""
    return one[0] <= other[1] and other[0] <= one[1]


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """The lines of two texts with what became of each: `same`, `added` or `removed`."""
    names = {"  ": "same", "+ ": "added", "- ": "removed"}
    return [
        (names[line[:2]], line[2:])
        for line in ndiff(before.splitlines(), after.splitlines())
        if line[:2] in names
    ]
