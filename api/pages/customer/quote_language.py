"""In which language a customer reads a quote, and the environment that speaks it."""

from typing import Final

from fastapi import Request, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from activities import speaking
from activities.message_texts import TEMPLATES
from api.pages.rendering import make_environment
from models.store.message_facts import BookingAbout

COOKIE: Final = "atp_quote_language"
PARAMETER: Final = "lang"
A_YEAR: Final = 31_536_000


def make_speaking() -> Environment:
    """The templates of pages and what PDFs share with them, speaking as `speaking` does."""
    environment = make_environment()
    assert environment.loader is not None  # noqa: S101 - pages are always loaded from a folder
    environment.loader = ChoiceLoader([environment.loader, FileSystemLoader(TEMPLATES)])
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        speaking.gettext, speaking.plural, newstyle=True
    )
    environment.filters |= speaking.FILTERS
    return environment


SPEAKING: Final = make_speaking()


def chosen_language(request: Request) -> str | None:
    """The language that the reader chose by the link at hand; None when they chose none now."""
    return speaking.language_of(request.query_params.get(PARAMETER))


def language_for(request: Request, about: BookingAbout) -> str:
    """What the reader chose now or before, else what the customer speaks, else the browser does."""
    given = (
        request.query_params.get(PARAMETER),
        request.cookies.get(COOKIE),
        about.customer.language,
        about.booking.language,
        *(part.partition(";")[0] for part in request.headers.get("accept-language", "").split(",")),
    )
    return next(filter(None, map(speaking.language_of, given)), speaking.ENGLISH)


def remember_language(request: Request, response: Response) -> None:
    """Keeps a language that was chosen for all quotes; it says nothing else of anybody."""
    if (code := chosen_language(request)) is not None:
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, code, max_age=A_YEAR, path="/quote/", httponly=True, secure=secure,
            samesite="lax",
        )  # fmt: skip
