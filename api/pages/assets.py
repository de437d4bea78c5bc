"""Serves the static files of the pages; those whose address names their content for ever."""

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.pages.rendering import STATIC, STATIC_URL

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"


class Assets(StaticFiles):
    """Files below `static/`."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        marked = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOR_EVER if marked else A_WHILE
        return response


def install(app: FastAPI) -> None:
    """Lets an application serve the static files."""
    app.mount(STATIC_URL, Assets(directory=STATIC), name="static")
