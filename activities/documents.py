"""Draws documents and keeps them, each once."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from temporalio import activity

from activities.document_subjects import DRAWINGS, Drawing
from activities.message_texts import speaking_environment, template_environment
from activities.providers.ports import DocumentRenderer, DocumentStore, PageFrame
from activities.refusals import refusals
from activities.speaking import ENGLISH, gettext, speaking
from models.database import Sessions
from models.domain.photos import PRINT_NAME, rendition_key
from models.messages.ids import DocumentId
from models.messages.messaging import DocumentKind, DocumentRendered, RenderDocument
from models.store.documents import find_drawn, keep_document
from models.tables.integration import Document


class Documents:
    """Quotes, invoices, receipts, vouchers and run sheets as PDFs."""

    def __init__(
        self, sessions: Sessions, *, renderer: DocumentRenderer, store: DocumentStore
    ) -> None:
        self._sessions = sessions
        self._renderer = renderer
        self._store = store

    @activity.defn
    async def render_document(self, request: RenderDocument) -> DocumentRendered:
        """Draws and stores a document; one that was drawn before is found again.

        Fails with NOT_FOUND when the subject is unknown or has nothing to draw yet.
        """
        with refusals():
            async with self._sessions.begin() as session:
                drawn = await find_drawn(session, request.kind, request.subject_ref)
                if drawn is not None:
                    return _receipt(drawn)
                drawing = await DRAWINGS[request.kind](session, request)
        html = document_html(request.kind, drawing, await self._prints(drawing.photos))
        frame = frame_of(drawing.title, drawing.reference, drawing.dated_at, drawing.language)
        return await self._keep(request, await self._renderer.render(html, frame))

    async def _prints(self, digests: Iterable[str]) -> dict[str, str]:
        """The photos of a document as its page has them within; one that is lost is left out."""
        found = {}
        for digest in digests:
            try:
                found[digest] = inline(await self._store.read(rendition_key(digest, PRINT_NAME)))
            except FileNotFoundError:
                activity.logger.warning("photo is not in the store", extra={"digest": digest})
        return found

    async def _keep(self, request: RenderDocument, pdf: bytes) -> DocumentRendered:
        """Stores the file under its own hash, so that of two that are drawn at once each stays."""
        sha256 = hashlib.sha256(pdf).hexdigest()
        key = f"{request.booking_id}/{request.kind}-{sha256[:20]}.pdf"
        await self._store.write(key, pdf)
        async with self._sessions.begin() as session:
            kept = await keep_document(
                session,
                booking_id=request.booking_id,
                kind=request.kind,
                subject_ref=request.subject_ref,
                storage_key=key,
                sha256=sha256,
                size=len(pdf),
            )
        return _receipt(kept)


def inline(photo: bytes) -> str:
    """A JPEG as an address that holds it whole."""
    return f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}"


def document_html(kind: DocumentKind, drawing: Drawing, prints: Mapping[str, str]) -> str:
    """The page of which the PDF is printed, with its photos by their digests."""
    facts = drawing.facts | {"prints": prints}
    return page_html(f"pdf/{kind}.html", drawing.title, facts, drawing.language)


def page_html(template: str, title: str, facts: dict[str, object], language: str | None) -> str:
    """A page of a template, in a language of `speaking` if it is drawn in several."""
    if language is None:
        return template_environment().get_template(template).render(title=title, **facts)
    with speaking(language):
        page = speaking_environment().get_template(template)
        return page.render(title=title, lang=language, **facts)


def frame_of(title: str, reference: str, at: datetime, language: str | None) -> PageFrame:
    """What stands above and below each page, in a language of `speaking`."""
    with speaking(language or ENGLISH):
        return PageFrame(
            title,
            gettext("Booking %(reference)s", reference=reference),
            at,
            numbering=gettext("Page {page} of {pages}"),
        )


def _receipt(document: Document) -> DocumentRendered:
    return DocumentRendered(document_id=DocumentId(document.id), sha256=document.sha256)
