"""The API's reference shows every endpoint and schema, without scripts from elsewhere."""

from bs4 import BeautifulSoup

from tests.api.frame.conftest import OpenApi


async def test_the_reference_shows_what_the_document_has(frame: OpenApi) -> None:
    async with frame() as api, api.client({"Accept": "text/html"}) as client:
        document = (await client.get("/openapi.json")).json()
        page = await client.get("/docs")
    assert page.status_code == 200
    soup = BeautifulSoup(page.text, "html.parser")
    shown = {summary.get_text(" ", strip=True) for summary in soup.find_all("summary")}
    assert shown == {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    anchors = {str(one["id"]) for one in soup.find_all(id=True)}
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= anchors
    for link in soup.select("main a[href^='#']"):
        assert str(link["href"])[1:] in anchors


async def test_without_a_session_it_is_open_and_says_how_to_log_in(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        page = await client.get("/docs")
    assert "bearer token" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_no_two_schemas_share_a_name(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        document = (await client.get("/openapi.json")).json()
    names = [name for name in document["components"]["schemas"] if not name.startswith("Body_")]
    assert [name for name in names if "__" in name] == []
