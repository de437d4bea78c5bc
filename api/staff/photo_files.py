"""Turns an uploaded photo into its renditions: upright, re-encoded, without any metadata."""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from threading import Lock
from typing import Final

from PIL import Image, ImageCms, ImageOps

from models.domain.errors import FileRefusedError, FileTooLargeError
from models.domain.photos import (
    MOST_BYTES,
    PRINT_BYTES,
    PRINT_NAME,
    PRINT_SHAPE,
    PRINT_WIDTH,
    SCREEN_BYTES,
    WIDTHS,
)

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 50_000_000
"""More is no photo but an attempt to fill the memory."""
LONGEST_SIDE: Final = 2 * WIDTHS[-1]
"""In pixels; no photo is worked on in a larger size."""
QUALITIES: Final = (80, 70, 58, 44, 30, 16, 4)
"""Of which the best is taken whose file is small enough, or the last."""
PAPER: Final = "#ffffff"
"""Behind what is transparent."""
UNREADABLE: Final = (OSError, ValueError, SyntaxError, EOFError, struct.error)
"""What Pillow raises for files that are broken, hostile or no pictures."""


ONE_AT_A_TIME: Final = Lock()
"""A photo of 50 megapixels takes 150 MB while it is read."""


@dataclass(frozen=True)
class Renditions:
    """A photo in its sizes. Width and height are those of the largest rendition, in pixels."""

    digest: str
    width: int
    height: int
    files: dict[str, bytes]


def renditions_of(content: bytes) -> Renditions:
    """A photo in every size that is kept. Slow: call it in a thread.

    Raises:
        FileTooLargeError: it has more than 8 MB.
        FileRefusedError: it is no JPEG, PNG or WebP, is broken, or has far too many pixels.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLargeError("A photo may have 8 MB at most.")
    try:
        with ONE_AT_A_TIME:
            photo = _upright(content)
        files = {
            f"{width}.webp": _encoded(_narrowed(photo, width), "WEBP", SCREEN_BYTES[width])
            for width in WIDTHS
        }
        files[PRINT_NAME] = _printed(photo)
    except (Image.DecompressionBombError, *UNREADABLE):
        raise FileRefusedError(
            "This file is not a photo that can be read. Send a JPEG, PNG or WebP of at most 50 "
            "megapixels."
        ) from None
    digest = hashlib.sha256(files[f"{WIDTHS[-1]}.webp"]).hexdigest()
    return Renditions(digest, photo.width, photo.height, files)


def _upright(content: bytes) -> Image.Image:
    """The pixels alone, as a camera held upright sees them, no wider than the largest rendition."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    share = LONGEST_SIDE / max(image.size)
    image.draft(None, (int(image.width * share), int(image.height * share)))  # decodes it so
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    image = _in_srgb(ImageOps.exif_transpose(image)).convert("RGBA")
    bare = Image.new("RGB", image.size, PAPER)
    bare.paste(image, mask=image)
    return _narrowed(bare, WIDTHS[-1])


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours that every screen shows: phones take photos in wider ones."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode != "RGB":
        return image
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(image, found, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, *UNREADABLE):
        return image
    return changed or image


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _printed(photo: Image.Image) -> bytes:
    """The rendition for the PDF, its middle."""
    width = max(1, min(PRINT_WIDTH, photo.width, int(photo.height * PRINT_SHAPE)))
    cut = ImageOps.fit(photo, (width, max(1, round(width / PRINT_SHAPE))))
    return _encoded(cut, "JPEG", PRINT_BYTES)


def _encoded(image: Image.Image, kind: str, most_bytes: int) -> bytes:
    """A file as good as so many bytes allow, whatever was photographed."""
    content = b""
    for quality in QUALITIES:
        stream = io.BytesIO()
        image.save(stream, kind, quality=quality)
        content = stream.getvalue()
        if len(content) <= most_bytes:
            break
    return content
