"""The identity provider by OpenID Connect: found by discovery, Auth0 or Keycloak alike."""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from api.identity.claims import Claims, Identity, identity_of
from models.settings import Settings

ALGORITHMS = ("RS256", "PS256", "ES256")
CLOCK_SKEW_SECONDS = 60
METADATA_SECONDS = 3600.0
REREAD_SECONDS = 5.0
RETRY_SECONDS = 30.0
CALLBACK_PATH = "/auth/callback"
SCOPE = "openid profile email"


class ProviderUnavailableError(Exception):
    """The identity provider does not answer, or not as OpenID Connect says."""


class TokenRefusedError(Exception):
    """A token or code is not valid; the text says why and names nobody."""


class Metadata(BaseModel):
    """What discovery tells."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None


class Tokens(BaseModel):
    """What the provider gives for a code."""

    id_token: str
    access_token: str = ""


@dataclass
class _Found:
    metadata: Metadata
    keys: KeySet
    until: float


class IdentityProvider:
    """Speaks with the provider of `OIDC_ISSUER`; keeps its addresses and keys for an hour."""

    def __init__(self, settings: Settings, http: httpx2.AsyncClient) -> None:
        self._settings = settings
        self._http = http
        self._found: _Found | None = None
        self._lock = asyncio.Lock()
        self._may_reread_at = 0.0

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back to."""
        return self._settings.public_url.rstrip("/") + CALLBACK_PATH

    async def login_url(self, *, state: str, nonce: str, challenge: str) -> str:
        """Where the browser logs in.

        Raises:
            ProviderUnavailableError: discovery fails.
        """
        found = await self._discover()
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._settings.oidc_client_id,
                "redirect_uri": self.redirect_uri,
                "scope": SCOPE,
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )
        return f"{found.metadata.authorization_endpoint}?{query}"

    async def logout_url(self, id_token: str, return_to: str) -> str | None:
        """Where the browser logs out at the provider, if it offers that.

        Raises:
            ProviderUnavailableError: discovery fails.
        """
        found = await self._discover()
        if not found.metadata.end_session_endpoint:
            return None
        query = urlencode(
            {
                "id_token_hint": id_token,
                "client_id": self._settings.oidc_client_id,
                "post_logout_redirect_uri": return_to,
            }
        )
        return f"{found.metadata.end_session_endpoint}?{query}"

    async def exchange(self, code: str, verifier: str) -> Tokens:
        """The tokens for a code.

        Raises:
            TokenRefusedError: the provider refuses the code.
            ProviderUnavailableError: it does not answer.
        """
        found = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        secret = self._settings.oidc_client_secret.get_secret_value()
        try:
            answer = await self._http.post(
                found.metadata.token_endpoint,
                data=form,
                auth=(self._settings.oidc_client_id, secret),
            )
            if answer.is_client_error:
                raise TokenRefusedError("the provider refused the code")
            return Tokens.model_validate(answer.raise_for_status().json())
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailableError from error

    async def identify(self, tokens: Tokens, nonce: str) -> Identity:
        """Who logged in, from the tokens of this very login.

        Raises:
            TokenRefusedError: a signature or claim is wrong.
            ProviderUnavailableError: its keys can't be read.
        """
        client_id = self._settings.oidc_client_id
        claims = await self._verify(tokens.id_token, audience=client_id, nonce=nonce)
        if claims.get("azp", client_id) != client_id:
            raise TokenRefusedError("the id token was issued to another client")
        further = await self._access_claims(tokens.access_token, claims["sub"])
        return identity_of(claims, further, client_id=client_id)

    async def identify_bearer(self, token: str) -> Identity:
        """Who calls with an access token that was issued for us.

        Raises:
            TokenRefusedError: it was not, or a signature or claim is wrong.
            ProviderUnavailableError: its keys can't be read.
        """
        client_id = self._settings.oidc_client_id
        claims = await self._verify(token, audience=client_id)
        if "nonce" in claims or claims.get("typ") == "ID":
            raise TokenRefusedError("an id token is no access token")
        return identity_of(claims, client_id=client_id)

    async def _access_claims(self, access_token: str, sub: str) -> Claims:
        """What the access token of a login adds (Keycloak's roles); nothing if it is opaque."""
        try:
            claims = await self._verify(access_token)
        except TokenRefusedError:
            return {}
        return claims if claims.get("sub") == sub else {}

    async def _verify(self, token: str, **expected: str) -> Claims:
        found = await self._discover()
        try:
            claims = _decode(token, found.keys)
        except (InvalidKeyIdError, BadSignatureError):
            found = await self._discover(unfit=found)
            claims = _decode_again(token, found.keys)
        except (JoseError, ValueError) as error:
            raise TokenRefusedError("not a token that we can read") from error
        _check(claims, found.metadata.issuer, expected)
        return claims

    async def _discover(self, unfit: _Found | None = None) -> _Found:
        """Addresses and keys, kept for an hour; read again when those at hand did not fit.

        The second happens once in a few seconds only: anybody can send a token with an unknown key.
        While the provider is away what is at hand serves on.
        """
        async with self._lock:
            found, now = self._found, time.monotonic()
            if found is None:
                self._found = found = await self._read()
            elif found is unfit and now >= self._may_reread_at:
                self._may_reread_at = now + REREAD_SECONDS
                self._found = found = await self._read()
            elif now >= found.until:
                self._found = found = await self._renew(found)
            return found

    async def _renew(self, found: _Found) -> _Found:
        try:
            return await self._read()
        except ProviderUnavailableError:
            return replace(found, until=time.monotonic() + RETRY_SECONDS)

    async def _read(self) -> _Found:
        issuer = self._settings.oidc_issuer.rstrip("/")
        try:
            metadata = Metadata.model_validate(
                await self._get(f"{issuer}/.well-known/openid-configuration")
            )
            keys = _signing_keys(await self._get(metadata.jwks_uri))
        except (httpx2.HTTPError, ValidationError, JoseError, ValueError) as error:
            raise ProviderUnavailableError from error
        if metadata.issuer.rstrip("/") != issuer:
            raise ProviderUnavailableError
        return _Found(metadata, keys, time.monotonic() + METADATA_SECONDS)

    async def _get(self, url: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self._http.get(url)).raise_for_status().json()
        return answer


def _signing_keys(document: dict[str, Any]) -> KeySet:
    """The keys that sign; Keycloak publishes others beside them."""
    keys = [
        key
        for key in document.get("keys", ())
        if key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC"}
    ]
    return KeySet.import_key_set({"keys": keys})


def _decode(token: str, keys: KeySet) -> Claims:
    return jwt.decode(token, keys, algorithms=ALGORITHMS).claims


def _decode_again(token: str, keys: KeySet) -> Claims:
    try:
        return _decode(token, keys)
    except (JoseError, ValueError) as error:
        raise TokenRefusedError("nobody we trust signed this token") from error


def _check(claims: Claims, issuer: str, expected: dict[str, str]) -> None:
    rules = {name: {"essential": True, "value": value} for name, value in expected.items()}
    if "audience" in rules:
        rules["aud"] = rules.pop("audience")
    registry = jwt.JWTClaimsRegistry(
        leeway=CLOCK_SKEW_SECONDS,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        exp={"essential": True},
        **rules,  # type: ignore[arg-type]  # a rule is what the registry calls an option
    )
    try:
        registry.validate(dict(claims))
    except JoseError as error:
        raise TokenRefusedError(f"wrong claim: {error}") from error
