"""Two people wrote into one draft: what each changed, what fits, and what somebody has to choose.

A draft is told as texts by name and tables of rows, whose `key` says which row is which wherever
it stands. All that only one of the two changed is taken; texts of several lines are merged where
the two changed different lines; of the rest nobody but a person can say what is meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from models.domain.three_way import Outcome, ThreeWay

Row = Mapping[str, str]
Told = Mapping[str, "str | Sequence[Row]"]
"""A draft: texts by their names, and rows by the names of their tables."""
KEY = "key"
UNKNOWN = "\x00"
"""Stands for what nobody remembers: whatever differs then has to be chosen."""


class Choice(StrEnum):
    """Whose change somebody chose."""

    NOW = "now"
    MINE = "mine"


@dataclass(frozen=True)
class Meeting:
    """A place that two people changed, or only somebody else.

    `table`, `key` and `name` say where: a text of the draft has a name alone, a whole row that one
    of them took away has none.
    """

    values: ThreeWay
    name: str = ""
    table: str = ""
    key: str = ""
    number: int = 0
    """Of the row where it stands now, or last stood; from 1."""

    @property
    def path(self) -> str:
        """The place in one word."""
        return ".".join(filter(None, (self.table, self.key, self.name)))

    @property
    def clashes(self) -> bool:
        """Whether somebody has to choose."""
        return self.values.outcome is Outcome.CLASH

    @property
    def usual(self) -> Choice:
        """What is chosen to begin with: nothing that takes away what somebody wrote."""
        return Choice.NOW if self.name or self.values.now else Choice.MINE


@dataclass(frozen=True)
class Merged:
    """One draft made of two, with the places where they met."""

    told: dict[str, "str | list[dict[str, str]]"]
    meetings: tuple[Meeting, ...]

    @property
    def clashes(self) -> tuple[Meeting, ...]:
        """What somebody has to choose."""
        return tuple(one for one in self.meetings if one.clashes)


@dataclass
class _Merging:
    """A merge under way."""

    choices: Mapping[str, str]
    met: list[Meeting] = field(default_factory=list)

    def settle(self, meeting: Meeting) -> str:
        """The text of a place."""
        values = meeting.values
        outcome = values.outcome
        if outcome is Outcome.SAME:
            return values.now
        self.met.append(meeting)
        if outcome is Outcome.MERGED:
            return values.merged or ""
        chosen = self.choices.get(meeting.path, meeting.usual)
        mine = outcome is Outcome.MINE or (outcome is Outcome.CLASH and chosen == Choice.MINE)
        return values.mine if mine else values.now


def merge(
    opened: Told | None, now: Told, mine: Told, choices: Mapping[str, str] | None = None
) -> Merged:
    """Both changes of a draft in one.

    Args:
        opened: the draft as both had it; None where that is not known any more.
        now: as somebody else saved it.
        mine: as it was typed.
        choices: for the path of a clash whose text to take, else the usual one.
    """
    merging = _Merging(choices or {})
    told: dict[str, str | list[dict[str, str]]] = {}
    for name in {**now, **mine}:
        theirs, ours = now.get(name, ""), mine.get(name, "")
        before = None if opened is None else opened.get(name, "")
        if isinstance(theirs, str) and isinstance(ours, str):
            base = before if isinstance(before, str) else UNKNOWN
            told[name] = merging.settle(Meeting(ThreeWay(base, theirs, ours), name))
        else:
            told[name] = _rows(merging, name, _table(before), _table(theirs), _table(ours))
    met = tuple(one for one in merging.met if one.values.outcome is not Outcome.MINE)
    return Merged(told, met)


def _table(rows: "str | Sequence[Row] | None") -> Sequence[Row] | None:
    if rows is None:
        return None
    return () if isinstance(rows, str) else rows


def _rows(
    merging: _Merging,
    table: str,
    opened: Sequence[Row] | None,
    now: Sequence[Row] | None,
    mine: Sequence[Row] | None,
) -> list[dict[str, str]]:
    before, theirs, ours = (_by_key(rows or ()) for rows in (opened, now, mine))
    merged = {}
    for key in _ordered(before, theirs, ours):
        place = Meeting(ThreeWay("", "", ""), table=table, key=key)
        rows = (before.get(key), theirs.get(key), ours.get(key))
        number = 1 + list(theirs if key in theirs else ours).index(key)
        row = _row(merging, replace(place, number=number), *rows, known=opened is not None)
        if row is not None:
            merged[key] = row
    return list(merged.values())


def _by_key(rows: Sequence[Row]) -> dict[str, Row]:
    return {row.get(KEY) or str(number): row for number, row in enumerate(rows, start=1)}


def _row(
    merging: _Merging,
    place: Meeting,
    before: Row | None,
    now: Row | None,
    mine: Row | None,
    *,
    known: bool,
) -> dict[str, str] | None:
    """A row of both; None where it is gone."""
    if now is not None and mine is not None:
        return dict(_fields(merging, place, before, now, mine))
    left = now if mine is None else mine
    if left is None or (before is not None and _content(before) == _content(left)):
        return None
    if known and before is None:
        return dict(left)
    gone_values = ThreeWay(UNKNOWN, *(("", "-")[row is not None] for row in (now, mine)))
    chosen = merging.settle(replace(place, values=gone_values))
    return dict(left) if chosen else None


def _fields(
    merging: _Merging, place: Meeting, before: Row | None, now: Row, mine: Row
) -> Iterator[tuple[str, str]]:
    for name in {**now, **mine}:
        if name == KEY:
            yield name, now.get(name, "")
            continue
        opened = before.get(name, "") if before is not None else UNKNOWN
        values = ThreeWay(opened, now.get(name, ""), mine.get(name, ""))
        yield name, merging.settle(replace(place, values=values, name=name))


def _content(row: Row) -> dict[str, str]:
    return {name: text for name, text in row.items() if name != KEY and text}


def _ordered(
    before: Mapping[str, Row], now: Mapping[str, Row], mine: Mapping[str, Row]
) -> list[str]:
    """Every key once: in my order where I moved rows, else in theirs, new ones behind their own."""
    shared = [key for key in before if key in mine and key in now]
    moved = [key for key in mine if key in shared] != shared
    lead, follow = (mine, now) if moved else (now, mine)
    order = list(lead)
    previous = None
    for key in follow:
        if key not in lead:
            order.insert(order.index(previous) + 1 if previous in order else 0, key)
        previous = key
    return order
