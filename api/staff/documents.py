"""Serves documents that were drawn and stored."""

import re
from typing import Annotated

from fastapi import Depends
from fastapi.responses import Response

from activities.providers.ports import DocumentStore
from activities.providers.storage import DirectoryStore
from api.resources import ApiResources
from models.domain.errors import NotFoundError
from models.tables.integration import Document


def stored_documents(resources: ApiResources) -> DocumentStore:
    """Dependency: where documents are kept."""
    return DirectoryStore(resources.settings.data_dir / "documents")


Storage = Annotated[DocumentStore, Depends(stored_documents)]


async def pdf_response(storage: DocumentStore, document: Document, file_name: str) -> Response:
    """A stored PDF, shown in the browser under a name that people recognise.

    Raises:
        NotFoundError: the store has lost it, or it was erased.
    """
    try:
        content = await storage.read(document.storage_key)
    except FileNotFoundError as error:
        raise NotFoundError("This document is not in the store any more.") from error
    name = re.sub(r"[^\w.-]", "-", file_name)
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private"}
    return Response(content, media_type="application/pdf", headers=headers)
