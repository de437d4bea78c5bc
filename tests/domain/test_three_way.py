"""Two people changed the same thing: what fits together, and what somebody has to choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.three_way import Outcome, ThreeWay, changed_lines

TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=6).map("\n".join)


@pytest.mark.parametrize(
    ("opened", "now", "mine", "outcome", "merged"),
    [
        ("a", "a", "a", Outcome.SAME, "a"),
        ("a", "b", "b", Outcome.SAME, "b"),
        ("a", "a", "b", Outcome.MINE, "b"),
        ("a", "b", "a", Outcome.THEIRS, "b"),
        ("a", "b", "c", Outcome.CLASH, None),
        ("a\nb\nc", "x\nb\nc", "a\nb\ny", Outcome.MERGED, "x\nb\ny"),
        ("a\nb\nc", "a\nb\nc\nd", "x\nb\nc", Outcome.MERGED, "x\nb\nc\nd"),
        ("a\nb\nc", "a\nc", "a\nB\nc", Outcome.CLASH, None),
        ("a\nb\nc\nd", "a\nc\nd", "a\nb\nc\nd\ne", Outcome.MERGED, "a\nc\nd\ne"),
        ("", "theirs", "mine", Outcome.CLASH, None),
    ],
)
def test_what_becomes_of_two_changes(
    opened: str, now: str, mine: str, outcome: Outcome, merged: str | None
) -> None:
    field = ThreeWay(opened, now, mine)
    assert (field.outcome, field.merged) == (outcome, merged)


@given(TEXTS, TEXTS)
def test_one_persons_change_is_taken_as_it_is(opened: str, changed: str) -> None:
    for field in (ThreeWay(opened, changed, opened), ThreeWay(opened, opened, changed)):
        assert field.merged == changed


@given(TEXTS, TEXTS, TEXTS)
def test_it_does_not_matter_who_was_first(opened: str, one: str, other: str) -> None:
    assert ThreeWay(opened, one, other).merged == ThreeWay(opened, other, one).merged


@given(TEXTS, TEXTS)
def test_changed_lines_tell_both_texts(before: str, after: str) -> None:
    lines = changed_lines(before, after)
    assert [text for kind, text in lines if kind != "added"] == before.splitlines()
    assert [text for kind, text in lines if kind != "removed"] == after.splitlines()
