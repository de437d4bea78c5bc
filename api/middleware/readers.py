"""Makes the back office's pages for whoever reads them: language, zone, theme and density."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.middleware.paths import OFFICE_PREFIXES
from api.pages.reader import CHOICES_COOKIE, ZONE_COOKIE, Reader, reader_of, reading

LONGEST = 400
"""Of what a browser says about languages and choices, more characters are not looked at."""


class Readers:
    """Remembers the reader for as long as a page of the back office is made.

    The pages of visitors, customers, suppliers and guides stay in English and at the trip's place.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] == "http" and scope["path"].startswith(OFFICE_PREFIXES):
            with reading(_reader(HTTPConnection(scope))):
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _reader(asked: HTTPConnection) -> Reader:
    return reader_of(
        asked.cookies.get(CHOICES_COOKIE, "")[:LONGEST],
        asked.cookies.get(ZONE_COOKIE, "")[:LONGEST],
        asked.headers.get("accept-language", "")[:LONGEST],
    )
