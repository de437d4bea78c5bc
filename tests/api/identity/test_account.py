"""One's own account: what logged in, what is new, and how to end it; and nobody else's."""

import httpx2
from bs4 import BeautifulSoup
from sqlalchemy import select

from api.identity.session import COOKIE, DEVICE_COOKIE
from models.tables.identity import LoginAttempt, LoginDevice
from tests.support.api import Api, come_back

ACCOUNT = "/backoffice/account"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"


async def attempts(api: Api) -> list[LoginAttempt]:
    async with api.resources.sessions() as session:
        return list(await session.scalars(select(LoginAttempt).order_by(LoginAttempt.id)))


async def account(client: httpx2.AsyncClient) -> BeautifulSoup:
    answer = await client.get(ACCOUNT)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


async def send(client: httpx2.AsyncClient, page: BeautifulSoup, ending: str) -> httpx2.Response:
    """Sends the first form of the page whose address ends so."""
    form = page.select_one(f'form[action$="{ending}"]')
    assert form is not None, ending
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    return await client.post(str(form["action"]), data=fields)


async def logged_in(api: Api, agent: str, address: str, who: str = "linh") -> httpx2.AsyncClient:
    headers = {"Accept": "text/html", "User-Agent": agent, "CF-IPCountry": "VN"}
    client = api.client(headers, address)
    await client.get(await come_back(client, who))
    return client


async def test_the_account_lists_ones_own_logins_with_device_and_place(api: Api) -> None:
    here = await logged_in(api, FIREFOX, "198.51.100.1")
    await logged_in(api, IPHONE, "198.51.100.2")
    await logged_in(api, FIREFOX, "198.51.100.3", "marie")
    page = await account(here)
    rows = [row.text for row in page.select("#sessions tbody tr")]
    assert len(rows) == 2
    (mine,) = (row for row in rows if "This one" in row)
    assert "Firefox on Windows" in mine
    assert "Vietnam (198.51.100.1)" in mine
    assert any("Safari on iPhone" in row and "198.51.100.2" in row for row in rows)
    assert "198.51.100.3" not in page.text


async def test_one_login_or_all_others_can_be_ended(api: Api) -> None:
    here = await logged_in(api, FIREFOX, "198.51.100.1")
    others = [await logged_in(api, IPHONE, f"198.51.100.{number}") for number in (2, 3, 4)]
    stranger = await logged_in(api, FIREFOX, "198.51.100.9", "marie")
    page = await account(here)
    form = page.select_one('form:has(button[aria-label*="198.51.100.2"])')
    assert form is not None
    assert (await send(here, page, str(form["action"]))).status_code == 303
    assert (await others[0].get(ACCOUNT)).headers["location"].startswith("/auth/login")
    assert (await others[1].get(ACCOUNT)).status_code == 200
    assert (await send(here, page, "/others/end")).status_code == 303
    for other in others:
        assert (await other.get("/auth/me")).json() == {"authenticated": False}
    assert (await here.get(ACCOUNT)).status_code == 200
    assert (await stranger.get(ACCOUNT)).status_code == 200
    gone = await send(here, page, str(form["action"]))
    assert gone.status_code == 404


async def test_nobody_ends_anothers_login_or_judges_their_device(api: Api) -> None:
    linh = await logged_in(api, FIREFOX, "198.51.100.1")
    await logged_in(api, IPHONE, "198.51.100.2")
    marie = await logged_in(api, FIREFOX, "198.51.100.3", "marie")
    theirs, mine = await account(linh), await account(marie)
    token = mine.select_one("input[name=csrf_token]")
    assert token is not None
    for form in theirs.select("form[method=post]"):
        if "/others/" in str(form["action"]):
            continue
        answer = await marie.post(str(form["action"]), data={"csrf_token": str(token["value"])})
        assert answer.status_code == 404, form["action"]
    assert len((await account(linh)).select("#sessions tbody tr")) == 2


async def test_a_new_device_is_told_until_its_owner_knows_it(api: Api) -> None:
    here = await logged_in(api, FIREFOX, "198.51.100.1")
    assert not (await account(here)).select(".notice-warn"), "the first device is no news"
    await here.get(await come_back(here, "linh"))
    assert not (await account(here)).select(".notice-warn"), "a known device is no news"
    await logged_in(api, IPHONE, "198.51.100.2")
    page = await account(here)
    (notice,) = page.select(".notice-warn")
    assert "Safari on iPhone" in notice.text
    assert (await send(here, page, "/mine")).status_code == 303
    assert not (await account(here)).select(".notice-warn")


async def test_a_device_that_is_not_ones_own_is_logged_out_and_new_again(api: Api) -> None:
    here = await logged_in(api, FIREFOX, "198.51.100.1")
    thief = await logged_in(api, IPHONE, "198.51.100.2")
    assert (await send(here, await account(here), "/not-mine")).status_code == 303
    assert (await thief.get("/auth/me")).json() == {"authenticated": False}
    await thief.get(await come_back(thief, "linh"))
    assert len((await account(here)).select(".notice-warn")) == 1


async def test_the_device_cookie_is_out_of_reach_and_known_by_its_hash(api: Api) -> None:
    client = api.client()
    back = await client.get(await come_back(client, "linh"))
    (line,) = (one for one in back.headers.get_list("set-cookie") if one.startswith(DEVICE_COOKIE))
    assert "HttpOnly" in line
    assert "Path=/auth" in line
    assert "SameSite=lax" in line
    async with api.resources.sessions() as session:
        (device,) = await session.scalars(select(LoginDevice))
    assert client.cookies[DEVICE_COOKIE] not in str(vars(device))


async def test_every_way_a_login_can_end_is_kept(api: Api) -> None:
    async with api.browser("linh"), api.browser("tom"), api.client() as client:
        await client.get("/auth/callback", params={"state": "made-up", "code": "x"})
        begun = await client.get("/auth/login")
        state = httpx2.URL(begun.headers["location"]).params["state"]
        await client.get("/auth/callback", params={"state": state, "error": "access_denied"})
        await client.get("/auth/callback", params={"state": state, "code": "forged"})
    found = [(one.outcome, one.reason, one.username) for one in await attempts(api)]
    assert sorted(found, key=str) == sorted(
        [
            ("SUCCESS", "", "linh"),
            ("DENIED", "NO_ROLE", "tom"),
            ("FAILED", "NOT_BEGUN_HERE", None),
            ("FAILED", "STOPPED_AT_PROVIDER", None),
            ("FAILED", "TOKEN_REFUSED", None),
        ],
        key=str,
    )


async def test_nobody_fills_the_table_with_failures(api: Api) -> None:
    async with api.client() as client:
        for _ in range(35):
            await client.get("/auth/callback", params={"state": "made-up", "code": "x"})
    async with api.client(address="203.0.113.77") as other:
        await other.get("/auth/callback", params={"state": "made-up", "code": "x"})
    kept = [one.ip for one in await attempts(api)]
    assert (kept.count("203.0.113.9"), kept.count("203.0.113.77")) == (30, 1)


async def test_a_logged_out_browser_keeps_its_device_but_no_session(api: Api) -> None:
    async with api.browser("linh") as client:
        await client.get("/auth/logout")
        assert COOKIE not in client.cookies
        assert DEVICE_COOKIE in client.cookies
