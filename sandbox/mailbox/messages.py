"""The mails and phone messages that were sent: kept, found and read back."""

import json
import re
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.mailbox.search import COLUMNS, Search
from sandbox.memory import Memory

LINK = re.compile(r"https?://[^\s<>\"')\]]+")
LINK_TAIL = ".,;:!?"


class Kind(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"


@dataclass(frozen=True)
class Recipient:
    """One address of a message, and how far the message came on its way there."""

    address: str
    role: str = "to"
    state: str = "accepted"
    changed_at: float = 0.0


@dataclass(frozen=True)
class Attachment:
    """A file of a mail; `content` is empty where only its facts were asked for."""

    name: str
    content_type: str
    size: int
    content_id: str = ""
    content: bytes = b""


@dataclass(frozen=True)
class Step:
    """What will become of a message for one address, `delay` seconds after it was sent."""

    address: str
    state: str
    delay: float


@dataclass(frozen=True)
class Message:
    """A mail or a phone message as its sender gave it; `sent_at` in seconds since 1970."""

    id: str
    kind: Kind
    sender: str
    recipient: str
    text: str
    recipients: tuple[Recipient, ...]
    subject: str = ""
    tag: str = ""
    html: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    request: dict[str, object] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    sent_at: float = field(default_factory=time.time)
    seq: int = 0

    @property
    def state(self) -> str:
        """The state of the address that came least far: one bounce makes a mail bounced."""
        states = {recipient.state for recipient in self.recipients}
        for worst in ("bounced", "undelivered", "failed", "accepted", "queued", "sent"):
            if worst in states:
                return worst
        return "delivered"

    @property
    def links(self) -> list[str]:
        """Every web address in the message, each once, in order."""
        found = LINK.findall(self.text) + LINK.findall(self.html.replace("&amp;", "&"))
        return list(dict.fromkeys(link.rstrip(LINK_TAIL) for link in found))


class Messages:
    """The store of messages that all stand-ins share."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def keep(self, message: Message, steps: list[Step]) -> None:
        """Stores a message with what will become of it, before its sender gets an answer."""
        with self.memory.transaction():
            seq = self._keep_message(message)
            for recipient in message.recipients:
                self.memory.change(
                    "INSERT OR IGNORE INTO recipients VALUES (?, ?, ?, ?, ?)",
                    (seq, recipient.address, recipient.role, recipient.state, message.sent_at),
                )
            for name, value in message.metadata.items():
                self.memory.change("INSERT INTO metadata VALUES (?, ?, ?)", (seq, name, value))
            self._keep_attachments(seq, message.attachments)
            for step in steps:
                self.memory.change(
                    "INSERT INTO steps (seq, address, state, due_at) VALUES (?, ?, ?, ?)",
                    (seq, step.address, step.state, message.sent_at + step.delay),
                )

    def queue(self, seq: int, kind: Kind, url: str, payload: Mapping[str, object]) -> None:
        """Lets the courier send a webhook in the way of a kind, beside the message `seq` if any."""
        self.memory.change(
            "INSERT INTO callbacks (seq, carrier, url, payload, due_at) VALUES (?, ?, ?, ?, ?)",
            (seq, kind, url, json.dumps(dict(payload)), time.time()),
        )

    def get(self, message_id: str) -> Message | None:
        """The message with this id."""
        found = self.find(Search(message_id=message_id, limit=1))
        return found[0] if found else None

    def find(self, search: Search) -> list[Message]:
        """The messages that a search asks for, newest first."""
        statement, values = search.statement(COLUMNS)
        return [_message(row) for row in self.memory.rows(statement, values)]

    def count(self, search: Search) -> int:
        """How many messages a search would find without its limit and offset."""
        statement, values = search.counting()
        row = self.memory.row(statement, values)
        return int(row[0]) if row else 0

    def attachment(self, message: Message, position: int) -> Attachment | None:
        """A file of a mail with its bytes; positions count from 0."""
        row = self.memory.row(
            "SELECT name, content_type, length(content) AS size, content_id, content"
            " FROM attachments WHERE seq = ? AND position = ?",
            (message.seq, position),
        )
        return Attachment(**dict(row)) if row else None

    def history(self, message: Message) -> list[sqlite3.Row]:
        """What became of a message: rows of address, state and done_at, oldest first."""
        return self.memory.rows(
            "SELECT address, state, done_at FROM steps"
            " WHERE seq = ? AND done_at IS NOT NULL ORDER BY done_at, id",
            (message.seq,),
        )

    def callbacks(self, message: Message) -> list[sqlite3.Row]:
        """What the sender was told of a message: url, attempts, answer and delivered_at."""
        return self.memory.rows(
            "SELECT url, attempts, answer, delivered_at FROM callbacks WHERE seq = ? ORDER BY id",
            (message.seq,),
        )

    def _keep_message(self, message: Message) -> int:
        return self.memory.change(
            "INSERT INTO messages"
            " (id, kind, sender, recipient, subject, tag, text, html, request, sent_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message.id,
                message.kind,
                message.sender,
                message.recipient,
                message.subject,
                message.tag,
                message.text,
                message.html,
                json.dumps(message.request),
                message.sent_at,
            ),
        )

    def _keep_attachments(self, seq: int, attachments: tuple[Attachment, ...]) -> None:
        for position, file in enumerate(attachments):
            self.memory.change(
                "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?)",
                (seq, position, file.name, file.content_type, file.content_id, file.content),
            )


def _message(row: sqlite3.Row) -> Message:
    facts = dict(row)
    facts["kind"] = Kind(facts["kind"])
    facts["request"] = json.loads(facts["request"])
    facts["metadata"] = json.loads(facts["metadata"])
    facts["recipients"] = tuple(Recipient(**each) for each in json.loads(facts["recipients"]))
    facts["attachments"] = tuple(Attachment(**each) for each in json.loads(facts["attachments"]))
    return Message(**facts)
