"""The words for what is known of customers: contacts, channels, consents, changes."""

from enum import StrEnum
from typing import Final

SHOWN_OF_PASSPORT: Final = 3


class FurtherContactKind(StrEnum):
    """What a further contact is."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"


class PreferredChannel(StrEnum):
    """By which way a customer likes to hear from us."""

    EMAIL = "EMAIL"
    WHATSAPP = "WHATSAPP"
    SMS = "SMS"
    PHONE = "PHONE"


class ConsentChannel(StrEnum):
    """By which way a customer allows us to write, as the website's forms name it."""

    EMAIL = "email"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    PHONE = "phone"


class ConsentPurpose(StrEnum):
    """What for."""

    MARKETING = "marketing"
    TRIP_UPDATES = "trip_updates"
    REVIEWS = "reviews"


class ChangeKind(StrEnum):
    """What was changed of a customer."""

    EDITED = "EDITED"
    CONTACT_ADDED = "CONTACT_ADDED"
    CONTACT_REMOVED = "CONTACT_REMOVED"
    COMPANION_ADDED = "COMPANION_ADDED"
    COMPANION_REMOVED = "COMPANION_REMOVED"
    PASSPORT_ADDED = "PASSPORT_ADDED"
    PASSPORT_ENDED = "PASSPORT_ENDED"
    HOUSEHOLD_JOINED = "HOUSEHOLD_JOINED"
    HOUSEHOLD_LEFT = "HOUSEHOLD_LEFT"
    CONSENT_GIVEN = "CONSENT_GIVEN"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    MERGED = "MERGED"
    MERGE_UNDONE = "MERGE_UNDONE"


PASSPORT_CHANGES: Final = frozenset({ChangeKind.PASSPORT_ADDED, ChangeKind.PASSPORT_ENDED})
"""What they tell is for those alone who may read passports."""


def masked(number: str) -> str:
    """A passport's number for those who need not read it: its last three signs."""
    return f"…{number[-SHOWN_OF_PASSPORT:]}" if len(number) > 2 * SHOWN_OF_PASSPORT else "…"
