"""The website: what we offer at `/`, the enquiry as a plain page, and what crawlers ask for."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urlsplit

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.datastructures import FormData

from api.identity.doors import Door, opened
from api.middleware.security_headers import CSP, content_security_policy
from api.pages.rendering import idempotency_key, render, static
from api.problems import Problem
from api.public.bookings import take_enquiry
from api.public.enquiry_answers import KEY_HEADER
from api.resources import ApiResources
from models.settings import Settings

DESTINATIONS: Final = ("Vietnam", "Thailand", "Cambodia", "Laos", "Multi-country")
STYLES: Final = ("Adventure", "Culture", "Beach", "Family", "Luxury", "Budget", "Food")
DURATIONS: Final = ("3-5 days", "6-8 days", "9-12 days", "13-16 days", "17+ days")
BUDGETS: Final = (
    "$500-$900 / week",
    "$900-$1,400 / week",
    "$1,400-$2,200 / week",
    "$2,200+ / week",
)
LANGUAGES: Final = ("English", "French", "German", "Spanish", "Other")
CHANNELS: Final = (("email", "E-mail"), ("whatsapp", "WhatsApp"))
MONTHS_AHEAD: Final = 24
CONSENT: Final = "consent_"
KEY_FIELD: Final = "idempotency_key"
KEPT: Final = frozenset({"utm_source", "utm_medium", "utm_campaign", "tour_id"})
"""What the address of a form may bring along."""
ALWAYS_ASK: Final = {"Cache-Control": "no-cache"}
A_DAY: Final = {"Cache-Control": "public, max-age=86400"}
FOUND_FOR_EVER: Final = 308
ROBOTS: Final = "\n".join(
    ("User-agent: *", *(f"Disallow: /{path}/" for path in ("api", "auth", "backoffice")), "")
)
Word = Annotated[str, Query(max_length=100)]

router = APIRouter(include_in_schema=False)


@router.get("/")
@opened(Door.ANYONE)
async def home(
    request: Request, resources: ApiResources, dest: Word = "", style: Word = ""
) -> HTMLResponse:
    """What we offer; the tours of a country and style when the address names them."""
    catalog = await resources.tours.catalog()
    page = _render(
        request,
        "website/home.html",
        tours=catalog.matching(dest, style),
        everything=catalog.cards,
        dest=dest,
        style=style,
        filter_url=_filter_url,
        promise=(await resources.terms.of(None)).promise,
        typed={},
    )
    page.headers.update(ALWAYS_ASK)
    return page


@router.get("/enquire")
@opened(Door.ANYONE)
async def enquire(request: Request) -> HTMLResponse:
    """The enquiry on a page of its own, which works without JavaScript."""
    given = {name: said for name, said in request.query_params.items() if name in KEPT}
    asked = request.query_params
    wishes = {"destination": asked.get("dest", ""), "style": asked.get("style", "")}
    page = _render(request, "website/enquire.html", fault="", typed=given | wishes)
    page.headers.update(ALWAYS_ASK)
    return page


@router.post("/enquire")
@opened(Door.ANYONE)
async def send_enquiry(request: Request) -> HTMLResponse:
    """Takes the enquiry of a browser without JavaScript by the same door as all others."""
    form = await request.form()
    typed = {name: said for name, said in form.items() if isinstance(said, str)}
    try:
        answer = await take_enquiry(_as_json(request, form))
    except Problem as problem:
        return _render(
            request,
            "website/enquire.html",
            status=int(problem.kind.status),
            fault=problem.sentence,
            typed=typed,
        )
    told = orjson.loads(answer.body)
    text = told.get("next_step_message") or told["message"]
    return _render(request, "website/enquire.html", sent=True, fault="", text=text, typed={})


@router.get("/robots.txt")
@opened(Door.ANYONE)
async def robots() -> PlainTextResponse:
    """What crawlers may read."""
    return PlainTextResponse(ROBOTS, headers=A_DAY)


@router.get("/favicon.ico")
@opened(Door.ANYONE)
async def favicon() -> RedirectResponse:
    """The icon, for those who ask at its old place."""
    return RedirectResponse(static("favicon.svg"), FOUND_FOR_EVER, A_DAY)


def _as_json(request: Request, form: FormData) -> Request:
    """The same request with the form's fields as the JSON that the website sends."""
    fields: dict[str, object] = {name: said for name, said in form.items() if isinstance(said, str)}
    key = str(fields.pop(KEY_FIELD, ""))
    fields["consent"] = {
        channel: "yes" if f"{CONSENT}{channel}" in fields else "no" for channel, _ in CHANNELS
    }
    body = orjson.dumps(fields)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    name = KEY_HEADER.lower().encode()
    headers = [header for header in request.scope["headers"] if header[0] != name]
    headers.append((name, key.encode("latin-1", "replace")))
    return Request({**request.scope, "headers": headers}, receive)


def _render(
    request: Request,
    template: str,
    *,
    typed: dict[str, str],
    status: int = 200,
    sent: bool = False,
    **facts: object,
) -> HTMLResponse:
    """A page with the enquiry form, unless it was `sent`; with its challenge where one is asked."""
    settings: Settings = request.app.state.settings
    challenge = None
    if settings.captcha_required and not sent:
        challenge = {"script": settings.turnstile_script_url, "key": settings.turnstile_site_key}
    facts |= {"challenge": challenge, "sent": sent} | _form_facts(typed)
    page = render(request, template, status=status, **facts)
    if challenge:
        script = urlsplit(challenge["script"])
        page.headers[CSP] = content_security_policy(challenge=f"{script.scheme}://{script.netloc}")
    return page


def _form_facts(typed: dict[str, str]) -> dict[str, Any]:
    """What the form offers, and what is filled in already."""
    return {
        "typed": typed,
        "form_key": typed.get(KEY_FIELD) or idempotency_key(),
        "destinations": DESTINATIONS,
        "styles": STYLES,
        "durations": DURATIONS,
        "budgets": BUDGETS,
        "languages": LANGUAGES,
        "channels": CHANNELS,
        "months": months_from(datetime.now(UTC).date()),
    }


def months_from(today: date) -> list[tuple[str, str]]:
    """The months in which a trip can begin: `("2027-05", "May 2027")`, this month first."""
    first = today.year * 12 + today.month - 1
    return [
        (f"{on:%Y-%m}", f"{on:%B %Y}")
        for number in range(first, first + MONTHS_AHEAD)
        for on in (date(number // 12, number % 12 + 1, 1),)
    ]


def _filter_url(dest: str, style: str) -> str:
    """The address of the tours of a country and style."""
    chosen = {name: said for name, said in (("dest", dest), ("style", style)) if said}
    return f"/{'?' + urlencode(chosen) if chosen else ''}#tours"
