"""Issues and reads the provider's tokens, with claims as Keycloak writes them."""

import base64
import hashlib
import secrets
import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from models.settings import Settings
from sandbox.identity.demo_staff import BY_USERNAME, DemoStaff
from sandbox.identity.keys import ALGORITHM, SigningKeys
from sandbox.identity.memory import Grant

ID_TOKEN_SECONDS = 300
ACCESS_TOKEN_SECONDS = 3600


class Tokens:
    """Signs with the key in use, reads with every published one."""

    def __init__(self, settings: Settings, keys: SigningKeys) -> None:
        self._issuer = settings.oidc_issuer
        self._keys = keys

    def issue(self, grant: Grant) -> dict[str, Any]:
        """The token endpoint's answer to a good code."""
        person = BY_USERNAME[grant.session.username]
        access_token = self._sign("at+jwt", self._access_claims(person, grant), grant)
        claims = {
            "typ": "ID",
            "azp": grant.request.client_id,
            "auth_time": grant.session.auth_time,
            "sid": grant.session.sid,
            "at_hash": _half_hash(access_token),
            "exp": int(time.time()) + ID_TOKEN_SECONDS,
            **person_claims(person),
        }
        if grant.request.nonce:
            claims["nonce"] = grant.request.nonce
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_SECONDS,
            "id_token": self._sign("JWT", claims, grant),
            "scope": grant.request.scope,
        }

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of an access token of ours that is still good."""
        claims = self.read_expired(token)
        return claims if claims and claims["exp"] > time.time() else None

    def read_expired(self, token: str) -> dict[str, Any] | None:
        """The claims of any token of ours, also an old one (an `id_token_hint`)."""
        try:
            return jwt.decode(token, self._keys.published(), algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return None

    def _access_claims(self, person: DemoStaff, grant: Grant) -> dict[str, Any]:
        return {
            "typ": "Bearer",
            "azp": grant.request.client_id,
            "scope": grant.request.scope,
            "sid": grant.session.sid,
            "exp": int(time.time()) + ACCESS_TOKEN_SECONDS,
            **person_claims(person),
        }

    def _sign(self, kind: str, claims: dict[str, Any], grant: Grant) -> str:
        key = self._keys.current()
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
        registered = {
            "iss": self._issuer,
            "aud": [grant.request.client_id],
            "iat": int(time.time()),
            "jti": secrets.token_hex(16),
        }
        return jwt.encode(header, {**registered, **claims}, key, algorithms=[ALGORITHM])


def person_claims(person: DemoStaff) -> dict[str, Any]:
    """What the provider says of a person."""
    return {
        "sub": person.sub,
        "preferred_username": person.username,
        "name": person.name,
        "email": person.email,
        "email_verified": True,
        "realm_access": {"roles": list(person.roles)},
    }


def _half_hash(token: str) -> str:
    """`at_hash`: the left half of the access token's SHA-256."""
    half = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()
