"""Which files are taken, and what a file is: by its content, never by its name alone."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from models.domain.errors import FileRefusedError, FileTooLargeError

LONGEST_NAME = 120
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that hide or turn around what a name says."""
MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|script|svg|iframe)", re.IGNORECASE)
MACROS = re.compile(r"(?:^|/)(?:vbaProject\.bin|vbaData\.xml)$|^(?:Basic|Scripts)/", re.IGNORECASE)
HEIC_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis"})
MOST_ENTRIES = 10_000
"""A document of an office program has a few hundred parts at most."""


@dataclass(frozen=True)
class FileType:
    """A sort of file that is taken; `extensions` begin with the one for files without any."""

    media_type: str
    name: str
    extensions: tuple[str, ...]
    is_this: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS


def _zipped(*parts: str) -> Callable[[bytes], bool]:
    """A document in a zip that has these parts and nothing that runs by itself."""

    def is_this(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False  # what can't be opened is none of the types that are taken
        if len(names) > MOST_ENTRIES or any(MACROS.search(name) for name in names):
            return False
        return all(part in names for part in parts)

    return is_this


def _opendocument(kind: bytes) -> Callable[[bytes], bool]:
    """OpenDocument says what it is in its first part, which is never packed."""
    mark = b"mimetypeapplication/vnd.oasis.opendocument." + kind
    plain = _zipped("mimetype", "content.xml")
    return lambda content: content[30 : 30 + len(mark)] == mark and plain(content)


def _text(content: bytes) -> bool:
    """Words in UTF-8 that no browser would take for a page."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not MARKUP.match(text) and not re.search(r"[\x00-\x08\x0b\x0e-\x1f]", text)


TEXT = "text/plain"
OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENTS = "[Content_Types].xml"
TYPES: tuple[FileType, ...] = (
    FileType("application/pdf", "PDF", ("pdf",), _begins(b"%PDF-")),
    FileType("image/jpeg", "JPEG", ("jpg", "jpeg", "jpe"), _begins(b"\xff\xd8\xff")),
    FileType("image/png", "PNG", ("png",), _begins(b"\x89PNG\r\n\x1a\n")),
    FileType("image/webp", "WebP", ("webp",), _webp),
    FileType("image/gif", "GIF", ("gif",), _begins(b"GIF87a", b"GIF89a")),
    FileType("image/heic", "HEIC", ("heic", "heif"), _heic),
    FileType(
        f"{OFFICE}wordprocessingml.document",
        "Word",
        ("docx",),
        _zipped(CONTENTS, "word/document.xml"),
    ),
    FileType(
        f"{OFFICE}spreadsheetml.sheet", "Excel", ("xlsx",), _zipped(CONTENTS, "xl/workbook.xml")
    ),
    FileType(
        "application/vnd.oasis.opendocument.text",
        "OpenDocument text",
        ("odt",),
        _opendocument(b"text"),
    ),
    FileType(
        "application/vnd.oasis.opendocument.spreadsheet",
        "OpenDocument spreadsheet",
        ("ods",),
        _opendocument(b"spreadsheet"),
    ),
    FileType(TEXT, "text", ("txt", "csv", "md"), _text),
)
"""The allow-list. What is none of these is not taken; text comes last, for it has no mark."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that is taken: under a name that says what it is."""

    name: str
    media_type: str


def check_file(name: str, content: bytes, most_bytes: int) -> CheckedFile:
    """What a file is and may be called.

    Args:
        name: as the person's computer calls it; folders are left out.
        content: all of it.
        most_bytes: the largest size that is taken.

    Raises:
        FileTooLargeError: it is larger than is taken.
        FileRefusedError: it is empty, or of no type that is taken.
    """
    if not content:
        raise FileRefusedError("The file is empty.")
    if len(content) > most_bytes:
        raise FileTooLargeError(f"The file is too large: at most {readable_size(most_bytes)}.")
    found = next((one for one in TYPES if one.is_this(content)), None)
    if found is None:
        raise FileRefusedError(
            "This file is none of the types that are taken: PDF, pictures, Word, Excel, "
            "OpenDocument and plain text, without macros."
        )
    return CheckedFile(_named(name, found), found.media_type)


def _named(name: str, found: FileType) -> str:
    """The name, ending in what the content is.

    Raises:
        FileRefusedError: the name says that it is a program or something else that is not taken.
    """
    path = PurePosixPath(CONTROL.sub("", name).replace("\\", "/"))
    stem, extension = path.stem.strip(". "), path.suffix.removeprefix(".").lower()
    stem = stem[:LONGEST_NAME] or "file"
    if extension in found.extensions:
        return f"{stem}.{extension}"
    if extension and found.media_type == TEXT:
        raise FileRefusedError(f"Files that end in .{extension} are not taken.")
    return f"{stem}.{found.extensions[0]}"


def readable_size(size: int) -> str:
    """A number of bytes as people read it: `48 KB`, `9.5 MB`."""
    if size < 1 << 20:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1 << 20):.1f} MB".replace(".0 MB", " MB")
