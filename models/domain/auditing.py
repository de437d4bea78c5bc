"""What of the staff's doings is kept, and how its chain of hashes is made and checked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

GENESIS = "0" * 64
"""What the first event of a chain follows."""
NOTHING = b"-"


class AuditAction(StrEnum):
    """What somebody did."""

    BOOKING_CREATED = "BOOKING_CREATED"
    """An enquiry was taken down by hand."""
    BOOKING_ASSIGNED = "BOOKING_ASSIGNED"
    STAGE_CHANGED = "STAGE_CHANGED"
    NOTES_WRITTEN = "NOTES_WRITTEN"
    TIMELINE_LINE_ADDED = "TIMELINE_LINE_ADDED"
    BOOKING_CANCELLED = "BOOKING_CANCELLED"
    QUOTE_DRAFTED = "QUOTE_DRAFTED"
    QUOTE_REWRITTEN = "QUOTE_REWRITTEN"
    QUOTE_SENT = "QUOTE_SENT"
    APPROVAL_ASKED = "APPROVAL_ASKED"
    APPROVAL_DECIDED = "APPROVAL_DECIDED"
    TEMPLATE_SAVED = "TEMPLATE_SAVED"
    """A trip was kept for further quotes."""
    TEMPLATE_CHANGED = "TEMPLATE_CHANGED"
    PORTRAIT_CHANGED = "PORTRAIT_CHANGED"
    """What customers see of a member of staff."""
    TEXT_BLOCK_KEPT = "TEXT_BLOCK_KEPT"
    """A text that quotes can have."""
    TEXT_BLOCK_CHANGED = "TEXT_BLOCK_CHANGED"
    INVOICE_CREATED = "INVOICE_CREATED"
    INVOICE_CHANGED = "INVOICE_CHANGED"
    SUPPLIER_REPLACED = "SUPPLIER_REPLACED"
    PREPARATION_CLOSED = "PREPARATION_CLOSED"
    DETAILS_CHANGED = "DETAILS_CHANGED"
    NOTE_ADDED = "NOTE_ADDED"
    CONTACT_LOGGED = "CONTACT_LOGGED"
    FILE_ADDED = "FILE_ADDED"
    FILE_DELETED = "FILE_DELETED"
    TASK_CREATED = "TASK_CREATED"
    TASK_CHANGED = "TASK_CHANGED"
    TASK_DONE = "TASK_DONE"
    TASK_REOPENED = "TASK_REOPENED"
    """What was done by mistake is to be done again."""
    MESSAGE_FILED = "MESSAGE_FILED"
    MESSAGE_DISMISSED = "MESSAGE_DISMISSED"
    MESSAGE_RETURNED = "MESSAGE_RETURNED"
    """A message went back to be sorted."""
    STAFF_CREATED = "STAFF_CREATED"
    LEAVE_ENTERED = "LEAVE_ENTERED"
    LEAVE_TAKEN_BACK = "LEAVE_TAKEN_BACK"
    SHIFTS_CHANGED = "SHIFTS_CHANGED"
    POLICY_DRAFTED = "POLICY_DRAFTED"
    POLICY_CHANGED = "POLICY_CHANGED"
    PRICING_RULES_CHANGED = "PRICING_RULES_CHANGED"
    """A rule was added, changed, moved, retired or put back."""
    EXCHANGE_RATE_SET = "EXCHANGE_RATE_SET"
    """A rate was set by hand."""
    EXCHANGE_TASK_DONE = "EXCHANGE_TASK_DONE"
    """Somebody looked at what the fetching of rates asked for."""
    CUSTOMER_CHANGED = "CUSTOMER_CHANGED"
    CUSTOMERS_MERGED = "CUSTOMERS_MERGED"
    MERGE_UNDONE = "MERGE_UNDONE"
    SUGGESTION_DISMISSED = "SUGGESTION_DISMISSED"
    """Two customers who looked alike are not the same."""
    PASSPORTS_READ = "PASSPORTS_READ"
    TOUR_CREATED = "TOUR_CREATED"
    TOUR_CHANGED = "TOUR_CHANGED"
    PHOTO_ADDED = "PHOTO_ADDED"
    PHOTO_ARCHIVED = "PHOTO_ARCHIVED"
    PARTNER_CREATED = "PARTNER_CREATED"
    PARTNER_CHANGED = "PARTNER_CHANGED"
    BANK_DATA_READ = "BANK_DATA_READ"
    BANK_DATA_CHANGED = "BANK_DATA_CHANGED"
    CONTRACT_AGREED = "CONTRACT_AGREED"
    """A version of a contract with a partner."""
    RATES_AGREED = "RATES_AGREED"
    """A version of a rate card."""
    RATES_CHECKED = "RATES_CHECKED"
    """A file of rates was held against a card; nothing was changed."""
    LOGIN_ENDED = "LOGIN_ENDED"
    """Somebody ended one of their sessions by hand, or all others."""
    DEVICE_JUDGED = "DEVICE_JUDGED"
    """Somebody said whether a new device is theirs."""
    DECISION = "DECISION"
    """Decided by a workflow, without a name of its own here."""
    DATA_EXPORTED = "DATA_EXPORTED"
    """Personal data were read in bulk."""


@dataclass(frozen=True)
class Asker:
    """Who asks for something, and by which request."""

    actor: str
    """The staff id, or the login of somebody who is no member of staff."""
    login: str
    roles: tuple[str, ...]
    request_id: str
    """The trace id of the request, as it stands in the log."""
    ip: str | None
    command_id: str | None = None


@dataclass(frozen=True)
class AuditFacts:
    """What the hash of an event covers beside its place in the chain."""

    id: str
    at: datetime
    asker: Asker
    action: str
    subject: str
    booking_id: str | None


def details_hash(salt: str, before: str | None, after: str | None) -> str:
    """The hash of what was there before and after, each as Postgres writes its JSON.

    It is salted and stands in the chain by itself: details can be erased one day, and what is left
    neither breaks the chain nor lets anybody guess what stood there.
    """
    return _hash([salt, before, after])


def chain_hash(position: int, previous: str, facts: AuditFacts, details: str) -> str:
    """The hash of an event at its place: of everything it says and of the hash before it."""
    asker = facts.asker
    at = f"{facts.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
    return _hash(
        [
            str(position),
            previous,
            facts.id,
            at,
            asker.actor,
            asker.login,
            ",".join(asker.roles),
            facts.action,
            facts.subject,
            facts.booking_id,
            asker.request_id,
            asker.ip,
            asker.command_id,
            details,
        ]
    )


def _hash(fields: Sequence[str | None]) -> str:
    """SHA-256 over texts, each with its length before it, so that no two lists look the same."""
    digest = hashlib.sha256()
    for field in fields:
        if field is None:
            digest.update(NOTHING)
        else:
            text = field.encode()
            digest.update(b"%d:%s" % (len(text), text))
    return digest.hexdigest()
