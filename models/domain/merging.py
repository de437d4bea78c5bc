"""What becomes of two customers' facts when they are merged, and when that is taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

UNDO_WITHIN: Final = timedelta(days=30)
"""How long a merge can be taken back. Long enough for a customer's next letter to show a mistake;
after it both lives have grown together, and parting them would guess."""

Facts = Mapping[str, Any]
LISTS: Final = frozenset({"tags", "interests"})
"""Facts of which two customers' values add up."""


@dataclass(frozen=True)
class Filled:
    """A fact of the customer who stays that the merge changes."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Differing:
    """A fact that the customer who stays keeps, and what the other record says of it."""

    name: str
    kept: Any
    other: Any


@dataclass(frozen=True)
class MergePlan:
    """What a merge does to the facts of the customer who stays; the other's are not touched."""

    filled: tuple[Filled, ...]
    differing: tuple[Differing, ...]


def plan_merge(kept: Facts, other: Facts, theirs: Collection[str] = frozenset()) -> MergePlan:
    """Gaps are filled, lists add up, and what differs stays as it is.

    Args:
        kept: the facts of the customer who stays, by name.
        other: the same facts of the one who goes into them.
        theirs: facts of which the other's value counts.
    """
    filled, differing = [], []
    for name, value in other.items():
        mine = kept[name]
        if _empty(value) or value == mine:
            continue
        if name in LISTS:
            added = [one for one in value if one not in mine]
            if added:
                filled.append(Filled(name, list(mine), [*mine, *added]))
        elif _empty(mine) or name in theirs:
            filled.append(Filled(name, mine, value))
        else:
            differing.append(Differing(name, mine, value))
    return MergePlan(tuple(filled), tuple(differing))


def undo_facts(current: Facts, filled: Sequence[Filled]) -> dict[str, Any]:
    """The facts that taking a merge back changes; what was edited since stays as it is.

    Args:
        current: the facts of the customer who stayed, as they are now.
        filled: what the merge changed.
    """
    back: dict[str, Any] = {}
    for one in filled:
        now = current[one.name]
        if one.name in LISTS:
            added = [value for value in one.after if value not in one.before]
            left = [value for value in now if value not in added]
            if left != now:
                back[one.name] = left
        elif now == one.after:
            back[one.name] = one.before
    return back


def can_undo(merged_at: datetime, now: datetime) -> bool:
    """Whether a merge is young enough to be taken back."""
    return now < merged_at + UNDO_WITHIN


def _empty(value: object) -> bool:
    return value is None or value in ("", [])
