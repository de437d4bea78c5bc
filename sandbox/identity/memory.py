"""What the identity provider remembers across restarts: keys, logins under way, codes, sessions."""

import json
import secrets
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS keys (
    kid TEXT PRIMARY KEY, jwk TEXT NOT NULL, created_at REAL NOT NULL, retired_at REAL
);
CREATE TABLE IF NOT EXISTS secrets (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, facts TEXT NOT NULL, expires_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS secrets_by_expiry ON secrets (expires_at);
"""
LOGIN_SECONDS = 900.0
CODE_SECONDS = 60.0
SESSION_SECONDS = 8 * 3600.0


@dataclass(frozen=True)
class Request:
    """What a client asked the provider for."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str
    code_challenge: str


@dataclass(frozen=True)
class Session:
    """Somebody who is logged in at the provider."""

    sid: str
    username: str
    auth_time: int


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    request: Request
    session: Session


class IdentityMemory:
    """A SQLite file; used from the event loop's thread alone."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.executescript(SCHEMA)

    def keep_request(self, request: Request) -> str:
        """Remembers a login that is under way; its token goes into the form."""
        return self._keep("request", asdict(request), LOGIN_SECONDS)

    def find_request(self, token: str) -> Request | None:
        """The login that is under way, as often as the person tries."""
        facts = self._find("request", token)
        return Request(**facts) if facts else None

    def keep_code(self, grant: Grant) -> str:
        """A fresh code for a grant; good for a minute, once."""
        facts = {"request": asdict(grant.request), "session": asdict(grant.session)}
        return self._keep("code", facts, CODE_SECONDS)

    def take_code(self, code: str) -> Grant | None:
        """What the code stands for; the code is spent."""
        facts = self._find("code", code)
        self._forget("code", code)
        if not facts:
            return None
        return Grant(Request(**facts["request"]), Session(**facts["session"]))

    def keep_session(self, username: str) -> tuple[str, Session]:
        """Logs somebody in; the token goes into the provider's own cookie."""
        session = Session(secrets.token_hex(8), username, int(time.time()))
        return self._keep("session", asdict(session), SESSION_SECONDS), session

    def find_session(self, token: str) -> Session | None:
        """Who is logged in with this cookie."""
        facts = self._find("session", token)
        return Session(**facts) if facts else None

    def end_session(self, token: str) -> None:
        """Logs somebody out."""
        self._forget("session", token)

    def _keep(self, kind: str, facts: Mapping[str, object], seconds: float) -> str:
        token = secrets.token_urlsafe(32)
        now = time.time()
        self.connection.execute("DELETE FROM secrets WHERE expires_at < ?", (now,))
        self.connection.execute(
            "INSERT INTO secrets VALUES (?, ?, ?, ?)",
            (token, kind, json.dumps(facts), now + seconds),
        )
        return token

    def _find(self, kind: str, token: str) -> dict[str, Any] | None:
        row = self.connection.execute(
            "SELECT facts FROM secrets WHERE token = ? AND kind = ? AND expires_at > ?",
            (token, kind, time.time()),
        ).fetchone()
        facts: dict[str, Any] | None = json.loads(row[0]) if row else None
        return facts

    def _forget(self, kind: str, token: str) -> None:
        self.connection.execute("DELETE FROM secrets WHERE token = ? AND kind = ?", (token, kind))
