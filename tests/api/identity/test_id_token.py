"""The id token of a login: whatever does not belong to this very login is refused."""

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.identity.provider import ProviderUnavailableError, TokenRefusedError, Tokens
from tests.support.api import Api
from tests.support.identity import RunningProvider

ACCESS_TOKEN = "opaque"
CLIENT = "asiatravelplan"

Sign = Callable[..., Tokens]


def at_hash(access_token: str) -> str:
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


@pytest.fixture
def sign(api: Api, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> Sign:
    """Signs id tokens with a key that the provider publishes."""
    key = RSAKey.generate_key(2048, private=True, auto_kid=True)
    public: dict[str, Any] = {"keys": [key.as_dict(private=False)]}
    read = api.resources.identity._get

    async def answer(url: str) -> dict[str, Any]:
        return public if url.endswith("/jwks") else await read(url)

    monkeypatch.setattr(api.resources.identity, "_get", answer)

    def signed(**changes: object) -> Tokens:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": provider.issuer,
            "aud": CLIENT,
            "sub": "7",
            "nonce": "mine",
        }
        claims |= {"iat": now, "exp": now + 60, "at_hash": at_hash(ACCESS_TOKEN), **changes}
        told = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": key.kid}, told, key)
        return Tokens(id_token=token, access_token=ACCESS_TOKEN)

    return signed


@pytest.mark.parametrize(
    "changes",
    [{}, {"at_hash": None}, {"azp": CLIENT}, {"aud": [CLIENT, "another"], "azp": CLIENT}],
)
async def test_a_token_of_this_login_says_who_came(
    api: Api, sign: Sign, changes: dict[str, object]
) -> None:
    who = await api.resources.identity.identify(sign(**changes), "mine")
    assert who.sub == "7"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"at_hash": at_hash("another")},
        {"azp": "another"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"sub": None},
        {"exp": None},
        {"exp": 1},
        {"iat": None},
    ],
)
async def test_a_token_of_another_login_client_or_time_is_refused(
    api: Api, sign: Sign, changes: dict[str, object]
) -> None:
    with pytest.raises(TokenRefusedError):
        await api.resources.identity.identify(sign(**changes), "mine")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx2.Response(400, json={"error": "invalid_grant"}), TokenRefusedError),
        (httpx2.Response(429, text="slow down"), ProviderUnavailableError),
        (httpx2.Response(502, text="bad gateway"), ProviderUnavailableError),
        (httpx2.Response(200, json={"access_token": "no id token"}), ProviderUnavailableError),
        (httpx2.Response(200, text="<html>"), ProviderUnavailableError),
    ],
)
async def test_a_refused_code_is_told_from_a_provider_in_trouble(
    api: Api, monkeypatch: pytest.MonkeyPatch, answer: httpx2.Response, expected: type[Exception]
) -> None:
    async def post(url: str, **_: object) -> httpx2.Response:
        answer.request = httpx2.Request("POST", url)
        return answer

    monkeypatch.setattr(api.resources.identity._client, "post", post)
    with pytest.raises(expected):
        await api.resources.identity.exchange("code", "verifier")
    assert api.resources.identity._client.token is None
