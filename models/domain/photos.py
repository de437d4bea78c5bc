"""What a photo of the library is: its renditions, where they lie, and where they are served."""

from typing import TypedDict

MOST_BYTES = 8 << 20
"""Of an upload."""
WIDTHS = (480, 960, 1600)
"""Of the WebP renditions in pixels; a smaller photo is never enlarged."""
SCREEN_BYTES = {480: 40_000, 960: 100_000, 1600: 250_000}
"""Of each: a phone at 1.6 Mbit/s has the cover of a proposal in half a second."""
PRINT_WIDTH = 1000
"""Of the JPEG for the PDF, whose middle is cut to 3:2."""
PRINT_SHAPE = 1.5
PRINT_BYTES = 120_000
"""Of the JPEG for the PDF, which shows one a day: ten and a cover stay below 1.5 MB."""
PRINT_NAME = "print.jpg"
ADDRESS = "/public/v1/photos/"


class Shown(TypedDict):
    """A photo as a version keeps it: what the library says later changes nothing there."""

    id: str
    digest: str
    width: int
    height: int
    alt: str
    credit: str


def rendition_names() -> tuple[str, ...]:
    """The files of a photo for the screen, the smallest first."""
    return tuple(f"{width}.webp" for width in WIDTHS)


def rendition_key(digest: str, name: str) -> str:
    """Where the document store keeps a rendition of the photo with this hash."""
    return f"photos/{digest[:2]}/{digest}/{name}"


def photo_address(digest: str, width: int) -> str:
    """Where a photo is served in a width of `WIDTHS`; its content never changes."""
    return f"{ADDRESS}{digest}/{width}.webp"


def srcset(digest: str, width: int) -> str:
    """Its addresses with their true widths, for a photo that was `width` pixels wide."""
    true = {min(one, width): one for one in reversed(WIDTHS)}
    return ", ".join(f"{photo_address(digest, true[one])} {one}w" for one in sorted(true))
