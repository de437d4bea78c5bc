"""Nobody can be made to send a form: each carries its session's token, each call its origin."""

import re
from pathlib import Path

from api.identity.doors import Door
from api.identity.guards import CSRF_HEADER, SAFE_METHODS, csrf_token
from tests.api.access.world import PARAMETER, routes, staff_routes
from tests.support.desk import Office

TEMPLATES = Path(__file__).parents[3] / "api" / "pages" / "templates"
POSTING_FORM = re.compile(r'<form\b(?=[^>]*\bmethod="post").*?</form>', re.DOTALL | re.IGNORECASE)
GUARDS = ("form_guard(", "csrf_token", "seen_by_form(")
"""The last is a macro of the booking page that begins with the first."""
PUBLIC_FORMS = {"website/form.html"}
"""Forms of the website: nobody is logged in there, so nobody can be misled."""
BY_HTMX = re.compile(r"\bhx-(?:post|put|patch|delete)\b")
CHANGING = [one for one in staff_routes() if one.method not in SAFE_METHODS]
PAGES = [one for one in CHANGING if not one.path.startswith("/api/")]


async def test_no_form_of_the_back_office_is_taken_without_its_token(office: Office) -> None:
    assert len(PAGES) > 20
    async with office.browser("marc") as browser:
        for route in PAGES:
            path = PARAMETER.sub("x", route.path)
            for headers in ({}, {CSRF_HEADER: ""}, {CSRF_HEADER: csrf_token("linh")}):
                answer = await browser.request(route.method, path, headers=headers)
                assert answer.status_code == 403, f"{route.name}: {answer.status_code}"
                assert answer.json()["code"] == "FORM_EXPIRED", route.name


async def test_no_call_of_the_api_by_cookie_is_taken_from_another_site(office: Office) -> None:
    async with office.browser("marc") as browser:
        for route in CHANGING:
            if route in PAGES:
                continue
            path = PARAMETER.sub("x", route.path)
            for origin in ("https://evil.example", "null"):
                answer = await browser.request(route.method, path, headers={"origin": origin})
                assert answer.status_code == 403, f"{route.name}: {answer.status_code}"
                assert answer.json()["code"] == "ORIGIN_NOT_ALLOWED", route.name


async def test_no_form_of_a_link_is_taken_without_its_token(office: Office) -> None:
    forms = [
        one
        for one in routes()
        if one.door is Door.LINK
        and one.method not in SAFE_METHODS
        and not one.path.startswith("/public/")
    ]
    assert forms
    async with office.browser("marc") as browser:
        for route in forms:
            answer = await browser.request(route.method, PARAMETER.sub("A" * 43, route.path))
            assert answer.status_code == 403, f"{route.name}: {answer.status_code}"


def test_every_form_that_posts_has_the_guard() -> None:
    bare = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        forms = POSTING_FORM.findall(path.read_text())
        guarded = all(any(guard in form for guard in GUARDS) for form in forms)
        if not guarded and name not in PUBLIC_FORMS:
            bare.append(name)
    assert bare == []


def _in_a_form(path: Path) -> bool:
    """Whether a template has a form, or is a part of templates that all have one."""
    if POSTING_FORM.search(path.read_text()):
        return True
    texts = [one.read_text() for one in TEMPLATES.rglob("*.html")]
    around = [text for text in texts if f'/{path.name}"' in text]
    return bool(around) and all(POSTING_FORM.search(text) for text in around)


def test_what_htmx_sends_goes_along_with_a_guarded_form() -> None:
    by_htmx = [path for path in TEMPLATES.rglob("*.html") if BY_HTMX.search(path.read_text())]
    assert by_htmx
    bare = [path.name for path in by_htmx if not _in_a_form(path)]
    assert bare == [], "htmx sends the fields of the form around it, and with them the token"
