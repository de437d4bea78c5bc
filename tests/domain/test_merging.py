"""Merging keeps every fact, and taking it back restores what nobody touched since."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.domain.merging import LISTS, UNDO_WITHIN, can_undo, plan_merge, undo_facts

TEXTS = st.one_of(st.none(), st.sampled_from(["", "a", "b"]))
WORDS = st.lists(st.sampled_from("abcd"), unique=True)
FACTS = st.fixed_dictionaries(
    {"name": st.sampled_from(["Anna", "Otto"]), "diet": TEXTS, "country": TEXTS, "tags": WORDS}
)
THEIRS = st.frozensets(st.sampled_from(["diet", "country"]))
Facts = dict[str, Any]


def merged(kept: Facts, other: Facts, theirs: frozenset[str] = frozenset()) -> Facts:
    plan = plan_merge(kept, other, theirs)
    return kept | {one.name: one.after for one in plan.filled}


def test_gaps_are_filled_lists_add_up_and_the_rest_stays() -> None:
    kept = {"name": "Anna", "diet": "", "country": "DE", "tags": ["repeat"]}
    other = {"name": "A. Sommer", "diet": "vegan", "country": None, "tags": ["vip", "repeat"]}
    plan = plan_merge(kept, other)
    assert merged(kept, other) == {
        "name": "Anna",
        "diet": "vegan",
        "country": "DE",
        "tags": ["repeat", "vip"],
    }
    assert [(one.name, one.kept, one.other) for one in plan.differing] == [
        ("name", "Anna", "A. Sommer")
    ]


@given(kept=FACTS, other=FACTS, theirs=THEIRS)
def test_no_fact_of_either_is_lost(kept: Facts, other: Facts, theirs: frozenset[str]) -> None:
    plan, after = plan_merge(kept, other, theirs), merged(kept, other, theirs)
    differing = {one.name: one.other for one in plan.differing}
    traced = {one.name: one.before for one in plan.filled}
    for name, value in other.items():
        if name in LISTS:
            assert {*kept[name], *value} == set(after[name])
        elif value not in {None, ""}:
            assert value in {after[name], differing.get(name)}
    for name, value in kept.items():
        assert after[name] == value or traced[name] == value


@given(kept=FACTS, other=FACTS, theirs=THEIRS)
def test_taking_it_back_at_once_restores_everything(
    kept: Facts, other: Facts, theirs: frozenset[str]
) -> None:
    after = merged(kept, other, theirs)
    back = undo_facts(after, plan_merge(kept, other, theirs).filled)
    assert after | back == kept


@given(kept=FACTS, other=FACTS, edited=FACTS)
def test_what_was_edited_since_stays(kept: Facts, other: Facts, edited: Facts) -> None:
    filled = plan_merge(kept, other).filled
    back = undo_facts(edited, filled)
    after = {one.name: one.after for one in filled}
    for name in back.keys() - LISTS:
        assert edited[name] == after[name]
    for name in back.keys() & LISTS:
        assert set(edited[name]) & set(kept[name]) <= set(back[name])


@given(one=FACTS, other=FACTS)
def test_the_order_of_the_two_only_decides_which_values_win(one: Facts, other: Facts) -> None:
    there, back = merged(one, other), merged(other, one)
    for name in one:
        if name in LISTS:
            assert set(there[name]) == set(back[name])
        else:
            said = {value for value in (one[name], other[name]) if value not in {None, ""}}
            assert {there[name], back[name]} - {None, ""} == said
    differing = {
        found.name: {found.kept, found.other} for found in plan_merge(one, other).differing
    }
    turned = {found.name: {found.kept, found.other} for found in plan_merge(other, one).differing}
    assert differing == turned


def test_thirty_days_and_no_moment_longer() -> None:
    at = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert timedelta(days=30) == UNDO_WITHIN
    assert can_undo(at, at + timedelta(days=30) - timedelta(microseconds=1))
    assert not can_undo(at, at + timedelta(days=30))
