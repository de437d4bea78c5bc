"""The PDF of a quote, page by page: what it looks like, and what readers and archives need of it.

Reference pages are drawn anew by `python -m tests.activities.quote_pages`.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from activities.providers.chromium import PDF_DATE, Chromium
from models.database import Sessions
from tests.activities.quote_pages.drawing import REFERENCES, drawn, page_of, reference
from tests.support.fixed_quotes import ALL_PICTURED, FIXED_QUOTES, SHORT, TEN_DAYS, FixedQuote
from tests.support.pdf_images import Distance, distance, pages_of, side_by_side

NUMBERING = {"ten_days": "Page {} of {}", "short": "Trang {} / {}"}
HEADINGS = {
    "ten_days": ["Day by day", "Where you stay", "What is included", "How you pay", "Terms"],
    "short": ["Lịch trình từng ngày", "Nơi lưu trú", "Dịch vụ bao gồm", "Điều khoản"],
}
TAGS = {"/H1", "/H2", "/H3", "/P", "/Table", "/TR", "/TH", "/TD", "/L", "/LI"}


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Chromium]:
    browser = Chromium()
    yield browser
    await browser.close()


def compare(quote: FixedQuote, number: int, page: Image.Image) -> str | None:
    """What is wrong with a page; leaves a picture of it beside the reference."""
    beside = reference(quote, number, "differs.png")
    beside.unlink(missing_ok=True)
    with Image.open(reference(quote, number)) as opened:
        expected = opened.convert("L")
    apart = distance(expected, page)
    if apart.tolerable:
        return None
    side_by_side(expected, page).save(beside)
    return f"page {number}: {apart}; look at {beside}"


@pytest.mark.parametrize("quote", FIXED_QUOTES, ids=lambda quote: quote.name)
async def test_every_page_looks_as_it_did(
    quote: FixedQuote, sessions: Sessions, chromium: Chromium
) -> None:
    pages = pages_of(await drawn(sessions, chromium, quote))
    assert len(pages) == len(list(REFERENCES.glob(f"{quote.name}-?.png")))
    found = [compare(quote, number, page) for number, page in enumerate(pages, start=1)]
    assert [text for text in found if text] == []


def test_a_page_that_differs_by_a_word_is_told_from_one_that_is_smoothed_otherwise() -> None:
    with Image.open(reference(TEN_DAYS, 1)) as opened:
        page = opened.convert("L")
    paler = page.point(lambda grey: min(255, grey + 1))
    assert distance(page, page) == Distance(0, 0)
    assert distance(page, paler).tolerable
    changed = page.copy()
    ImageDraw.Draw(changed).rectangle((60, 200, 85, 208), fill=128)
    assert not distance(page, changed).tolerable
    assert not distance(page, page.resize((10, 10))).tolerable
    assert side_by_side(page, changed).size == (page.width * 3, page.height)
    assert str(Distance(0.25, 0.5)) == "0.25 greys apart, 50.00% of its pixels changed"


def tags_below(node: Any) -> Iterator[str]:
    """The kinds of the elements in a tree of tags."""
    found: Any = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for one in found:
            yield from tags_below(one)
    elif isinstance(found, DictionaryObject):
        if "/S" in found:
            yield str(found["/S"])
        yield from tags_below(found.get("/K", []))


def texts_of_figures(node: Any) -> Iterator[str]:
    """What the figures in a tree of tags are said to show."""
    found: Any = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for one in found:
            yield from texts_of_figures(one)
    elif isinstance(found, DictionaryObject):
        if "/Alt" in found:
            yield str(found["/Alt"])
        yield from texts_of_figures(found.get("/K", []))


def titles(outline: list[Any]) -> Iterator[str]:
    """Every bookmark's title, at any depth."""
    for one in outline:
        if isinstance(one, list):
            yield from titles(one)
        else:
            yield str(one.title)


def fonts(pdf: PdfReader) -> Iterator[Any]:
    """The fonts that the pages write in."""
    for page in pdf.pages:
        resources: Any = page["/Resources"].get_object()
        for font in resources["/Font"].get_object().values():
            yield font.get_object()


def embedded(font: Any) -> bool:
    """Whether the shapes of a font's letters are in the file."""
    if font["/Subtype"] == "/Type3":
        return "/CharProcs" in font
    for descendant in font.get("/DescendantFonts", [font]):
        descriptor = descendant.get_object()["/FontDescriptor"]
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
            return False
    return True


@pytest.mark.parametrize("quote", FIXED_QUOTES, ids=lambda quote: quote.name)
async def test_it_is_tagged_and_numbered_with_bookmarks_and_its_own_fonts(
    quote: FixedQuote, sessions: Sessions, chromium: Chromium
) -> None:
    content = await drawn(sessions, chromium, quote)
    assert len(content) < 2_000_000
    pdf = PdfReader(BytesIO(content))
    root: Any = pdf.root_object
    assert root["/MarkInfo"]["/Marked"].value is True
    assert set(tags_below(root["/StructTreeRoot"])) >= TAGS
    assert set(titles(pdf.outline)) >= {quote.title, *HEADINGS[quote.name]}
    used = list(fonts(pdf))
    assert used
    assert all(embedded(font) for font in used)
    for number, page in enumerate(pdf.pages, start=1):
        assert NUMBERING[quote.name].format(number, len(pdf.pages)) in page.extract_text()


async def test_a_photo_for_every_day_stays_small_and_tells_what_it_shows(
    sessions: Sessions, chromium: Chromium
) -> None:
    content = await drawn(sessions, chromium, ALL_PICTURED)
    assert len(content) < 2_000_000
    pdf = PdfReader(BytesIO(content))
    assert sum(len(page.images) for page in pdf.pages) >= len(ALL_PICTURED.pictured)
    root: Any = pdf.root_object
    told = list(texts_of_figures(root["/StructTreeRoot"]))
    assert set(told) >= {f"Drawn: {motif}" for motif in ALL_PICTURED.pictured}


async def test_the_same_quote_on_another_day_differs_in_the_dates_of_the_file_alone(
    sessions: Sessions, chromium: Chromium
) -> None:
    html, frame = await page_of(sessions, SHORT)
    later = replace(frame, drawn_at=datetime(2031, 12, 24, 23, 59, 59, tzinfo=UTC))
    one, other = [await chromium.render(html, each) for each in (frame, later)]
    assert one != other
    assert len(PDF_DATE.findall(one)) == len(PDF_DATE.findall(other)) == 2
    assert PDF_DATE.sub(b"", one) == PDF_DATE.sub(b"", other)
    assert b"D:20311224235959" in other
