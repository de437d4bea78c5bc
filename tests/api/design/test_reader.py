"""Who reads a page is told by cookies and the browser; what is unknown there is not believed."""

import pytest

from api.pages.reader import Choices, Density, Theme, read_choices, reader_of
from models.domain.clock import TRIP_ZONE


@pytest.mark.parametrize(
    ("accepted", "language", "formats"),
    [
        ("", "en", "en_GB"),
        ("en-US,en;q=0.9", "en", "en_US"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi", "vi_VN"),
        ("vi", "vi", "vi"),
        ("fr-FR,fr;q=0.9,vi;q=0.5", "vi", "vi"),
        ("de-DE, en;q=0.4, vi;q=0.2", "en", "en_GB"),
        ("en;q=0.1,vi;q=0.9", "vi", "vi"),
        ("en-XX", "en", "en_GB"),
        ("vi;q=many,;;,*", "en", "en_GB"),
    ],
)
def test_the_browser_proposes_language_and_formats(
    accepted: str, language: str, formats: str
) -> None:
    who = reader_of("", "", accepted)
    assert (who.language, str(who.locale)) == (language, formats)


def test_what_was_chosen_goes_before_what_the_browser_says() -> None:
    chosen = Choices(
        language="vi",
        zone="Europe/Berlin",
        formats="de_DE",
        theme=Theme.DARK,
        density=Density.COMPACT,
    )
    who = reader_of(chosen.cookie(), "America/New_York", "en-US")
    assert who.choices == chosen
    assert (who.language, str(who.locale), str(who.zone)) == ("vi", "de_DE", "Europe/Berlin")


def test_the_browsers_zone_counts_when_none_was_chosen() -> None:
    assert str(reader_of("", "America/New_York", "").zone) == "America/New_York"
    assert reader_of("", "", "").zone == TRIP_ZONE


@pytest.mark.parametrize(
    "cookie",
    [
        "language=xx&zone=Mars/Olympus&formats=xx_XX&theme=pink&density=tight",
        "zone=../../etc/passwd&theme=&=&&",
        "language=vi%00&zone=Asia",
        "x" * 400,
    ],
)
def test_choices_that_are_none_are_not_believed(cookie: str) -> None:
    assert read_choices(cookie) == Choices()
