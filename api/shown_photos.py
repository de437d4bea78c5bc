"""A photo that a quote shows, as programs read it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from models.domain.photos import WIDTHS, photo_address, srcset


class ShownPhoto(BaseModel):
    """A photo at an address that never changes. Width and height in pixels."""

    id: str
    src: str
    srcset: str
    width: int
    height: int
    alt: str
    credit: str


def shown_photo(kept: Mapping[str, Any] | ShownPhoto | None) -> ShownPhoto | None:
    """What a version keeps of a photo, with its addresses."""
    if kept is None or isinstance(kept, ShownPhoto):
        return kept
    digest, width = kept["digest"], kept["width"]
    return ShownPhoto(
        **{name: kept[name] for name in ("id", "width", "height", "alt", "credit")},
        src=photo_address(digest, WIDTHS[1]),
        srcset=srcset(digest, width),
    )


Photographed = Annotated[ShownPhoto | None, BeforeValidator(shown_photo)]
"""A field of what a version keeps of a photo."""
