"""Sentences in the reader's language: gettext catalogs, read from their `.po` files at need.

English is the language of the source. `translations/<language>.po` adds one; nothing is compiled by
hand. In templates `_()` and `ngettext()`, in Python `gettext()`, `ngettext()` and, for what is
translated later, `N_()`.
"""

import io
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

SOURCE_LANGUAGE = "en"
FOLDER = Path(__file__).parent / "translations"
LANGUAGES = (SOURCE_LANGUAGE, *sorted(path.stem for path in FOLDER.glob("*.po")))
"""Languages that pages can be read in."""

language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)
"""The language of the page being made."""


@cache
def catalog(name: str) -> NullTranslations:
    """The sentences of a language; those of the source for one that is not known."""
    path = FOLDER / f"{name}.po"
    if name not in LANGUAGES or not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=name))
    compiled.seek(0)
    return Translations(compiled)


def gettext(text: str, **values: object) -> str:
    """A sentence in the reader's language, with values in the places of `%(name)s`."""
    found: str = catalog(language.get()).gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """A sentence about a number of things; `%(num)s` is the number unless given."""
    return plural(one, many, count) % {"num": count, **values}


def plural(one: str, many: str, count: int) -> str:
    """The sentence for a number of things, its gaps not filled yet: templates fill them."""
    found: str = catalog(language.get()).ngettext(one, many, count)
    return found


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a sentence that is translated where it is shown."""
    return text
