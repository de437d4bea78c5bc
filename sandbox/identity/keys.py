"""The provider's signing keys: one in use, the ones before it published for a while."""

import json
import time
from typing import Any

from joserfc.jwk import KeySet, RSAKey

from sandbox.identity.memory import IdentityMemory

ALGORITHM = "RS256"
BITS = 2048
ROTATE_AFTER_SECONDS = 24 * 3600.0
PUBLISHED_AFTER_RETIRING_SECONDS = 3600.0


class SigningKeys:
    """Keeps private keys in the memory; a new one every day, or when it is asked for."""

    def __init__(self, memory: IdentityMemory) -> None:
        self._connection = memory.connection

    def current(self) -> RSAKey:
        """The key to sign with."""
        row = self._connection.execute(
            "SELECT jwk FROM keys WHERE retired_at IS NULL AND created_at > ?"
            " ORDER BY created_at DESC",
            (time.time() - ROTATE_AFTER_SECONDS,),
        ).fetchone()
        return RSAKey.import_key(json.loads(row[0])) if row else self.rotate()

    def rotate(self) -> RSAKey:
        """Retires the keys in use and makes a new one."""
        key = RSAKey.generate_key(
            BITS, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True
        )
        now = time.time()
        self._connection.execute("UPDATE keys SET retired_at = ? WHERE retired_at IS NULL", (now,))
        self._connection.execute(
            "INSERT INTO keys VALUES (?, ?, ?, NULL)",
            (key.kid, json.dumps(key.as_dict(private=True)), now),
        )
        return key

    def forget_retired(self) -> None:
        """Publishes the key in use alone."""
        self._connection.execute("DELETE FROM keys WHERE retired_at IS NOT NULL")

    def published(self) -> KeySet:
        """The key in use and those retired a short while ago."""
        self.current()
        rows = self._connection.execute(
            "SELECT jwk FROM keys WHERE retired_at IS NULL OR retired_at > ?",
            (time.time() - PUBLISHED_AFTER_RETIRING_SECONDS,),
        ).fetchall()
        return KeySet([RSAKey.import_key(json.loads(row[0])) for row in rows])

    def document(self) -> dict[str, Any]:
        """The public keys, as `jwks_uri` answers."""
        return dict(self.published().as_dict(private=False))
