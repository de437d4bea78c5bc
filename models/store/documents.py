"""Documents: stored once per kind and subject."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.messages.messaging import DocumentKind
from models.tables.integration import Document
from models.tables.quote import QuoteVersion


async def find_drawn(session: AsyncSession, kind: str, subject_ref: str) -> Document | None:
    """The stored document of a kind about a subject."""
    document: Document | None = await session.scalar(
        select(Document).where(Document.kind == kind, Document.subject_ref == subject_ref)
    )
    return document


async def keep_document(
    session: AsyncSession,
    *,
    booking_id: str,
    kind: str,
    subject_ref: str,
    storage_key: str,
    sha256: str,
    size: int,
) -> Document:
    """Writes that a document was drawn, or finds the one that was drawn first.

    A quote's hash is kept with its version: it is what an acceptance accepts.
    """
    statement = insert(Document).values(
        id=new_id("doc"),
        booking_id=booking_id,
        kind=kind,
        subject_ref=subject_ref,
        storage_key=storage_key,
        sha256=sha256,
        size=size,
    )
    await session.execute(
        statement.on_conflict_do_nothing(index_elements=[Document.kind, Document.subject_ref])
    )
    document = await find_drawn(session, kind, subject_ref)
    assert document is not None  # noqa: S101 - it was there or has just been written
    if kind == DocumentKind.QUOTE:
        await session.execute(
            update(QuoteVersion)
            .where(QuoteVersion.id == subject_ref)
            .values(document_id=document.id, document_sha256=document.sha256)
        )
    return document
