"""`/backoffice/preferences`: language, zone, formats, theme, density and keys, kept in a cookie."""

from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.identity.allowed import Allowed
from api.identity.session import is_secure
from api.pages.backoffice.frame import done, page, typed
from api.pages.reader import (
    CHOICES_COOKIE,
    FORMATS,
    Density,
    Shortcuts,
    Theme,
    read_choices,
    zones,
)
from api.pages.translation import LANGUAGES, gettext
from api.resources import ApiResources
from api.staff.opening import PageAsking, PageReading
from models.domain.access import Permission

router = APIRouter(prefix="/backoffice/preferences", include_in_schema=False)

A_YEAR = 365 * 24 * 60 * 60
SAMPLE_NUMBER = 1234.5
Options = list[tuple[str, str]]


@router.get("", dependencies=[Allowed(Permission.USE_BACK_OFFICE)])
async def show(request: Request, desk: PageReading) -> HTMLResponse:
    """The form."""
    return page(
        request,
        desk,
        "preferences.html",
        section="preferences",
        languages=_languages(),
        zones=_zones(),
        formats=_formats(),
        themes=_themes(),
        densities=_densities(),
        shortcuts=_shortcuts(),
    )


@router.post("", dependencies=[Allowed(Permission.USE_BACK_OFFICE)])
async def save(request: Request, desk: PageAsking, resources: ApiResources) -> Response:
    """Keeps the choices in this browser; a field that does not come along stays as it was."""
    del desk
    entered = await typed(request)
    before = read_choices(request.cookies.get(CHOICES_COOKIE, ""))
    chosen = read_choices(urlencode({**vars(before), **entered}))
    answer = done("/backoffice/preferences", "preferences")
    answer.set_cookie(
        CHOICES_COOKIE,
        chosen.cookie(),
        max_age=A_YEAR,
        httponly=True,
        samesite="lax",
        secure=is_secure(resources.settings),
    )
    return answer


def _languages() -> Options:
    named = [
        (name, str(Locale.parse(name).get_display_name(name)).capitalize()) for name in LANGUAGES
    ]
    return [("", gettext("As this browser asks for")), *named]


def _formats() -> Options:
    today = datetime.now(UTC).date()
    shown = [
        (name, f"{format_decimal(SAMPLE_NUMBER, locale=name)} · {format_date(today, locale=name)}")
        for name in FORMATS
    ]
    return [("", gettext("As usual in the language")), *shown]


def _themes() -> Options:
    return [
        (Theme.AUTO, gettext("As this device")),
        (Theme.LIGHT, gettext("Light")),
        (Theme.DARK, gettext("Dark")),
    ]


def _densities() -> Options:
    return [(Density.ROOMY, gettext("Roomy")), (Density.COMPACT, gettext("Compact"))]


def _shortcuts() -> Options:
    return [(Shortcuts.ON, gettext("On")), (Shortcuts.OFF, gettext("Off, but for Ctrl-K"))]


def _zones() -> list[tuple[str, Options]]:
    """Zones by area, each with its distance from UTC at this hour."""
    return _zones_at(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=2)
def _zones_at(hour: datetime) -> list[tuple[str, Options]]:
    areas: dict[str, Options] = defaultdict(list)
    for name in sorted(zones()):
        area, _, city = name.partition("/")
        offset = hour.astimezone(ZoneInfo(name)).strftime("%z")
        shown = (city or area).replace("_", " ").replace("/", ", ")
        areas[area].append((name, f"{shown} (UTC{offset[:3]}:{offset[3:]})"))
    return list(areas.items())
