"""Sessions, tokens and guards: who gets in, for how long, and from where."""

import time
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Depends
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import Interval, cast, text, update

from api.identity.guards import csrf_token
from api.identity.session import COOKIE
from api.identity.staff import CurrentStaff, require
from models.domain.access import Permission, Staff
from models.tables.identity import StaffSession
from tests.support.api import Api
from tests.support.identity import WEBSITE, RunningProvider

probe = APIRouter()
HOUR = 3600


@probe.get("/backoffice/probe")
@probe.post("/backoffice/probe")
@probe.get("/api/v1/probe")
@probe.patch("/api/v1/probe")
async def who(staff: CurrentStaff) -> dict[str, str | None]:
    """Who asks."""
    return {"username": staff.username}


@probe.get("/api/v1/probe/tours")
async def may(staff: Annotated[Staff, Depends(require(Permission.EDIT_TOURS))]) -> str:
    """Whoever may edit tours."""
    return staff.username


@pytest.fixture(autouse=True)
def probed(api: Api) -> None:
    api.app.include_router(probe)


async def age(api: Api, column: str, interval: str) -> None:
    async with api.resources.sessions.begin() as session:
        earlier = getattr(StaffSession, column) - cast(interval, Interval)
        await session.execute(update(StaffSession).values({column: earlier}))


async def csrf(api: Api) -> str:
    async with api.resources.sessions() as session:
        row = (await session.execute(text("SELECT csrf_secret FROM staff_sessions"))).one()
    return csrf_token(row[0])


@pytest.mark.parametrize(
    ("column", "interval", "in_time"),
    [
        ("last_seen_at", "29 minutes", True),
        ("last_seen_at", "31 minutes", False),
        ("expires_at", "7 hours 59 minutes", True),
        ("expires_at", "8 hours", False),
    ],
)
async def test_a_session_ends_after_8_hours_or_30_idle_minutes(
    api: Api, column: str, interval: str, *, in_time: bool
) -> None:
    async with api.browser("linh") as client:
        await age(api, column, interval)
        answer = await client.get("/api/v1/probe")
        assert answer.status_code == (200 if in_time else 401)
        assert (await client.get("/auth/me")).json()["authenticated"] is in_time


async def test_using_a_session_keeps_it(api: Api) -> None:
    async with api.browser("linh") as client:
        await age(api, "last_seen_at", "20 minutes")
        await client.get("/auth/me")
        await age(api, "last_seen_at", "20 minutes")
        assert (await client.get("/auth/me")).json()["authenticated"] is True


async def test_without_a_session_the_api_says_401_and_pages_lead_to_the_login(api: Api) -> None:
    async with api.client() as client:
        refused = await client.get("/api/v1/probe", headers={"Accept": "text/html"})
        assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHENTICATED")
        assert refused.headers["www-authenticate"] == "Bearer"
        html = {"Accept": "text/html"}
        page = await client.get("/backoffice/probe?a=1&b=2", headers=html)
        assert page.status_code == 303
        login = "/auth/login?return_to=%2Fbackoffice%2Fprobe%3Fa%3D1%26b%3D2"
        assert page.headers["location"] == login
        posted = await client.post("/backoffice/probe", headers=html)
        assert posted.headers["location"] == "/auth/login"
        part = await client.get(
            "/backoffice/probe", headers=html | {"HX-Request": "true", "HX-Current-URL": "/x"}
        )
        assert part.headers["hx-redirect"] == "/auth/login?return_to=%2Fx"


async def test_roles_decide(api: Api) -> None:
    for username, status in (("duc", 200), ("marie", 403), ("hanna", 403), ("linh", 403)):
        async with api.browser(username) as client:
            assert (await client.get("/api/v1/probe/tours")).status_code == status


async def test_a_guessed_cookie_opens_nothing(api: Api) -> None:
    async with api.client() as client:
        for guess in ("x", "a" * 43, "'; --", "%00"):
            client.cookies.set(COOKIE, guess)
            assert (await client.get("/api/v1/probe")).status_code == 401


async def test_forms_carry_the_token_of_their_session(api: Api) -> None:
    async with api.browser("linh") as client:
        token = await csrf(api)
        good = [
            await client.post("/backoffice/probe", data={"csrf_token": token}),
            await client.post("/backoffice/probe", headers={"X-CSRF-Token": token}),
            await client.post("/backoffice/probe", files={"csrf_token": (None, token)}),
        ]
        assert [answer.status_code for answer in good] == [200, 200, 200]
        bad = [
            await client.post("/backoffice/probe"),
            await client.post("/backoffice/probe", data={"csrf_token": token[:-1] + "é"}),
            await client.post("/backoffice/probe", headers={"X-CSRF-Token": csrf_token("other")}),
            await client.post("/backoffice/probe", json={"csrf_token": token}),
        ]
        assert [answer.status_code for answer in bad] == [403, 403, 403, 403]
        assert "Reload the page" in bad[0].text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://127.0.0.1:8080"}, 200),
        ({"Origin": WEBSITE}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": WEBSITE + ".evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 403),
    ],
)
async def test_changes_by_cookie_come_from_our_own_sites(
    api: Api, headers: dict[str, str], status: int
) -> None:
    async with api.browser("linh") as client:
        answer = await client.patch("/api/v1/probe", headers=headers)
    assert answer.status_code == status


