"""The identity provider by OpenID Connect: found by discovery, Auth0 or Keycloak alike."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oauth2.claims import JWTClaims
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from api.identity.claims import Claims, Identity, RoleRules, identity_of
from models.settings import Settings

ALGORITHMS = ("RS256", "ES256")
CLOCK_SKEW_SECONDS = 60
METADATA_SECONDS = 3600.0
REREAD_SECONDS = 5.0
RETRY_SECONDS = 30.0
CALLBACK_PATH = "/auth/callback"
SCOPE = "openid profile email"
ESSENTIAL = ("sub", "exp")


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

    @property
    def is_auth0(self) -> bool:
        """Whether the addresses are Auth0's, whose tenants may name no end_session_endpoint."""
        return self.token_endpoint == f"{self.issuer.rstrip('/')}/oauth/token"


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

    def __init__(
        self, settings: Settings, timeout: httpx2.Timeout, trusted: ssl.SSLContext
    ) -> None:
        self._settings = settings
        self._rules = RoleRules.of(settings)
        self._client = AsyncOAuth2Client(
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
            scope=SCOPE,
            redirect_uri=settings.public_url.rstrip("/") + CALLBACK_PATH,
            code_challenge_method="S256",
            timeout=timeout,
            verify=trusted,
        )
        self._found: _Found | None = None
        self._lock = asyncio.Lock()
        self._may_reread_at = 0.0

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    async def login_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser logs in; of the verifier it carries the S256 challenge only.

        Raises:
            ProviderUnavailableError: discovery fails.
        """
        found = await self._discover()
        asked = {"nonce": nonce}
        if self._settings.oidc_audience:
            asked["audience"] = self._settings.oidc_audience
        url: str
        url, _ = self._client.create_authorization_url(
            found.metadata.authorization_endpoint, state, verifier, **asked
        )
        return url

    async def logout_url(self, id_token: str, return_to: str) -> str | None:
        """Where the browser logs out at the provider, if it offers that.

        Raises:
            ProviderUnavailableError: discovery fails.
        """
        metadata = (await self._discover()).metadata
        client = {"client_id": self._settings.oidc_client_id}
        if metadata.end_session_endpoint:
            endpoint = metadata.end_session_endpoint
            query = {"id_token_hint": id_token, **client, "post_logout_redirect_uri": return_to}
        elif metadata.is_auth0:
            endpoint = f"{metadata.issuer.rstrip('/')}/v2/logout"
            query = {**client, "returnTo": return_to}
        else:
            return None
        url: str = add_params_to_uri(endpoint, list(query.items()))
        return url

    async def exchange(self, code: str, verifier: str) -> Tokens:
        """The tokens for a code.

        Raises:
            TokenRefusedError: the provider refuses the code.
            ProviderUnavailableError: it does not answer.
        """
        found = await self._discover()
        try:
            answer = await self._client.fetch_token(
                found.metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=self._client.redirect_uri,
            )
            return Tokens.model_validate(answer)
        except OAuthError as error:
            raise TokenRefusedError("the provider refused the code") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailableError from error
        finally:
            self._client.token = None

    async def identify(self, tokens: Tokens, nonce: str) -> Identity:
        """Who logged in, from the tokens of this very login.

        Raises:
            TokenRefusedError: a signature or claim is wrong.
            ProviderUnavailableError: its keys can't be read.
        """
        client_id = self._settings.oidc_client_id
        login = {"nonce": nonce, "client_id": client_id, "access_token": tokens.access_token}
        claims = await self._verify(tokens.id_token, CodeIDToken, audience=client_id, params=login)
        further = await self._access_claims(tokens.access_token, claims["sub"])
        return identity_of(claims, further, rules=self._rules)

    async def identify_bearer(self, token: str) -> Identity:
        """Who calls with an access token that was issued for us.

        Raises:
            TokenRefusedError: it was not, or a signature or claim is wrong.
            ProviderUnavailableError: its keys can't be read.
        """
        wanted = self._settings.oidc_audience or self._settings.oidc_client_id
        claims = await self._verify(token, audience=wanted)
        if "nonce" in claims or claims.get("typ") == "ID":
            raise TokenRefusedError("an id token is no access token")
        return identity_of(claims, rules=self._rules)

    async def _access_claims(self, access_token: str, sub: str) -> Claims:
        """What the access token of a login adds (Keycloak's roles); nothing if it is opaque."""
        try:
            claims = await self._verify(access_token)
        except TokenRefusedError:
            return {}
        return claims if claims.get("sub") == sub else {}

    async def _verify(
        self,
        token: str,
        kind: type[Any] = JWTClaims,
        *,
        audience: str = "",
        params: Mapping[str, str] | None = None,
    ) -> Claims:
        """The claims of a token that our provider signed and that is good now.

        Args:
            token: as the provider or a caller gave it.
            kind: the claims class of Authlib that knows the rules of such tokens.
            audience: for whom it must be; anybody when empty.
            params: what `kind` compares the claims with.
        """
        issuer, signed = await self._read_signed(token)
        rules: dict[str, dict[str, object]] = {name: {"essential": True} for name in ESSENTIAL}
        rules["iss"] = {"essential": True, "value": issuer}
        if audience:
            rules["aud"] = {"essential": True, "value": audience}
        claims = kind(signed.claims, signed.header, rules, params)
        try:
            claims.validate(leeway=CLOCK_SKEW_SECONDS)
        except JoseError as error:
            raise TokenRefusedError(f"wrong claim: {error}") from error
        return dict(claims)

    async def _read_signed(self, token: str) -> tuple[str, jwt.Token]:
        """The issuer and what it signed; its keys are read again when those at hand do not fit."""
        found = await self._discover()
        try:
            try:
                signed = _decode(token, found.keys)
            except (InvalidKeyIdError, BadSignatureError):
                found = await self._discover(unfit=found)
                signed = _decode(token, found.keys)
        except (JoseError, ValueError) as error:
            raise TokenRefusedError("not a token that somebody we trust has signed") from error
        return found.metadata.issuer, signed

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
        answer = await self._client.request("GET", url, withhold_token=True)
        document: dict[str, Any] = answer.raise_for_status().json()
        return document


def _signing_keys(document: dict[str, Any]) -> KeySet:
    """The keys that sign; Keycloak publishes others beside them."""
    keys = [
        key
        for key in document.get("keys", ())
        if key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC"}
    ]
    return KeySet.import_key_set({"keys": keys})


def _decode(token: str, keys: KeySet) -> jwt.Token:
    return jwt.decode(token, keys, algorithms=ALGORITHMS)
