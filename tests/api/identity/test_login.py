"""Logging in and out: the code flow with PKCE, and everything that must not get through."""

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from sqlalchemy import select

from api.identity.session import COOKIE
from models.messages.ids import new_id
from models.tables.crm import Staff
from models.tables.identity import StaffSession
from sandbox.identity.demo_staff import BY_USERNAME
from tests.support.api import Api, come_back, open_api, settings_with
from tests.support.identity import WEBSITE, RunningProvider, log_in, serve_provider


def cookie_lines(answer: httpx2.Response) -> list[str]:
    return answer.headers.get_list("set-cookie")


async def sessions_of(api: Api) -> list[StaffSession]:
    async with api.resources.sessions() as session:
        return list(await session.scalars(select(StaffSession)))


async def test_a_login_gives_a_session_and_leads_back(api: Api) -> None:
    async with api.client() as client:
        assert (await client.get("/auth/me")).json() == {"authenticated": False}
        back = await client.get(await come_back(client, "linh", "/backoffice/bookings?stage=NEW"))
        assert back.status_code == 303
        assert back.headers["location"] == "/backoffice/bookings?stage=NEW"
        (line,) = (line for line in cookie_lines(back) if line.startswith(COOKIE + "="))
        assert "HttpOnly" in line
        assert "SameSite=lax" in line
        assert "Max-Age=28800" in line
        assert "Secure" not in line
        me = (await client.get("/auth/me")).json()
    linh = BY_USERNAME["linh"]
    assert me == {
        "authenticated": True,
        "user": {
            "sub": linh.sub,
            "preferred_username": "linh",
            "email": linh.email,
            "name": linh.name,
            "roles": ["atp_staff"],
        },
    }


async def test_the_database_knows_the_token_by_its_hash_only(api: Api) -> None:
    async with api.browser("linh") as client:
        token = client.cookies[COOKIE]
    (row,) = await sessions_of(api)
    assert token not in str(vars(row))
    assert len(row.token_hash) == 64


async def test_a_login_is_matched_to_the_member_of_staff_and_keeps_the_roles(api: Api) -> None:
    async with api.resources.sessions.begin() as session:
        session.add(Staff(id=new_id("staff"), name="Linh", usernames=["other", "linh"]))
    async with api.browser("linh") as client:
        me = (await client.get("/auth/me")).json()["user"]
    async with api.resources.sessions() as session:
        (staff,) = await session.scalars(select(Staff))
    assert me["staff_id"] == staff.id
    assert staff.roles == ["atp_staff"]


async def test_somebody_without_a_role_is_logged_in_but_may_do_nothing(api: Api) -> None:
    async with api.browser("tom") as client:
        assert (await client.get("/auth/me")).json()["user"]["roles"] == []
        refused = await client.get("/api/v1/bookings")
    assert refused.status_code == 403
    assert refused.json()["code"] == "FORBIDDEN"


async def test_each_login_draws_a_new_token_and_ends_the_old_session(api: Api) -> None:
    async with api.browser("linh") as client:
        first = client.cookies[COOKIE]
        await client.get(await come_back(client, "linh"))
        assert client.cookies[COOKIE] != first
        assert len(await sessions_of(api)) == 1


async def test_https_makes_the_cookie_secure(provider: RunningProvider, database_url: str) -> None:
    settings = settings_with(provider, database_url, public_url="https://trips.example")
    async with open_api(settings) as api, api.client() as client:
        begun = await client.get("/auth/login")
        (line,) = cookie_lines(begun)
    assert "Secure" in line
    assert "HttpOnly" in line
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    assert query["redirect_uri"] == ["https://trips.example/auth/callback"]
    assert query["code_challenge_method"] == ["S256"]


async def test_another_browser_cannot_finish_a_login(api: Api) -> None:
    async with api.client() as client, api.client() as stranger:
        address = await come_back(client, "linh")
        refused = await stranger.get(address)
        assert refused.status_code == 400
        assert refused.json()["code"] == "LOGIN_FAILED"
        assert COOKIE not in stranger.cookies


@pytest.mark.parametrize(
    "query",
    [
        {"state": "made-up", "code": "x"},
        {"code": "x"},
        {},
        {"error": "access_denied"},
        {"state": "x" * 201, "code": "x"},
    ],
)
async def test_a_callback_nobody_asked_for_is_refused(api: Api, query: dict[str, str]) -> None:
    async with api.client() as client:
        await client.get("/auth/login")
        refused = await client.get("/auth/callback", params=query)
        assert refused.status_code in {400, 422}
        assert COOKIE not in client.cookies


