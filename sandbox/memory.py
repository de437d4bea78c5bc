"""What the stand-ins remember across restarts: one SQLite file, written before any reply."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    tag TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    request TEXT NOT NULL,
    sent_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS recipients (
    seq INTEGER NOT NULL REFERENCES messages,
    address TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    changed_at REAL NOT NULL,
    PRIMARY KEY (seq, address)
);
CREATE INDEX IF NOT EXISTS recipients_by_address ON recipients (address, seq);
CREATE TABLE IF NOT EXISTS metadata (
    seq INTEGER NOT NULL REFERENCES messages,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (seq, name)
);
CREATE INDEX IF NOT EXISTS metadata_by_value ON metadata (name, value, seq);
CREATE TABLE IF NOT EXISTS attachments (
    seq INTEGER NOT NULL REFERENCES messages,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content_id TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (seq, position)
);
CREATE TABLE IF NOT EXISTS steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL REFERENCES messages,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at REAL NOT NULL,
    done_at REAL
);
CREATE INDEX IF NOT EXISTS steps_due ON steps (due_at) WHERE done_at IS NULL;
CREATE INDEX IF NOT EXISTS steps_of_message ON steps (seq, done_at);
CREATE TABLE IF NOT EXISTS callbacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL REFERENCES messages,
    carrier TEXT NOT NULL,
    url TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    answer TEXT NOT NULL DEFAULT '',
    delivered_at REAL
);
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (due_at) WHERE delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS callbacks_of_message ON callbacks (seq, id);
CREATE TABLE IF NOT EXISTS suppressions (address TEXT PRIMARY KEY, since REAL NOT NULL);
CREATE TABLE IF NOT EXISTS challenge_tokens (
    token TEXT PRIMARY KEY,
    idempotency_key TEXT NOT NULL,
    spent_at REAL NOT NULL
);
"""

Value = str | int | float | bytes | None


class Memory:
    """A SQLite file that survives a killed process; used from the event loop's thread alone.

    Args:
        path: The file; its folder is made when it is missing.
        schema: The statements that make its tables, harmless when they exist.
    """

    def __init__(self, path: Path, schema: str = SCHEMA) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(schema)

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """Every row that a statement returns."""
        return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Value] = ()) -> sqlite3.Row | None:
        """The first row that a statement returns, if any."""
        row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return row

    def change(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Carries out one change and returns the id of the row that it made, if it made one."""
        return self._connection.execute(statement, values).lastrowid or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes the changes inside the block one: all of them stay, or none."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()
