"""What customers read of a quote, in their language: sentences from catalogs, values by Babel.

English is the language of the source; `translations/<language>.po` has the others. Pages use it as
the PDF does, so that both say the same.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from models.domain.clock import TRIP_ZONE
from models.domain.money import Money, minor_digits

FOLDER = Path(__file__).parent / "translations"
ENGLISH = "en"
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "vi": "Tiếng Việt",
}
"""What each language calls itself."""
LOCALES = {
    "en": Locale("en", "GB"),
    "de": Locale("de", "DE"),
    "fr": Locale("fr", "FR"),
    "es": Locale("es", "ES"),
    "vi": Locale("vi", "VN"),
}
NAMED = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "vietnamese": "vi",
    "tiếng việt": "vi",
}
"""The languages as enquiries name them."""

_language: ContextVar[str] = ContextVar("customers_language", default=ENGLISH)


def language_of(name: str | None) -> str | None:
    """The code of a language that is called `German`, `de` or `de-CH`; None when it is no other."""
    wanted = (name or "").strip().lower()
    code = NAMED.get(wanted, wanted.replace("_", "-").partition("-")[0])
    return code if code in LANGUAGES else None


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """What is written inside of this is written in a language of `LANGUAGES`."""
    before = _language.set(code)
    try:
        yield
    finally:
        _language.reset(before)


def spoken() -> str:
    """The language that is written in now."""
    return _language.get()


@cache
def _catalog(code: str) -> NullTranslations:
    path = FOLDER / f"{code}.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return Translations(compiled)


def gettext(text: str, **values: object) -> str:
    """A sentence, with values in the places of `%(name)s`."""
    found: str = _catalog(spoken()).gettext(text)
    return found % values if values else found


def plural(one: str, many: str, count: int) -> str:
    """The sentence for a number of things, its gaps not filled yet: templates fill them."""
    found: str = _catalog(spoken()).ngettext(one, many, count)
    return found


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a sentence that is translated where it is shown."""
    return text


KINDS = {
    "HOTEL": N_("Accommodation"),
    "TRANSPORT": N_("Transport"),
    "CRUISE": N_("Cruise"),
    "ACTIVITY": N_("Activity"),
    "GUIDE": N_("Guide"),
    "RESTAURANT": N_("Meal"),
    "FLIGHT": N_("Flight"),
    "FEE": N_("Fee"),
    "DEPOSIT": N_("Deposit"),
    "BALANCE": N_("Balance"),
    "FULL": N_("Full payment"),
}
COUNTRIES = {
    "Vietnam": N_("Vietnam"),
    "Thailand": N_("Thailand"),
    "Cambodia": N_("Cambodia"),
    "Laos": N_("Laos"),
}


REFUSALS = (
    N_("This version of the quote is not open any more."),
    N_("This can't be decided just now. Nothing was changed; please try again in a moment."),
    N_("Please write at most 200 characters."),
    N_("Please write at most 4000 characters."),
)
"""What a reader may be told besides the sentences that catalogs find in the code."""


def kind(value: str) -> str:
    """The kind of a service or of an instalment, in words."""
    return gettext(KINDS.get(value, value.capitalize()))


def country(name: str) -> str:
    """A country where we travel; any other text as it is."""
    return gettext(COUNTRIES[name]) if name in COUNTRIES else name


def money(amount_minor: int, currency: str) -> str:
    """An amount in minor units: `USD 1,234.50`, `1.234,50 €`."""
    if spoken() == ENGLISH:
        return str(Money(amount_minor, currency))
    digits = minor_digits(currency)
    amount = Decimal(amount_minor).scaleb(-digits)
    return str(numbers.format_currency(amount, currency, locale=LOCALES[spoken()]))


def number(value: float) -> str:
    """A number with the language's signs."""
    return str(numbers.format_decimal(value, locale=LOCALES[spoken()]))


def percent(value: int) -> str:
    """A share of a hundred: `30 %`, in English and Vietnamese `30%`."""
    return str(numbers.format_percent(Decimal(value) / 100, locale=LOCALES[spoken()]))


def day(on: date) -> str:
    """A day: `14 March 2030`, `14. März 2030`."""
    return str(dates.format_date(on, "long", locale=LOCALES[spoken()]))


def weekday(on: date) -> str:
    """A day with its weekday: `Thursday 14 March 2030`."""
    return str(dates.format_date(on, "full", locale=LOCALES[spoken()]))


def moment(at: datetime) -> str:
    """An instant at the trip's place."""
    there = at.astimezone(TRIP_ZONE)
    clock = dates.format_time(there, "HH:mm", locale=LOCALES[spoken()])
    return gettext("%(day)s, %(time)s (Vietnam time, UTC+7)", day=weekday(there.date()), time=clock)


FILTERS: dict[str, Callable[..., str]] = {
    "money": money,
    "number": number,
    "percent": percent,
    "day": day,
    "date": day,
    "weekday": weekday,
    "moment": moment,
    "datetime": moment,
    "kind": kind,
    "country": country,
}
