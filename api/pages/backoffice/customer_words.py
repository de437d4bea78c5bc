"""How facts of customers read on a page: their names, values, and what was changed of them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from babel import Locale

from api.pages.formats import day, words
from api.pages.reader import reader
from api.pages.translation import N_, gettext
from models.domain.countries import COUNTRIES
from models.domain.merging import Differing, Filled
from models.store.customer_changes import ChangeRow

FIELDS: Final = {
    "name": N_("Name"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "language": N_("Language"),
    "country": N_("Country"),
    "preferred_channel": N_("Preferred channel"),
    "diet": N_("Diet"),
    "rooms": N_("Rooms"),
    "interests": N_("Interests"),
    "tags": N_("Tags"),
    "household_id": N_("Household"),
    "first_attribution": N_("First touch"),
    "last_attribution": N_("Last touch"),
    "EMAIL": N_("E-mail"),
    "PHONE": N_("Phone"),
    "relation": N_("Relation"),
    "born_on": N_("Born on"),
    "holder": N_("Name in the passport"),
    "number": N_("Number"),
    "expires_on": N_("Valid until"),
    "channel": N_("Channel"),
    "purpose": N_("Purpose"),
    "source": N_("Where they said it"),
    "policy_version": N_("Policy version"),
    "record": N_("Other record"),
}
"""What changes may name; other members are ids, which nobody reads."""
MOVING: Final = {
    "bookings": N_("Bookings"),
    "consents": N_("Consents"),
    "contacts": N_("Further contacts"),
    "companions": N_("Travel companions"),
    "passports": N_("Passports"),
}
DATES: Final = frozenset({"born_on", "expires_on"})
SPELLED: Final = frozenset({"preferred_channel", "channel", "purpose"})
CONTACTS: Final = frozenset({"email", "phone"})
"""Of a merge: as typed, and as they are compared."""
TOGETHER: Final = frozenset({"household_id"})
AFTER_D: Final = "d\uffff"


@dataclass(frozen=True)
class Told:
    """A fact by its name, as it was and as it is; empty for nothing."""

    name: str
    before: str
    after: str


def country_name(code: str | None) -> str:
    """A country in the reader's language; the code for one that is not known."""
    named = Locale.parse(reader().language).territories
    return str(named.get(code, code)) if code else ""


def countries(first: str) -> list[tuple[str, str]]:
    """Every country by its name in the reader's language, after an empty choice."""
    named = ((code, country_name(code)) for code in COUNTRIES)
    return [("", first), *sorted(named, key=lambda pair: _in_alphabet(pair[1]))]


def _in_alphabet(name: str) -> str:
    """Where a name stands: accents aside, and the letter đ after every d."""
    apart = unicodedata.normalize("NFD", name.casefold()).replace("đ", AFTER_D)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def readable(name: str, value: Any) -> str:
    """A value as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, Mapping):
        return " · ".join(str(one) for one in value.values() if one)
    if isinstance(value, list):
        return str(value[0] or value[1]) if name in CONTACTS else ", ".join(map(str, value))
    return _spoken(name, str(value))


def _spoken(name: str, value: str) -> str:
    if name in TOGETHER:
        return gettext("a household")
    if name == "country":
        return country_name(value)
    if name in DATES:
        return day(date.fromisoformat(value))
    return words(value) if name in SPELLED else value


def told(row: ChangeRow) -> list[Told]:
    """What a change says, fact by fact."""
    change = row.change
    names = [name for name in FIELDS if name in change.before or name in change.after]
    return [
        Told(
            gettext(FIELDS[name]),
            readable(name, change.before.get(name)),
            readable(name, change.after.get(name)),
        )
        for name in names
    ]


def filled_in(facts: tuple[Filled, ...]) -> list[Told]:
    """What a merge changes of the customer who stays."""
    return [
        Told(
            gettext(FIELDS[one.name]), readable(one.name, one.before), readable(one.name, one.after)
        )
        for one in facts
    ]


def left_out(facts: tuple[Differing, ...]) -> list[Told]:
    """What stays, and what the other record says instead."""
    return [
        Told(gettext(FIELDS[one.name]), readable(one.name, one.kept), readable(one.name, one.other))
        for one in facts
    ]
