"""Which codes are countries."""

import phonenumbers
import pytest

from models.domain.countries import COUNTRIES, ISO_3166_1, KOSOVO

ISLANDS_OF_SAINT_HELENA = frozenset({"AC", "TA"})
"""Telephones have them apart; ISO counts them to SH."""


def test_iso_assigns_249_codes_and_one_country_has_none() -> None:
    assert len(ISO_3166_1) == 249
    assert COUNTRIES.difference(ISO_3166_1) == {KOSOVO}


def test_every_country_with_a_telephone_is_one() -> None:
    assert phonenumbers.SUPPORTED_REGIONS - COUNTRIES == ISLANDS_OF_SAINT_HELENA


@pytest.mark.parametrize("code", ["ZZ", "XA", "XB", "EU", "EZ", "UN", "QO", "UK", "AC", "fr", ""])
def test_what_is_reserved_or_made_up_is_no_country(code: str) -> None:
    assert code not in COUNTRIES