async def test_a_code_is_taken_once(api: Api) -> None:
    async with api.client() as client:
        address = await come_back(client, "linh")
        kept = dict(client.cookies)
        assert (await client.get(address)).status_code == 303
        client.cookies.update(kept)
        assert (await client.get(address)).status_code == 400


async def test_a_code_of_another_login_fails_its_nonce_or_proof(api: Api) -> None:
    async with api.client() as client, api.client() as attacker:
        mine = urlsplit(await come_back(client, "linh"))
        theirs = urlsplit(await come_back(attacker, "duc"))
        query = {"state": parse_qs(mine.query)["state"][0], "code": parse_qs(theirs.query)["code"]}
        refused = await client.get(f"/auth/callback?{urlencode(query, doseq=True)}")
    assert (refused.status_code, refused.json()["code"]) == (400, "LOGIN_FAILED")


async def test_a_wrong_nonce_is_refused(api: Api) -> None:
    async with api.client() as client:
        begun = await client.get("/auth/login")
        with httpx2.Client() as browser:
            form = browser.get(begun.headers["location"] + "&nonce=another")
            changed = urlsplit(begun.headers["location"])
            query = {name: values[0] for name, values in parse_qs(changed.query).items()}
            query["nonce"] = "another"
            form = browser.get(changed._replace(query=urlencode(query)).geturl())
            back = log_in(browser, form, "linh").headers["location"]
        refused = await client.get(back)
    assert (refused.status_code, refused.json()["code"]) == (400, "LOGIN_FAILED")


async def test_a_failed_login_is_told_on_a_page(api: Api) -> None:
    async with api.client({"Accept": "text/html"}) as client:
        page = await client.get("/auth/callback", params={"error": "access_denied"})
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")
    assert "/auth/login" in page.text


async def test_rotated_keys_are_read_again(api: Api, provider: RunningProvider) -> None:
    async with api.browser("linh"):
        provider.rotate_keys(forget=True)
    async with api.browser("marie") as client:
        assert (await client.get("/auth/me")).json()["authenticated"] is True


async def test_logout_ends_the_session_here_and_at_the_provider(
    api: Api, provider: RunningProvider
) -> None:
    async with api.browser("linh") as client:
        stolen = client.cookies[COOKIE]
        left = await client.get("/auth/logout", params={"return_to": f"{WEBSITE}/bye"})
        assert left.status_code == 303
        assert left.headers["location"].startswith(f"{provider.issuer}/logout?id_token_hint=")
        assert httpx2.get(left.headers["location"]).headers["location"] == f"{WEBSITE}/bye"
        assert COOKIE not in client.cookies
        client.cookies.set(COOKIE, stolen)
        assert (await client.get("/auth/me")).json() == {"authenticated": False}
    assert await sessions_of(api) == []


async def test_logout_without_a_session_just_leads_back(api: Api) -> None:
    async with api.client() as client:
        left = await client.get("/auth/logout", params={"return_to": "/"})
    assert left.headers["location"] == f"{api.settings.public_url}/"


async def test_while_the_provider_is_away_logins_say_so_and_sessions_stay(
    database_url: str, tmp_path: Path
) -> None:
    with serve_provider(tmp_path) as provider:
        settings = settings_with(provider, database_url)
        async with open_api(settings) as api, api.browser("linh") as client:
            token = client.cookies[COOKIE]
    async with open_api(settings) as api, api.client({"Accept": "text/html"}) as client:
        page = await client.get("/auth/login")
        assert page.status_code == 503
        assert page.headers["retry-after"] == "5"
        assert "login service does not answer" in page.text
        client.cookies.set(COOKIE, token)
        assert (await client.get("/auth/me")).json()["authenticated"] is True
        left = await client.get("/auth/logout")
        assert left.headers["location"] == f"{settings.public_url}/"


async def test_a_browser_at_the_other_name_of_this_machine_is_led_to_ours(api: Api) -> None:
    async with api.client() as client:
        begun = await client.get("http://localhost:8080/auth/login", params={"return_to": "/x"})
    assert begun.headers["location"] == "http://127.0.0.1:8080/auth/login?return_to=%2Fx"
