"""Facts that nobody reads in the database: sealed with keys that can be exchanged one by one."""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.settings import Settings

KEY_BYTES = 32
PURPOSE = b"asiatravelplan facts at rest"
"""Binds the keys to this use: the same secret used elsewhere gives other keys."""


class SealBrokenError(Exception):
    """None of the keys opens this: a key is missing, or somebody changed it."""


class Sealer:
    """Seals with the first key and opens with any, so that a new key can go before the old.

    Args:
        keys: secrets of 32 characters or more, the one in use first.
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def seal(self, facts: Mapping[str, str]) -> bytes:
        """The facts as the database keeps them; never twice the same bytes."""
        return self._fernet.encrypt(json.dumps(dict(facts), sort_keys=True).encode())

    def open(self, sealed: bytes) -> dict[str, str]:
        """The facts again.

        Raises:
            SealBrokenError: no key opens it.
        """
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise SealBrokenError("Sealed with a key that is not in ATP_DATA_KEYS.") from error
        return opened

    def renew(self, sealed: bytes) -> bytes:
        """The same facts, sealed with the key in use.

        Raises:
            SealBrokenError: no key opens it.
        """
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken as error:
            raise SealBrokenError("Sealed with a key that is not in ATP_DATA_KEYS.") from error


def sealer_of(settings: Settings) -> Sealer:
    """The sealer of a process."""
    return Sealer(settings.data_key_list)


def _derived(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derived.derive(secret.encode()))
