"""Answers HEAD as GET without its body (RFC 9110, 9.3.2), which FastAPI's routes refuse."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Monitors and mail scanners ask so whether an address is there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on; what would be the body of an answer to HEAD is left out."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_bare(message: Message) -> None:
            bare = {"body": b""} if message["type"] == "http.response.body" else {}
            await send({**message, **bare})

        await self._app({**scope, "method": "GET"}, receive, send_bare)
