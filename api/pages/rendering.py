"""The one Jinja environment of all pages, and the one function that renders with it."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.pages import formats
from api.pages.reader import reader
from api.pages.translation import LANGUAGES, catalog, gettext, plural
from models.domain.files import readable_size
from models.domain.photos import photo_address, srcset

PAGES = Path(__file__).parent
STATIC = PAGES / "static"
STATIC_URL = "/static"


@cache
def static(name: str) -> str:
    """The address of a static file, with a mark of its content so that it may be kept for ever."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_URL}/{name}?v={mark}"


def idempotency_key() -> str:
    """A fresh key for a form: the same form sent twice is the same command."""
    return str(uuid4())


def make_environment() -> Environment:
    """Jinja with escaping on, unknown names refused, and the filters of `formats`."""
    environment = Environment(
        loader=FileSystemLoader(PAGES / "templates"),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(gettext, plural, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    environment.filters |= {
        "money": formats.money,
        "datetime": formats.moment,
        "clock": formats.clock,
        "date": formats.day,
        "trip_day": formats.trip_day,
        "month": formats.month,
        "iso": formats.iso,
        "ago": formats.ago,
        "due": formats.due,
        "reading_time": formats.reading_time,
        "urgency": formats.urgency,
        "words": formats.words,
        "tone": formats.tone,
        "size": readable_size,
        "number": formats.number,
        "rate": formats.rate,
        "zone_name": formats.zone_name,
    }
    environment.globals |= {
        "static": static,
        "idempotency_key": idempotency_key,
        "countdown_words": formats.countdown_words,
        "photo_address": photo_address,
        "photo_srcset": srcset,
    }
    return environment


ENVIRONMENT = make_environment()
for language in LANGUAGES:
    catalog(language)  # read now, so that no request waits for it


def render(
    request: Request, template: str, *, status: int = HTTPStatus.OK, **context: object
) -> HTMLResponse:
    """A page from a template of `templates/`, in the reader's language.

    Args:
        request: what is answered; its CSRF token, if identity gave it one, reaches every form.
        template: path below `templates/`, such as `backoffice/booking.html`.
        status: the answer's status; errors take theirs from `api.problems`.
        context: what the template shows. `now`, `request`, `csrf_token`, `reader` (whose language,
            zone and choices the page is made in) and `lang` are always there.
    """
    return render_by(ENVIRONMENT, request, template, status, context)


def render_by(
    environment: Environment,
    request: Request,
    template: str,
    status: int,
    context: Mapping[str, object],
) -> HTMLResponse:
    """As `render`, with the texts and formats of another environment."""
    who = reader()
    facts: dict[str, object] = {
        "request": request,
        "now": datetime.now(UTC),
        "reader": who,
        "lang": who.language,
        "csrf_token": getattr(request.state, "csrf_token", ""),
        **context,
    }
    return HTMLResponse(environment.get_template(template).render(facts), status_code=status)
