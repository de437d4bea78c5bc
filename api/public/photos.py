"""`/public/v1/photos`: the photos of proposals, at addresses that name their content."""

import re
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api import problems
from api.identity.doors import Door, opened
from api.pages.assets import FOR_EVER
from api.problems import Problem
from api.staff.documents import Storage
from models.domain.photos import rendition_key, rendition_names

router = APIRouter(prefix="/public/v1/photos", tags=["public"])

DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@router.get(
    "/{digest}/{file}",
    responses={
        HTTPStatus.OK: {"content": {"image/webp": {}}},
        **problems.responses(problems.NOT_FOUND),
    },
    response_class=Response,
)
@opened(Door.ANYONE)
async def show_photo(digest: str, file: str, store: Storage) -> Response:
    """A photo in one of its widths, also one that is archived: it may be kept for ever."""
    if not DIGEST.fullmatch(digest) or file not in rendition_names():
        raise Problem(problems.NOT_FOUND)
    try:
        content = await store.read(rendition_key(digest, file))
    except FileNotFoundError:
        raise Problem(problems.NOT_FOUND) from None
    return Response(content, media_type="image/webp", headers={"Cache-Control": FOR_EVER})
