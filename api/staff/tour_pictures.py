"""Turns what staff upload into a tour's picture: WebP, upright, small, without metadata."""

import base64
import binascii
import hashlib
import io
import re
import struct
import warnings
from pathlib import Path
from typing import Final
from uuid import uuid4

from PIL import Image, ImageOps

from models.domain.errors import InvalidInputError

LONGEST_SIDE: Final = 1000
QUALITY: Final = 82
MOST_PIXELS: Final = 50_000_000
"""More is no photo but an attempt to fill the memory."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
DATA_URL: Final = re.compile(r"data:[^,]{0,100};base64,")
UNREADABLE: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow raises for files that are broken, hostile or no pictures."""


def picture_of(data_base64: str) -> bytes:
    """A WebP of at most 1000 by 1000 pixels. Slow: call it in a thread.

    Raises:
        InvalidInputError: it is not base 64, not a picture, or one with far too many pixels.
    """
    try:
        content = base64.b64decode(DATA_URL.sub("", data_base64, count=1), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError("data_base64 is not valid base 64.") from None
    try:
        return _as_webp(content)
    except UNREADABLE:
        raise InvalidInputError(
            "This file is not a picture that can be read. Send a JPEG, PNG or WebP "
            f"of at most {MOST_PIXELS // 1_000_000} megapixels."
        ) from None


def _as_webp(content: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Image.DecompressionBombError
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image = ImageOps.exif_transpose(image)
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY)
    return stream.getvalue()


def keep_picture(folder: Path, filename: str, picture: bytes) -> str:
    """Writes a picture into a tour's folder; its name there, which changes with its content."""
    words = re.sub(r"[^a-z0-9]+", "-", Path(filename).stem.lower()).strip("-")[:40]
    name = f"{words or 'tour'}-{hashlib.sha256(picture).hexdigest()[:12]}.webp"
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{uuid4()}.part"
    unfinished.write_bytes(picture)
    unfinished.replace(folder / name)
    return name
