"""The PDF of a fixed quote, as the worker draws it, and where its reference pages lie."""

from pathlib import Path
from typing import Final

from activities.document_subjects import DRAWINGS
from activities.documents import document_html, frame_of, inline
from activities.providers.chromium import Chromium
from activities.providers.ports import PageFrame
from models.database import Sessions
from models.messages.messaging import DocumentKind
from tests.support.fixed_quotes import FixedQuote, prints_of, store_quote

REFERENCES: Final = Path(__file__).parent


def reference(quote: FixedQuote, number: int, ending: str = "png") -> Path:
    """The file of a page; pages are counted from 1."""
    return REFERENCES / f"{quote.name}-{number}.{ending}"


async def page_of(sessions: Sessions, quote: FixedQuote) -> tuple[str, PageFrame]:
    """Stores the quote; the page of which its PDF is printed, and the frame of each sheet."""
    async with sessions.begin() as session:
        await store_quote(session, quote)
        drawing = await DRAWINGS[DocumentKind.QUOTE](session, quote.request)
        prints = {digest: inline(photo) for digest, photo in prints_of(quote).items()}
        assert set(prints) == set(drawing.photos)
        html = document_html(DocumentKind.QUOTE, drawing, prints)
    return html, frame_of(drawing.title, drawing.reference, drawing.dated_at, drawing.language)


async def drawn(sessions: Sessions, chromium: Chromium, quote: FixedQuote) -> bytes:
    """The PDF of a quote, in a database that does not have it yet."""
    return await chromium.render(*await page_of(sessions, quote))
