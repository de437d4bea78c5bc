"""Which files are taken, and under which name."""

import io
import zipfile

import pytest

from models.domain.errors import FileRefusedError, FileTooLargeError
from models.domain.files import OFFICE, check_file, readable_size
from models.domain.mentions import mentioned
from models.domain.timeline_kinds import TimelineKind, kind_of

PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n....IHDR"
JPEG = b"\xff\xd8\xff\xe0...JFIF"
LIMIT = 1 << 20


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    """An archive with empty parts."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        if first:
            archive.writestr(*first)
        for name in names:
            archive.writestr(name, "")
    return memory.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")
ODT_MARK = ("mimetype", "application/vnd.oasis.opendocument.text")
ODT = zipped("content.xml", first=ODT_MARK)


@pytest.mark.parametrize(
    ("name", "content", "stored", "media_type"),
    [
        ("Passport.PDF", PDF, "Passport.pdf", "application/pdf"),
        ("photo.png", JPEG, "photo.jpg", "image/jpeg"),
        ("IMG_0042", JPEG, "IMG_0042.jpg", "image/jpeg"),
        ("../../etc/passwd.png", PNG, "passwd.png", "image/png"),
        ("C:\\scans\\visa.png", PNG, "visa.png", "image/png"),
        ("invoice.exe", PDF, "invoice.pdf", "application/pdf"),
        ("rooms.docx", DOCX, "rooms.docx", f"{OFFICE}wordprocessingml.document"),
        ("rates.xlsx", XLSX, "rates.xlsx", f"{OFFICE}spreadsheetml.sheet"),
        ("letter.odt", ODT, "letter.odt", "application/vnd.oasis.opendocument.text"),
        ("pic.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "pic.webp", "image/webp"),
        ("pic.gif", b"GIF89a...", "pic.gif", "image/gif"),
        ("live.heic", b"\x00\x00\x00\x18ftypheic....", "live.heic", "image/heic"),
        ("list.csv", "tên;Điện\n".encode(), "list.csv", "text/plain"),
        ("note", "Xin chào".encode(), "note.txt", "text/plain"),
        ("a\u202egnp.pdf", PDF, "agnp.pdf", "application/pdf"),
        ("x" * 300 + ".pdf", PDF, "x" * 120 + ".pdf", "application/pdf"),
        (".pdf", PDF, "pdf.pdf", "application/pdf"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_is_what_its_content_says(
    name: str, content: bytes, stored: str, media_type: str
) -> None:
    taken = check_file(name, content, LIMIT)
    assert (taken.name, taken.media_type) == (stored, media_type)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.pdf", b"MZ\x90\x00\x03"),
        ("run.pdf", b"\x7fELF\x02\x01\x01"),
        ("page.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("drawing.txt", b"  <svg onload=alert(1)>"),
        ("page.pdf", b"\n%PDF-1.7 after a line"),
        ("run.bat", b"del /s /q C:\\"),
        ("macro.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("macro.odt", zipped("content.xml", "Basic/x", first=ODT_MARK)),
        ("any.zip", zipped("a.txt")),
        ("torn.docx", DOCX[:40]),
        ("nul.txt", b"text\x00more"),
        ("latin.txt", b"caf\xe9"),
        ("empty.pdf", b""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_not_on_the_list_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileRefusedError):
        check_file(name, content, LIMIT)


def test_a_file_may_be_as_large_as_is_said_and_no_larger() -> None:
    exact = PDF + b" " * (LIMIT - len(PDF))
    assert check_file("a.pdf", exact, LIMIT)
    with pytest.raises(FileTooLargeError, match="at most 1 MB"):
        check_file("a.pdf", exact + b" ", LIMIT)
    assert (readable_size(10), readable_size(48_211)) == ("1 KB", "47 KB")
    assert readable_size(9_961_472) == "9.5 MB"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@linh please call", ["linh"]),
        ("Ask @Linh, @marc.dubois. and (@linh)", ["linh", "marc.dubois"]),
        ("write to amelie@example.org or a.b@linh.example", []),
        ("@@linh @ linh +@linh", []),
        ("@", []),
    ],
)
def test_mentions_are_user_names_and_no_addresses(text: str, names: list[str]) -> None:
    assert mentioned(text) == names


@pytest.mark.parametrize(
    ("type_", "actor", "kind"),
    [
        ("MESSAGE_DELIVERED", "system", TimelineKind.MESSAGES),
        ("MESSAGE_RECEIVED", "customer", TimelineKind.MESSAGES),
        ("TASK_DONE", "staff_1", TimelineKind.TASKS),
        ("NOTE_ADDED", "staff_1", TimelineKind.NOTES),
        ("CONTACT_LOGGED", "staff_1", TimelineKind.CONTACTS),
        ("FILE_ADDED", "staff_1", TimelineKind.FILES),
        ("STAGE_CHANGED", "staff_1", TimelineKind.DECISIONS),
        ("STAGE_CHANGED", "system", TimelineKind.STEPS),
        ("QUOTE_ACCEPTED", "customer", TimelineKind.FACTS),
        ("BOOKING_CREATED", "website", TimelineKind.FACTS),
    ],
)
def test_a_line_is_of_one_kind(type_: str, actor: str, kind: TimelineKind) -> None:
    assert kind_of(type_, actor) is kind
