"""Texts that consultants put into quotes, in the languages of customers."""

from collections.abc import Mapping
from typing import Final

from models.domain.errors import InvalidInputError

LANGUAGES: Final = ("en", "de", "fr", "es", "vi")
"""Those in which a quote can be read; English stands in for one that is not written."""
STAND_IN: Final = LANGUAGES[0]
LONGEST_TEXT: Final = 4_000
"""As much as an introduction or a day of a quote can hold."""


def text_in(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """A text in a language, or in English where there is none; and which of both it is."""
    found = language if texts.get(language) else STAND_IN
    return texts[found], found


def merged(texts: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """A text with some languages written anew; what is empty is not kept.

    Raises:
        InvalidInputError: there is no English text any more.
    """
    told = {**texts, **changes}
    if not told.get(STAND_IN):
        raise InvalidInputError("texts.en: write the English text, which stands in for others.")
    return {code: told[code] for code in LANGUAGES if told.get(code)}


def joined(before: str, text: str) -> str:
    """A text behind what is written already, as a paragraph of its own."""
    return f"{before.rstrip()}\n\n{text}" if before.strip() else text
