"""Logins, the session's cookie, roles, CORS and sessions across origins, line by line."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from api.identity.claims import RoleRules, roles_of
from api.identity.session import COOKIE
from tests.support.api import Api, come_back
from tests.support.identity import WEBSITE, RunningProvider
from tests.support.shapes import misfits

CLIENT = "asiatravelplan"
RULES = RoleRules(CLIENT)
USER = {"sub": str, "preferred_username": str, "email": str, "roles": [str]}
BOOKINGS = "/api/v1/bookings"
METHODS = {"GET", "POST", "PATCH", "OPTIONS"}
HEADERS = {"Content-Type", "Idempotency-Key", "Authorization", "X-Requested-With"}


def words(header: str) -> set[str]:
    return {word.strip() for word in header.split(",")}


async def test_me_says_that_nobody_is_authenticated(api: Api) -> None:
    async with api.client() as client:
        assert (await client.get("/auth/me")).json() == {"authenticated": False}


async def test_me_says_who_is_authenticated_with_roles(api: Api) -> None:
    async with api.browser("marie") as client:
        me = (await client.get("/auth/me")).json()
    assert misfits(me, {"authenticated": True, "user": USER}) == []
    assert me["user"]["preferred_username"] == "marie"
    assert me["user"]["roles"] == ["atp_manager"]


async def test_login_goes_to_the_provider_and_the_callback_back_to_return_to(api: Api) -> None:
    wanted = f"{WEBSITE}/backoffice/bookings.html?stage=NEW"
    async with api.client() as client:
        begun = await client.get("/auth/login", params={"return_to": wanted})
        assert begun.status_code == 303
        query = parse_qs(urlsplit(begun.headers["location"]).query)
        assert query["redirect_uri"] == [f"{api.settings.public_url}/auth/callback"]
        back = await client.get(await come_back(client, "linh", wanted))
    assert (back.status_code, back.headers["location"]) == (303, wanted)


async def test_the_cookie_is_httponly_lax_and_lasts_8_hours(api: Api) -> None:
    async with api.client() as client:
        back = await client.get(await come_back(client, "linh"))
    (line,) = [one for one in back.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}=")]
    assert COOKIE == "asiatravelplan_session"
    assert {"HttpOnly", "SameSite=lax", "Max-Age=28800"} <= words(line.replace(";", ","))


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "https://www.asiatravelplan.example.evil.example/",
        "https://www.asiatravelplan.example@evil.example/",
        "http://www.asiatravelplan.example/",
        "javascript:alert(1)",
        "/\\evil.example",
    ],
)
async def test_return_to_leads_to_allowed_origins_only(api: Api, wanted: str) -> None:
    async with api.client() as client:
        back = await client.get(await come_back(client, "linh", wanted))
        assert back.headers["location"] == "/backoffice"
        left = await client.get("/auth/logout", params={"return_to": wanted})
    assert "evil" not in left.headers["location"]


async def test_logout_ends_the_session_and_returns_to_an_allowed_origin(api: Api) -> None:
    async with api.browser("linh") as client:
        left = await client.get("/auth/logout", params={"return_to": f"{WEBSITE}/bye"})
        query = parse_qs(urlsplit(left.headers["location"]).query)
        assert query["post_logout_redirect_uri"] == [f"{WEBSITE}/bye"]
        assert (await client.get("/auth/me")).json() == {"authenticated": False}


@pytest.mark.parametrize("role", ["atp_admin", "atp_manager", "atp_accountant", "atp_staff"])
@pytest.mark.parametrize("place", ["realm_access", "resource_access", "roles", "groups"])
def test_roles_are_found_in_every_place_of_the_token(role: str, place: str) -> None:
    places: dict[str, dict[str, Any]] = {
        "realm_access": {"realm_access": {"roles": [role, "offline_access"]}},
        "resource_access": {"resource_access": {CLIENT: {"roles": [role]}}},
        "roles": {"roles": [role]},
        "groups": {"groups": [f"/{role}", "others"]},
    }
    assert {one.value for one in roles_of(places[place], RULES)} == {role}


async def test_a_page_of_the_website_uses_the_session_with_credentials(api: Api) -> None:
    async with api.browser("marie") as client:
        for path in ("/auth/me", BOOKINGS):
            answer = await client.get(path, headers={"Origin": WEBSITE})
            assert answer.status_code == 200
            assert answer.headers["access-control-allow-origin"] == WEBSITE
            assert answer.headers["access-control-allow-credentials"] == "true"
            assert "Origin" in words(answer.headers["vary"])
        changed = await client.post(
            "/api/v1/staff", json={"name": "Mai"}, headers={"Origin": WEBSITE}
        )
        assert changed.status_code == 201
        assert changed.headers["access-control-allow-origin"] == WEBSITE


@pytest.mark.parametrize("path", [BOOKINGS, "/public/v1/bookings", "/auth/me"])
async def test_a_preflight_grants_the_contracts_methods_and_headers(api: Api, path: str) -> None:
    async with api.client() as client:
        answer = await ask_before(client, path, WEBSITE)
    assert answer.is_success
    assert words(answer.headers["access-control-allow-methods"]) == METHODS
    assert words(answer.headers["access-control-allow-headers"]) == HEADERS
    assert answer.headers["access-control-allow-origin"] == WEBSITE
    assert answer.headers["access-control-allow-credentials"] == "true"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{WEBSITE}.evil.example"])
async def test_no_other_origin_is_granted_anything(api: Api, origin: str) -> None:
    async with api.browser("marie") as client:
        before = await ask_before(client, BOOKINGS, origin)
        read = await client.get(BOOKINGS, headers={"Origin": origin})
        changed = await client.post("/api/v1/staff", json={"name": "X"}, headers={"Origin": origin})
    assert before.is_error
    assert changed.status_code == 403
    for answer in (before, read, changed):
        assert "access-control-allow-origin" not in answer.headers


async def ask_before(client: httpx2.AsyncClient, path: str, origin: str) -> httpx2.Response:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    return await client.options(path, headers=asked)


async def test_staff_come_in_by_bearer_token_too(api: Api, provider: RunningProvider) -> None:
    token = {"Authorization": f"Bearer {provider.access_token('marie')}"}
    async with api.client(token) as client:
        assert (await client.get(BOOKINGS)).status_code == 200
    async with api.client({"Authorization": "Bearer forged"}) as client:
        refused = await client.get(BOOKINGS)
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_without_session_or_token_staff_routes_answer_401_with_an_error(api: Api) -> None:
    async with api.client() as client:
        refused = await client.get(BOOKINGS, headers={"Origin": WEBSITE})
    assert refused.status_code == 401
    assert refused.json()["error"] == "Please log in first."
    assert refused.headers["access-control-allow-origin"] == WEBSITE


async def test_health_answers_without_a_login(api: Api) -> None:
    async with api.client() as client:
        answer = await client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
