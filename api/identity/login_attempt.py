"""What a browser keeps between the click on "log in" and its return from the provider."""

import hashlib
import hmac
import secrets
import time
from dataclasses import asdict, dataclass, fields

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from models.settings import Settings

PATIENCE_SECONDS = 600
COOKIE_PREFIX = "asiatravelplan_login_"
ALGORITHM = "HS256"


@dataclass(frozen=True)
class LoginAttempt:
    """The secrets of one login, and where it goes afterwards."""

    state: str
    nonce: str
    verifier: str
    return_to: str

    @classmethod
    def start(cls, return_to: str) -> "LoginAttempt":
        """A login with fresh secrets of 256 bits."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, return_to)

    def seal(self, settings: Settings) -> str:
        """The cookie's value: signed, good for ten minutes."""
        claims = {**asdict(self), "exp": int(time.time()) + PATIENCE_SECONDS}
        return jwt.encode({"alg": ALGORITHM}, claims, _key(settings))

    @classmethod
    def unseal(cls, cookie: str, state: str, settings: Settings) -> "LoginAttempt | None":
        """The login that this browser began with this state; None if it did not, or long ago."""
        try:
            claims = jwt.decode(cookie, _key(settings), algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
            attempt = cls(**{field.name: str(claims[field.name]) for field in fields(cls)})
        except (JoseError, ValueError, KeyError):
            return None
        return attempt if hmac.compare_digest(attempt.state.encode(), state.encode()) else None


def cookie_name(state: str) -> str:
    """One cookie for each login, so that two tabs do not disturb each other."""
    return COOKIE_PREFIX + hashlib.sha256(state.encode()).hexdigest()[:12]


def _key(settings: Settings) -> OctKey:
    secret = settings.link_secret.get_secret_value().encode()
    return OctKey.import_key(hmac.digest(secret, b"login attempts", hashlib.sha256))
