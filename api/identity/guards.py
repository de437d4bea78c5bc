"""Against forged requests: tokens in our own forms, origins of browsers that call the API."""

import base64
import hashlib
import hmac

from fastapi import Request

from api import problems
from api.identity.return_to import allowed_origins
from api.problems import Problem
from models.settings import Settings

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def csrf_token(secret: str) -> str:
    """The token of a session's forms: an HMAC by the session's own secret."""
    digest = hmac.digest(secret.encode(), b"forms", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def check_form(request: Request, token: str) -> None:
    """Refuses a change that does not come from one of our own pages.

    Raises:
        Problem: the token in header or form field is absent or another session's.
    """
    given = request.headers.get(CSRF_HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(FORM_TYPES):
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise Problem(problems.FORM_EXPIRED)


def check_origin(request: Request, settings: Settings) -> None:
    """Refuses a change that a page of another site sends with this browser's cookie.

    Raises:
        Problem: the browser names no origin, or one that is neither ours nor configured.
    """
    origin = request.headers.get("origin")
    if origin is None:
        allowed = request.headers.get("sec-fetch-site") == "same-origin"
    else:
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        allowed = origin == own or origin in allowed_origins(settings)
    if not allowed:
        raise Problem(problems.ORIGIN_NOT_ALLOWED)
