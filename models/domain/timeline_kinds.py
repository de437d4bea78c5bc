"""What the lines of a timeline are about: by the type of a line, else by who caused it."""

from enum import StrEnum


class TimelineKind(StrEnum):
    """What one can ask a timeline for."""

    FACTS = "facts"
    """What came from outside: the website, the customer, suppliers, guides, the bank."""
    DECISIONS = "decisions"
    """What people decided by hand."""
    MESSAGES = "messages"
    """Messages that went out or came in, with what became of them."""
    TASKS = "tasks"
    NOTES = "notes"
    CONTACTS = "contacts"
    FILES = "files"
    STEPS = "steps"
    """What the workflow did by itself."""


PREFIXES: dict[TimelineKind, tuple[str, ...]] = {
    TimelineKind.MESSAGES: ("MESSAGE_",),
    TimelineKind.TASKS: ("TASK_",),
    TimelineKind.NOTES: ("NOTE_", "COMMENT"),
    TimelineKind.CONTACTS: ("CONTACT_", "CALL", "EMAIL", "MEETING"),
    TimelineKind.FILES: ("FILE_",),
}
"""How the types of a kind begin; lines of other types go by who caused them."""
OUTSIDERS = ("website", "customer", "supplier", "guide", "stripe", "twilio", "postmark")
"""Actors who are neither staff nor the system."""
SYSTEM = "system"


def kind_of(type_: str, actor: str) -> TimelineKind:
    """The kind of a line."""
    for kind, prefixes in PREFIXES.items():
        if type_.startswith(prefixes):
            return kind
    if actor == SYSTEM:
        return TimelineKind.STEPS
    return TimelineKind.FACTS if actor in OUTSIDERS else TimelineKind.DECISIONS
