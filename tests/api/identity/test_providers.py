"""Auth0 beside Keycloak, and tokens that pretend: what the provider's differences come to."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import Interval, cast, update

from api.identity.claims import RoleRules, identity_of, roles_of
from api.identity.session import COOKIE
from models.domain.access import Role
from models.settings import Settings
from models.tables.identity import StaffSession
from tests.support.api import Api, come_back, open_api, settings_with
from tests.support.identity import WEBSITE, RunningProvider

API = "https://api.asiatravelplan.example"
ROLES = "https://asiatravelplan.example/roles"
CALL = "/api/v1/bookings"
Answers = dict[str, dict[str, Any]]


def answering(api: Api, monkeypatch: pytest.MonkeyPatch, changes: Answers) -> None:
    """Lets the provider's documents say something else: by the end of their address."""
    read = api.resources.identity._get

    async def answer(url: str) -> dict[str, Any]:
        found = await read(url)
        return next((found | more for end, more in changes.items() if url.endswith(end)), found)

    monkeypatch.setattr(api.resources.identity, "_get", answer)
    monkeypatch.setattr(api.resources.identity, "_found", None)


def claims_of(provider: RunningProvider, **changes: object) -> dict[str, Any]:
    return {
        "iss": provider.issuer,
        "aud": provider.settings.oidc_client_id,
        "sub": "7",
        "exp": int(time.time()) + 600,
        "preferred_username": "duc",
        "roles": ["atp_admin"],
        **changes,
    }


def confused(token: str, kid: str, secret: bytes) -> str:
    """A token signed by HMAC with what everybody knows, for readers that mistake it for a key."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": kid}).encode())
    signed = f"{header.decode().rstrip('=')}.{token.split('.')[1]}"
    digest = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


async def status(api: Api, token: str) -> int:
    async with api.client({"Authorization": f"Bearer {token}"}) as client:
        return (await client.get(CALL)).status_code


async def test_logging_out_of_auth0_takes_its_own_address(
    api: Api, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with api.browser("linh") as client:
        auth0 = {"end_session_endpoint": None, "token_endpoint": f"{provider.issuer}/oauth/token"}
        answering(api, monkeypatch, {"openid-configuration": auth0})
        left = await client.get("/auth/logout", params={"return_to": f"{WEBSITE}/bye"})
    address = urlsplit(left.headers["location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{provider.issuer}/v2/logout"
    assert parse_qs(address.query) == {
        "client_id": ["asiatravelplan"],
        "returnTo": [f"{WEBSITE}/bye"],
    }


async def test_a_provider_without_logout_ends_the_session_here(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with api.browser("linh") as client:
        none: Answers = {"openid-configuration": {"end_session_endpoint": None}}
        answering(api, monkeypatch, none)
        left = await client.get("/auth/logout")
        assert left.headers["location"] == f"{api.settings.public_url}/"
        assert COOKIE not in client.cookies


async def test_an_audience_is_asked_for_and_then_the_only_one(
    provider: RunningProvider, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = RSAKey.generate_key(2048, private=True, auto_kid=True)
    settings = settings_with(provider, database_url, oidc_audience=API)
    async with open_api(settings) as api:
        answering(api, monkeypatch, {"/jwks": {"keys": [key.as_dict(private=False)]}})
        async with api.client() as client:
            begun = await client.get("/auth/login")
        assert parse_qs(urlsplit(begun.headers["location"]).query)["audience"] == [API]
        for audience, expected in ((API, 200), ([API, "userinfo"], 200), ("asiatravelplan", 401)):
            claims = claims_of(provider, aud=audience)
            token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
            assert await status(api, token) == expected


async def test_rsa_and_elliptic_signatures_are_read_and_no_others(
    api: Api, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    rsa = RSAKey.generate_key(2048, private=True, auto_kid=True)
    curve = ECKey.generate_key("P-256", private=True, auto_kid=True)
    public = [key.as_dict(private=False) for key in (rsa, curve)]
    answering(api, monkeypatch, {"/jwks": {"keys": public}})
    claims = claims_of(provider)
    good = {
        "RS256": jwt.encode({"alg": "RS256", "kid": rsa.kid}, claims, rsa),
        "ES256": jwt.encode({"alg": "ES256", "kid": curve.kid}, claims, curve),
    }
    for token in good.values():
        assert await status(api, token) == 200
    for secret in (rsa.as_pem(private=False), str(rsa.kid).encode()):
        assert await status(api, confused(good["RS256"], str(rsa.kid), secret)) == 401
    for algorithm in ("PS256", "RS512"):
        header = {"alg": algorithm, "kid": rsa.kid}
        token = jwt.encode(header, claims, rsa, algorithms=[algorithm])
        assert await status(api, token) == 401


def test_roles_may_stand_in_a_claim_of_auth0s_own_kind() -> None:
    rules = RoleRules("asiatravelplan", ROLES)
    assert roles_of({ROLES: ["atp_manager", "other"]}, rules) == {Role.MANAGER}
    assert roles_of({ROLES: ["atp_manager"]}, RoleRules("asiatravelplan")) == set()


def test_optional_roles_are_read_only_when_the_settings_name_them() -> None:
    claims = {"roles": ["atp_ops", "atp_guide_coordinator"]}
    assert roles_of(claims, RoleRules.of(Settings())) == set()
    ops = Settings.model_validate({"optional_roles": ("atp_ops",)})
    assert roles_of(claims, RoleRules.of(ops)) == {Role.OPS}


def test_a_mail_that_was_not_verified_stands_for_nobody() -> None:
    claims = {"sub": "auth0|1", "email": "linh@asiatravelplan.example", "email_verified": False}
    assert identity_of(claims, rules=RoleRules("asiatravelplan")).username == "auth0|1"


async def test_how_long_a_session_lasts_unused_is_a_setting(
    provider: RunningProvider, database_url: str
) -> None:
    settings = settings_with(provider, database_url, session_idle_minutes=5)
    async with open_api(settings) as api, api.client() as client:
        await client.get(await come_back(client, "linh"))
        for minutes, in_time in ((4, True), (6, False)):
            async with api.resources.sessions.begin() as session:
                earlier = StaffSession.last_seen_at - cast(f"{minutes} minutes", Interval)
                await session.execute(update(StaffSession).values(last_seen_at=earlier))
            assert (await client.get("/auth/me")).json()["authenticated"] is in_time


async def test_a_code_that_the_provider_cannot_exchange_now_says_so(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(url: str, **_: object) -> httpx2.Response:
        raise httpx2.ConnectError(url)

    async with api.client({"Accept": "text/html"}) as client:
        address = await come_back(client, "linh")
        monkeypatch.setattr(api.resources.identity._client, "post", away)
        page = await client.get(address)
    assert page.status_code == 503
    assert "login service does not answer" in page.text
