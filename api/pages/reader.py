"""Who reads a page: language, zone, formats, theme and density, from cookies or the browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeVar
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError

from api.pages import translation
from api.pages.translation import LANGUAGES, SOURCE_LANGUAGE
from models.domain.clock import TRIP_ZONE

CHOICES_COOKIE = "atp_view"
"""What a person chose, as a query string: no personal data, and nothing that changes rights."""
ZONE_COOKIE = "atp_zone"
"""The zone that the browser reports; a chosen one goes before it."""
MOST_LANGUAGES = 10
USUAL_FORMATS = {"en": "en_GB"}
"""How a language writes numbers and dates when the browser names no region."""
FORMATS = ("en_GB", "en_US", "vi_VN", "fr_FR", "de_DE")
"""Formats to choose from; a browser may bring others."""
AREAS = (
    "Africa/",
    "America/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
"""Where zones are that are named after a city."""

Kind = TypeVar("Kind", bound=StrEnum)


class Theme(StrEnum):
    """Colours; `AUTO` follows the device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """How much room rows and fields take."""

    ROOMY = "roomy"
    COMPACT = "compact"


class Shortcuts(StrEnum):
    """Whether single keys do something; Ctrl-K does in any case."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True)
class Choices:
    """What a person chose by hand; empty where the browser decides."""

    language: str = ""
    zone: str = ""
    formats: str = ""
    theme: Theme = Theme.AUTO
    density: Density = Density.ROOMY
    shortcuts: Shortcuts = Shortcuts.ON

    def cookie(self) -> str:
        """The value of `CHOICES_COOKIE`."""
        return urlencode({name: value for name, value in vars(self).items() if value})


@dataclass(frozen=True)
class Reader:
    """How one person's pages read."""

    language: str = SOURCE_LANGUAGE
    locale: Locale = Locale("en", "GB")  # noqa: RUF009 - a Babel locale never changes
    zone: tzinfo = TRIP_ZONE
    choices: Choices = Choices()


_reading: ContextVar[Reader] = ContextVar("reader")
NOBODY_IN_PARTICULAR = Reader()


def reader() -> Reader:
    """Whose request is answered; outside of any, English at the trip's place."""
    return _reading.get(NOBODY_IN_PARTICULAR)


@contextmanager
def reading(who: Reader) -> Iterator[None]:
    """Pages made inside of this are made for `who`."""
    before, spoken = _reading.set(who), translation.language.set(who.language)
    try:
        yield
    finally:
        translation.language.reset(spoken)
        _reading.reset(before)


@lru_cache(maxsize=512)
def reader_of(choices: str, zone: str, accepted: str) -> Reader:
    """The reader of a request.

    Args:
        choices: the value of `CHOICES_COOKIE`, or nothing.
        zone: the value of `ZONE_COOKIE`, or nothing.
        accepted: the header Accept-Language, or nothing.
    """
    chosen = read_choices(choices)
    wished = list(_wished(accepted))
    language = chosen.language or next(
        (tag.split("_")[0] for tag in wished if tag.split("_")[0] in LANGUAGES), SOURCE_LANGUAGE
    )
    return Reader(
        language=language,
        locale=_locale(chosen.formats, language, wished),
        zone=_zone(chosen.zone) or _zone(zone) or TRIP_ZONE,
        choices=chosen,
    )


def read_choices(value: str) -> Choices:
    """The choices of a cookie or a form; whatever is unknown there counts as not chosen."""
    given = {name: texts[-1] for name, texts in parse_qs(value).items()}
    language, zone, formats = (given.get(name, "") for name in ("language", "zone", "formats"))
    return Choices(
        language=language if language in LANGUAGES else "",
        zone=zone if zone in zones() else "",
        formats=formats if formats in FORMATS else "",
        theme=_one_of(Theme.AUTO, given.get("theme")),
        density=_one_of(Density.ROOMY, given.get("density")),
        shortcuts=_one_of(Shortcuts.ON, given.get("shortcuts")),
    )


def _one_of(usual: Kind, given: str | None) -> Kind:
    kind = type(usual)
    return kind(given) if given in set(kind) else usual


@cache
def zones() -> frozenset[str]:
    """Every zone of the world by its name of area and city, and UTC."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/")
    return frozenset(
        name
        for name in available_timezones()
        if name.startswith((*areas, "Pacific/")) or name == "UTC"
    )


def _zone(name: str) -> tzinfo | None:
    return ZoneInfo(name) if name in zones() else None


def _wished(accepted: str) -> Iterator[str]:
    """Languages of the header Accept-Language as `de_CH`, the most wished one first."""
    ranked = []
    for number, part in enumerate(accepted.split(",")[:MOST_LANGUAGES]):
        tag, _, weight = part.partition(";q=")
        try:
            ranked.append((-float(weight or 1), number, tag.strip().replace("-", "_")))
        except ValueError:
            continue
    yield from (tag for _, _, tag in sorted(ranked) if tag)


def _locale(chosen: str, language: str, wished: list[str]) -> Locale:
    """The chosen formats, else those of the browser's region for the language, else its usual."""
    regional = (tag for tag in wished if tag.split("_")[0] == language and "_" in tag)
    for name in (chosen, *regional, USUAL_FORMATS.get(language, language)):
        try:
            return Locale.parse(name)
        except (ValueError, UnknownLocaleError):
            continue
    return NOBODY_IN_PARTICULAR.locale