async def test_a_bearer_token_opens_the_api_and_no_page(
    api: Api, provider: RunningProvider
) -> None:
    headers = {"Authorization": f"Bearer {provider.access_token('duc')}"}
    async with api.client(headers) as client:
        assert (await client.patch("/api/v1/probe")).json() == {"username": "duc"}
        assert (await client.get("/api/v1/probe/tours")).status_code == 200
        assert (await client.get("/backoffice/probe")).status_code == 401


def forge(provider: RunningProvider, key: RSAKey, **changes: object) -> str:
    claims = {
        "iss": provider.issuer,
        "aud": [provider.settings.oidc_client_id],
        "sub": "someone",
        "exp": int(time.time()) + HOUR,
        "preferred_username": "duc",
        "realm_access": {"roles": ["atp_admin"]},
        **changes,
    }
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


async def test_forged_old_and_foreign_tokens_are_refused(
    api: Api, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = RSAKey.generate_key(2048, private=True, auto_kid=True)
    published = httpx2.get(f"{provider.issuer}/jwks").json()
    thief = RSAKey.import_key(key.as_dict(private=True) | {"kid": published["keys"][-1]["kid"]})
    none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkdWMifQ."
    async with api.client() as client:

        async def status(token: str) -> int:
            headers = {"Authorization": f"Bearer {token}"}
            answer = await client.get("/api/v1/probe", headers=headers)
            if answer.status_code == 401:
                assert "invalid_token" in answer.headers["www-authenticate"]
            return answer.status_code

        tokens = (forge(provider, key), forge(provider, thief), none, "x", "a.b.c", "")
        assert [await status(token) for token in tokens] == [401] * len(tokens)
        public: dict[str, Any] = {"keys": [key.as_dict(private=False)]}
        read = api.resources.identity._get

        async def answer(url: str) -> dict[str, Any]:
            return public if url.endswith("/jwks") else await read(url)

        monkeypatch.setattr(api.resources.identity, "_get", answer)
        monkeypatch.setattr(api.resources.identity, "_may_reread_at", 0.0)
        now = int(time.time())
        for changes, expected in (
            ({}, 200),
            ({"exp": now - 30}, 200),
            ({"exp": now - 90}, 401),
            ({"nbf": now + 30}, 200),
            ({"nbf": now + 90}, 401),
            ({"aud": "account"}, 401),
            ({"aud": ["account", provider.settings.oidc_client_id]}, 200),
            ({"iss": "https://evil.example"}, 401),
            ({"exp": None}, 401),
            ({"nonce": "of-an-id-token"}, 401),
            ({"typ": "ID"}, 401),
        ):
            assert await status(forge(provider, key, **changes)) == expected, changes


async def test_unknown_keys_do_not_make_us_hammer_the_provider(
    api: Api, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = api.resources.identity._get

    async def counted(url: str) -> dict[str, Any]:
        asked.append(url)
        return await read(url)

    monkeypatch.setattr(api.resources.identity, "_get", counted)
    key = RSAKey.generate_key(2048, private=True, auto_kid=True)
    async with api.client({"Authorization": f"Bearer {forge(provider, key)}"}) as client:
        statuses = [(await client.get("/api/v1/probe")).status_code for _ in range(10)]
    assert statuses == [401] * 10
    assert len(asked) == 4


async def test_bearer_tokens_are_read_on_while_the_provider_is_away(
    api: Api, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(url: str) -> dict[str, Any]:
        raise httpx2.ConnectError(url)

    async with api.client({"Authorization": f"Bearer {provider.access_token('duc')}"}) as client:
        assert (await client.get("/api/v1/probe")).status_code == 200
        monkeypatch.setattr(api.resources.identity, "_get", away)
        assert api.resources.identity._found is not None
        api.resources.identity._found.until = 0.0
        assert (await client.get("/api/v1/probe")).status_code == 200
        monkeypatch.setattr(api.resources.identity, "_found", None)
        gone = await client.get("/api/v1/probe")
    assert (gone.status_code, gone.json()["code"]) == (503, "IDENTITY_PROVIDER_UNAVAILABLE")


async def test_sessions_that_have_ended_are_removed_at_the_next_login(api: Api) -> None:
    async with api.browser("linh"):
        await age(api, "expires_at", "9 hours")
    async with api.browser("marie"), api.resources.sessions() as session:
        rows = (await session.execute(text("SELECT username FROM staff_sessions"))).all()
    assert [row[0] for row in rows] == ["marie"]
