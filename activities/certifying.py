"""Puts the certificate of its signature behind the pages of an accepted quote."""

import asyncio
import hashlib
import logging
from datetime import timedelta
from io import BytesIO
from typing import Final

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from sqlalchemy.exc import SQLAlchemyError

from activities.documents import frame_of, page_html
from activities.providers.chromium import with_fixed_date
from activities.providers.ports import DocumentRenderer, DocumentStore, ProviderError
from activities.quote_lines import service
from activities.speaking import ENGLISH, gettext, language_of, speaking
from models.database import Sessions
from models.domain.signing import FIELD_HEIGHT, FIELD_WIDTH, SignedKind
from models.store.certificates import Signed, claim_uncertified, keep_certificate, signed

IDLE_SECONDS: Final = 2.0
LEASE: Final = timedelta(minutes=2)
"""How long one worker has to draw it; what failed is tried again afterwards."""
FAILURES: Final = (ProviderError, SQLAlchemyError, OSError, PyPdfError)
"""What may go wrong with one certificate: the store, the browser, the database, the file."""

log = logging.getLogger("certifying")


class Certifying:
    """Draws certificates in the background: nobody who accepts waits for one."""

    def __init__(
        self, sessions: Sessions, *, renderer: DocumentRenderer, store: DocumentStore
    ) -> None:
        self._sessions = sessions
        self._renderer = renderer
        self._store = store

    async def run(self) -> None:
        """Works for ever."""
        while True:
            if not await self.certify_next():
                await asyncio.sleep(IDLE_SECONDS)

    async def certify_next(self) -> bool:
        """Draws one certificate that is due; False when none was drawn."""
        acceptance_id = None
        try:
            async with self._sessions.begin() as session:
                acceptance_id = await claim_uncertified(session, LEASE)
            if acceptance_id is not None:
                await self._certify(acceptance_id)
        except FAILURES as error:
            kind = type(error).__qualname__
            log.warning("the certificate of %s is drawn later: %s", acceptance_id, kind)
            return False
        return acceptance_id is not None

    async def _certify(self, acceptance_id: str) -> None:
        async with self._sessions.begin() as session:
            of = await signed(session, acceptance_id)
            language = language_of(of.language) or ENGLISH
            html = certificate_html(of, language)
        at = of.acceptance.created_at
        with speaking(language):
            title = gettext("Certificate of signature")
        page = await self._renderer.render(html, frame_of(title, of.reference, at, language))
        sent = await self._store.read(of.sent.storage_key)
        pdf = await asyncio.to_thread(with_certificate, sent, page)
        pdf = with_fixed_date(pdf, at)
        sha256 = hashlib.sha256(pdf).hexdigest()
        key = f"{of.version.booking_id}/{SignedKind.SIGNED_QUOTE}-{sha256[:20]}.pdf"
        await self._store.write(key, pdf)
        async with self._sessions.begin() as session:
            await keep_certificate(session, of, storage_key=key, sha256=sha256, size=len(pdf))


def certificate_html(of: Signed, language: str) -> str:
    """The page that says who signed what, when and from where."""
    field = {"width": FIELD_WIDTH, "height": FIELD_HEIGHT}
    with speaking(language):
        title = gettext("Certificate of signature")
    facts = {"of": of, "field": field, "service": service}
    return page_html("pdf/certificate.html", title, facts, language)


def with_certificate(sent: bytes, certificate: bytes) -> bytes:
    """The pages that were sent, as they were, and the certificate's behind them."""
    whole = PdfWriter(clone_from=PdfReader(BytesIO(sent)))
    whole.append(PdfReader(BytesIO(certificate)), import_outline=True)
    written = BytesIO()
    whole.write(written)
    return written.getvalue()
