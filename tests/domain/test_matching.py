"""Who may be one person: rules by cases, and what holds for any two people."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.matching import (
    SHOWN_FROM,
    Match,
    MatchKind,
    MatchReason,
    Passport,
    Person,
    certainty,
    compared_passport,
    match,
    name_key,
    name_words,
)

PHONE = "+4915123456789"
PASSPORT = Passport("FR", "12AB34567")
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
PEOPLE = st.builds(
    Person,
    name=NAMES,
    emails=st.frozensets(WORDS.map(lambda word: f"{word}@x.example"), max_size=2),
    phones=st.frozensets(st.sampled_from([PHONE, "+84901234567"]), max_size=2),
    passports=st.frozensets(st.sampled_from([PASSPORT, Passport("DE", "C01X0006H")]), max_size=2),
    household_id=st.sampled_from([None, "household_1", "household_2"]),
    companions=st.frozensets(NAMES, max_size=2),
)
REASONS = st.lists(st.sampled_from(MatchReason), unique=True)


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ("Amélie Laurent", "amelie  LAURENT", [MatchReason.SAME_NAME]),
        ("Nguyễn Văn Điện", "Dien Van Nguyen", [MatchReason.SAME_NAME]),
        ("Mrs Anna Sommer", "Anna Sommer", [MatchReason.SAME_NAME]),
        ("Anna Maria Sommer", "Anna Sommer", [MatchReason.SIMILAR_NAME]),
        ("Anna Sommer", "Anna Somer", [MatchReason.SIMILAR_NAME]),
    ],
)
def test_names_are_one_whatever_their_accents_order_and_slips(
    one: str, other: str, reasons: list[MatchReason]
) -> None:
    found = match(Person(name=one), Person(name=other))
    assert found == Match(MatchKind.SAME_PERSON, certainty(reasons), tuple(reasons))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Sommer", "Otto Sommer"),
        ("Anna", "Anna"),
        ("Anna Sommer", "Anna"),
        ("Max Maier", "Mix Maier"),
        ("Anna Sommer", "Anne Somer"),
        ("", ""),
    ],
)
def test_a_part_of_a_name_or_a_short_word_is_nobody(one: str, other: str) -> None:
    assert match(Person(name=one), Person(name=other)) is None


def test_one_phone_and_two_names_are_a_household_and_never_one_person() -> None:
    anna = Person(
        name="Anna Sommer", emails=frozenset({"anna@x.example"}), phones=frozenset({PHONE})
    )
    otto = Person(
        name="Otto Sommer", emails=frozenset({"otto@x.example"}), phones=frozenset({PHONE})
    )
    found = match(anna, otto)
    assert found is not None
    assert (found.kind, found.reasons) == (MatchKind.SAME_HOUSEHOLD, (MatchReason.SAME_PHONE,))


def test_a_family_that_is_known_to_live_together_is_not_suggested_again() -> None:
    one = Person(name="Anna Sommer", phones=frozenset({PHONE}), household_id="household_1")
    other = Person(name="Otto Sommer", phones=frozenset({PHONE}), household_id="household_1")
    assert match(one, other) is None


def test_a_passport_counts_more_than_names() -> None:
    maiden = Person(name="Amélie Laurent", passports=frozenset({PASSPORT}))
    married = Person(name="Amélie Dubois", passports=frozenset({PASSPORT}))
    found = match(maiden, married)
    assert found is not None
    assert (found.kind, found.score) == (MatchKind.SAME_PERSON, 95)


def test_a_passport_of_another_country_is_another_passport() -> None:
    other = Passport("DE", PASSPORT.number)
    one = Person(name="Ada", passports=frozenset({PASSPORT}))
    assert match(one, Person(name="Ida", passports=frozenset({other}))) is None


def test_a_name_of_many_says_little() -> None:
    one, other = Person(name="Nguyen Van An"), Person(name="Nguyễn Văn An")
    assert match(one, other, namesakes=3) is not None
    assert match(one, other, namesakes=4) is None
    with_phone = Person(name="Nguyen Van An", phones=frozenset({PHONE}))
    found = match(with_phone, with_phone, namesakes=4)
    assert found is not None
    assert found.reasons == (MatchReason.SAME_PHONE, MatchReason.COMMON_NAME)


def test_who_is_named_as_company_travels_together() -> None:
    anna = Person(name="Anna Sommer", companions=frozenset({"Hugo Winter"}))
    found = match(anna, Person(name="Hugo  WINTER"))
    assert found is not None
    assert (found.kind, found.reasons) == (
        MatchKind.SAME_HOUSEHOLD,
        (MatchReason.TRAVEL_TOGETHER,),
    )


def test_an_address_alone_or_a_household_alone_is_nobody() -> None:
    one = Person(name="Anna", emails=frozenset({"sommer@a.example"}), household_id="household_1")
    other = Person(name="Otto", emails=frozenset({"sommer@b.example"}), household_id="household_1")
    assert match(one, other) is None


@given(one=PEOPLE, other=PEOPLE, namesakes=st.integers(0, 9))
def test_it_makes_no_difference_who_comes_first(one: Person, other: Person, namesakes: int) -> None:
    assert match(one, other, namesakes=namesakes) == match(other, one, namesakes=namesakes)


@given(one=PEOPLE, other=PEOPLE)
def test_whatever_is_suggested_has_reasons_and_a_score_that_follows_from_them(
    one: Person, other: Person
) -> None:
    found = match(one, other)
    if found is not None:
        assert found.reasons
        assert SHOWN_FROM <= found.score == certainty(found.reasons) < 100


@given(one=PEOPLE, other=PEOPLE)
def test_nobody_is_one_person_by_a_phone_alone(one: Person, other: Person) -> None:
    found = match(one, other)
    if found is not None and found.kind is MatchKind.SAME_PERSON:
        assert set(found.reasons) & {
            MatchReason.SAME_PASSPORT,
            MatchReason.SAME_NAME,
            MatchReason.SIMILAR_NAME,
        }


@given(one=PEOPLE, other=PEOPLE)
def test_other_addresses_and_other_names_are_never_one_person(one: Person, other: Person) -> None:
    """Whatever else they share, phone, household or company: only a passport says more."""
    unlike = replace(other, name="Qx Zz", emails=frozenset({"qx.zz@elsewhere.example"}))
    found = match(replace(one, passports=frozenset()), unlike)
    assert found is None or found.kind is MatchKind.SAME_HOUSEHOLD


@given(reasons=REASONS, more=st.sampled_from(MatchReason))
def test_another_reason_never_makes_less_sure(
    reasons: list[MatchReason], more: MatchReason
) -> None:
    assert certainty([*reasons, more]) >= certainty(reasons)


@given(words=st.lists(WORDS, min_size=1, max_size=5), data=st.data())
def test_the_order_and_case_of_a_names_words_make_no_difference(
    words: list[str], data: st.DataObject
) -> None:
    turned = " ".join(data.draw(st.permutations(words))).upper()
    assert name_words(turned) == name_words(" ".join(words))
    assert name_key(turned).split() == list(name_words(turned))


@given(st.text(max_size=40))
def test_any_text_is_read_as_a_name_and_as_a_number_without_harm(text: str) -> None:
    assert name_words(name_key(text)) == name_words(text)
    assert compared_passport(compared_passport(text)) == compared_passport(text)
