"""Which of the sent messages someone wants to see, as one SQL statement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sandbox.memory import Value

COLUMNS = """
m.seq, m.id, m.kind, m.sender, m.recipient, m.subject, m.tag, m.text, m.html, m.request, m.sent_at,
(SELECT json_group_object(name, value) FROM metadata WHERE seq = m.seq) AS metadata,
(SELECT json_group_array(json_object('address', address, 'role', role, 'state', state,
    'changed_at', changed_at)) FROM recipients WHERE seq = m.seq) AS recipients,
(SELECT json_group_array(json_object('name', name, 'content_type', content_type, 'content_id',
    content_id, 'size', length(content)))
    FROM (SELECT * FROM attachments WHERE seq = m.seq ORDER BY position)) AS attachments
"""
HAS_PENDING = (
    "EXISTS (SELECT 1 FROM recipients r WHERE r.seq = m.seq AND r.state IN ('accepted', 'queued'))"
)


@dataclass(frozen=True)
class Search:
    """Filters that all must hold; an empty one holds for every message.

    `recipient` and `sender` are whole addresses, `recipient_part` any part of one. Times are
    seconds since 1970, both ends included. `newer_than` and `older_than` are sequence numbers.
    """

    message_id: str = ""
    kinds: tuple[str, ...] = ()
    recipient: str = ""
    recipient_part: str = ""
    sender: str = ""
    tag: str = ""
    subject: str = ""
    stream: str = ""
    pending: bool | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    sent_from: float | None = None
    sent_until: float | None = None
    newer_than: int | None = None
    older_than: int | None = None
    limit: int = 50
    offset: int = 0

    def statement(self, columns: str) -> tuple[str, list[Value]]:
        """The statement that finds the messages, newest first, and its values."""
        where, values = self._where()
        statement = (
            f"SELECT {columns} FROM messages m WHERE {where}"  # noqa: S608 - only constants of this file
            " ORDER BY m.seq DESC LIMIT ? OFFSET ?"
        )
        return statement, [*values, self.limit, self.offset]

    def counting(self) -> tuple[str, list[Value]]:
        """The statement that counts the messages, and its values."""
        where, values = self._where()
        return f"SELECT count(*) FROM messages m WHERE {where}", values  # noqa: S608 - likewise

    def _where(self) -> tuple[str, list[Value]]:
        conditions = ["TRUE"]
        values: list[Value] = []
        for condition, given in (*self._exact(), *self._by_address(), *self._by_time()):
            conditions.append(condition)
            values.extend(given)
        return " AND ".join(conditions), values

    def _exact(self) -> Iterator[tuple[str, list[Value]]]:
        if self.message_id:
            yield "m.id = ?", [self.message_id]
        if self.kinds:
            yield f"m.kind IN ({', '.join('?' * len(self.kinds))})", list(self.kinds)
        if self.tag:
            yield "m.tag = ?", [self.tag]
        if self.subject:
            yield "instr(lower(m.subject), lower(?)) > 0", [self.subject]
        if self.stream:
            yield "json_extract(m.request, '$.MessageStream') = ?", [self.stream]
        if self.pending is not None:
            yield (HAS_PENDING if self.pending else f"NOT {HAS_PENDING}"), []
        for name, value in self.metadata.items():
            yield (
                "m.seq IN (SELECT seq FROM metadata WHERE name = ? AND value = ?)",
                [name, value],
            )

    def _by_address(self) -> Iterator[tuple[str, list[Value]]]:
        if self.recipient:
            yield (
                "m.seq IN (SELECT seq FROM recipients WHERE address = ?)",
                [plain_address(self.recipient)],
            )
        if self.recipient_part:
            yield (
                "m.seq IN (SELECT seq FROM recipients WHERE instr(address, ?) > 0)",
                [plain_address(self.recipient_part)],
            )
        if self.sender:
            address = self.sender.strip().lower()
            yield (
                "(lower(m.sender) = ? OR instr(lower(m.sender), '<' || ? || '>') > 0)",
                [address, address],
            )

    def _by_time(self) -> Iterator[tuple[str, list[Value]]]:
        if self.sent_from is not None:
            yield "m.sent_at >= ?", [self.sent_from]
        if self.sent_until is not None:
            yield "m.sent_at <= ?", [self.sent_until]
        if self.newer_than is not None:
            yield "m.seq > ?", [self.newer_than]
        if self.older_than is not None:
            yield "m.seq < ?", [self.older_than]


def plain_address(address: str) -> str:
    """An address in the form in which it is stored: lower case, without a channel's prefix."""
    return address.strip().lower().removeprefix("whatsapp:")


def typed_address(value: str) -> str:
    """An address from a query string, in which a `+` that was not encoded became a blank."""
    plain = value.strip().replace("whatsapp: ", "whatsapp:+")
    return f"+{plain}" if value.startswith(" ") and plain.isdigit() else plain
