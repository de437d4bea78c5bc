"""Pages of a PDF as small grey pictures, and how far two of them are apart."""

from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument

DOTS_PER_INCH: Final = 60
POINTS_PER_INCH: Final = 72
WHITE: Final = 255
NOTICED: Final = 48
"""A pixel has changed when it is so many of 255 greys away: smoothing alone seldom does that."""
MOST_CHANGED: Final = 0.0005
"""Share of a page's pixels that may have changed: less than one word does."""
MOST_APART: Final = 1.0
"""Greys that the pixels of a page may be away on average."""


@dataclass(frozen=True)
class Distance:
    """How far one page is from another: greys on average, and the share of changed pixels."""

    mean: float
    changed: float

    @property
    def tolerable(self) -> bool:
        """Whether nobody would see it."""
        return self.mean <= MOST_APART and self.changed <= MOST_CHANGED

    def __str__(self) -> str:
        return f"{self.mean:.2f} greys apart, {self.changed:.2%} of its pixels changed"


def pages_of(pdf: bytes) -> list[Image.Image]:
    """The pages as grey pictures of 60 dots per inch.

    Raises:
        pypdfium2.PdfiumError: it is no PDF.
    """
    with PdfDocument(pdf) as document:
        drawn = [page.render(scale=DOTS_PER_INCH / POINTS_PER_INCH) for page in document]
        return [bitmap.to_pil().convert("L") for bitmap in drawn]


def distance(one: Image.Image, other: Image.Image) -> Distance:
    """How far two pages are apart; pages of different sizes have everything changed."""
    if one.size != other.size:
        return Distance(WHITE, 1.0)
    counts = ImageChops.difference(one, other).histogram()
    pixels = sum(counts)
    mean = sum(grey * count for grey, count in enumerate(counts)) / pixels
    return Distance(mean, sum(counts[NOTICED:]) / pixels)


def side_by_side(expected: Image.Image, drawn: Image.Image) -> Image.Image:
    """For a person: what was expected, what was drawn, and what differs in black."""
    size = (max(expected.width, drawn.width), max(expected.height, drawn.height))
    both = [_on_white(page, size) for page in (expected, drawn)]
    sheet = Image.new("L", (size[0] * 3, size[1]), WHITE)
    apart = ImageChops.invert(ImageChops.difference(*both))
    for place, page in enumerate([*both, apart]):
        sheet.paste(page, (place * size[0], 0))
    return sheet


def _on_white(page: Image.Image, size: tuple[int, int]) -> Image.Image:
    paper = Image.new("L", size, WHITE)
    paper.paste(page, (0, 0))
    return paper
