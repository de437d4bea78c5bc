"""How staff let a customer choose: sets of alternatives, and services in order of their times."""

from collections.abc import Sequence
from datetime import time

from models.domain.quote_draft import DraftLine

FEWEST_IN_A_SET = 2
REFUSED = {
    "both": "A line is optional or an alternative, not both.",
    "no_set": "Only one of several alternatives is marked as ours.",
    "alone": "This has no second alternative: give another line the same name.",
    "ours": "Mark exactly one of these alternatives as ours.",
}


def check_sets(lines: Sequence[DraftLine]) -> dict[str, str]:
    """What is wrong with how staff let the customer choose, by the field as `lines.0.chosen`."""
    wrong = {}
    sets: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if line.optional and line.alternative:
            wrong[f"lines.{number}.alternative"] = REFUSED["both"]
        elif line.chosen and not line.alternative:
            wrong[f"lines.{number}.chosen"] = REFUSED["no_set"]
        elif line.alternative:
            sets.setdefault(line.alternative, []).append(number)
    for members in sets.values():
        defaults = [number for number in members if lines[number].chosen]
        if len(members) < FEWEST_IN_A_SET:
            wrong[f"lines.{members[0]}.alternative"] = REFUSED["alone"]
        elif len(defaults) != 1:
            number = (defaults or members)[-1]
            wrong[f"lines.{number}.chosen"] = REFUSED["ours"]
    return wrong


def in_order_of_times(lines: Sequence[DraftLine]) -> tuple[DraftLine, ...]:
    """Lines whose services of a day that have a time stand in the order of their times.

    They take the places that services with a time of that day had; all others stay in theirs.
    """
    found = list(lines)
    for day in {line.day for line in lines}:
        places = [
            at for at, line in enumerate(lines) if line.day == day and line.starts_at is not None
        ]
        timed = sorted((lines[at] for at in places), key=lambda line: line.starts_at or time.min)
        for at, line in zip(places, timed, strict=True):
            found[at] = line
    return tuple(found)
