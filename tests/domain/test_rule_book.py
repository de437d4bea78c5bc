"""The book of pricing rules: their order, their versions, and what the pricing is given of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.errors import NotFoundError
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.rates import Span
from models.domain.rule_book import RuleBook, RuleTerms
from models.domain.stages import ServiceKind


def terms(name: str, percent: int = 25) -> RuleTerms:
    return RuleTerms(name, Markup(MarkupKind.MARKUP, Decimal(percent)))


def book(*names: str) -> RuleBook:
    made = RuleBook()
    for name in names:
        made = made.added(name, terms(name))
    return made


def order(found: RuleBook) -> str:
    return "".join(rule.name for rule in found.in_force())


def test_rules_are_asked_in_the_order_in_which_they_were_added() -> None:
    found = book("a", "b", "c")
    assert (found.version, order(found)) == (3, "abc")
    assert [rule.order for rule in found.in_force()] == [1, 2, 3]


def test_a_changed_rule_is_its_next_version_at_the_same_place() -> None:
    before = book("a", "b")
    after = before.changed("a", terms("z", 30))
    assert order(after) == "zb"
    assert [rule.id for rule in before.in_force()] == ["a.v1", "b.v1"]
    assert [rule.id for rule in after.in_force()] == ["a.v2", "b.v1"]
    assert after.in_force()[0].markup.percent == 30


@pytest.mark.parametrize(
    ("rule", "steps", "expected"),
    [
        ("c", -1, "acb"),
        ("c", -2, "cab"),
        ("c", -9, "cab"),
        ("a", 1, "bac"),
        ("a", 9, "bca"),
        ("b", 0, "abc"),
    ],
)
def test_a_rule_is_moved_among_the_others(rule: str, steps: int, expected: str) -> None:
    assert order(book("a", "b", "c").moved(rule, steps)) == expected


def test_a_retired_rule_is_not_asked_and_can_come_back() -> None:
    retired = book("a", "b", "c").switched("b", active=False)
    assert order(retired) == "ac"
    assert order(retired.moved("c", -1)) == "ca"
    assert retired.find("b").active is False
    assert order(retired.switched("b", active=True)) == "abc"


HOTELS = frozenset({ServiceKind.HOTEL})
BOTH = frozenset({ServiceKind.HOTEL, ServiceKind.CRUISE})
MAY = Span(date(2027, 5, 1), date(2027, 5, 31))
SUMMER = Span(date(2027, 4, 1), date(2027, 9, 30))


@pytest.mark.parametrize(
    ("earlier", "later", "covered"),
    [
        ({}, {}, True),
        ({}, {"kinds": HOTELS, "span": MAY}, True),
        ({"kinds": HOTELS}, {}, False),
        ({"kinds": BOTH}, {"kinds": HOTELS}, True),
        ({"kinds": HOTELS}, {"kinds": BOTH}, False),
        ({"span": SUMMER}, {"span": MAY}, True),
        ({"span": MAY}, {"span": SUMMER}, False),
        ({"span": MAY}, {}, False),
        ({"routes": frozenset({"Laos"})}, {"routes": frozenset({"Vietnam"})}, False),
        ({"segments": frozenset({"Agents"})}, {"partner_ids": frozenset({"p"})}, False),
    ],
)
def test_a_rule_that_an_earlier_one_leaves_nothing_is_named(
    earlier: dict[str, Any], later: dict[str, Any], covered: bool
) -> None:
    found = RuleBook()
    for name, conditions in (("a", earlier), ("b", later)):
        found = found.added(name, replace(terms(name), **conditions))
    assert set(found.never_asked()) == ({"b"} if covered else set())


def test_the_earliest_of_those_before_is_named_and_a_retired_one_hides_nothing() -> None:
    found = book("a", "b", "c")
    assert {rule: one.id for rule, one in found.never_asked().items()} == {"b": "a", "c": "a"}
    assert set(found.switched("a", active=False).never_asked()) == {"c"}


def test_an_unknown_rule_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        book("a").changed("x", terms("x"))
    with pytest.raises(NotFoundError):
        book("a").moved("x", 1)
    with pytest.raises(NotFoundError):
        book("a").switched("x", active=False)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["up", "down", "off", "on"])),
        max_size=20,
    )
)
def test_nothing_that_is_done_loses_or_doubles_a_rule(changes: list[tuple[str, str]]) -> None:
    found = book(*"abcd")
    for rule, change in changes:
        if change in {"up", "down"}:
            found = found.moved(rule, 1 if change == "down" else -1)
        else:
            found = found.switched(rule, active=change == "on")
    assert sorted(one.id for one in found.rules) == list("abcd")
    assert found.version == 4 + len(changes)
