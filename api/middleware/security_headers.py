"""Headers that keep browsers from being used against the people in front of them."""

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.paths import STATIC_PREFIX, TOKEN_PATHS

CSP = "content-security-policy"
RawHeaders = list[tuple[bytes, bytes]]


def content_security_policy(
    *,
    form_action: Collection[str] = (),
    img_src: Collection[str] = (),
    style_src: str = "'self'",
    challenge: str = "",
) -> str:
    """The policy of our pages: nothing from elsewhere, nothing inline.

    A route that needs more sets the header itself, which then stays:
    `response.headers[CSP] = content_security_policy(form_action=["https://checkout.stripe.com"])`.

    Args:
        form_action: further origins to which a form, or the redirect after it, may lead.
        img_src: further origins of images.
        style_src: where styles come from.
        challenge: the origin of the challenge whose script and frame a form shows.
    """
    framed = (f"frame-src {challenge}",) if challenge else ()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {challenge}".rstrip(),
            *framed,
            f"style-src {style_src}",
            " ".join(("img-src 'self' data:", *img_src)),
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            " ".join(("form-action 'self'", *form_action)),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Adds each header that the answer does not set itself."""

    def __init__(self, app: ASGIApp, *, https_only: bool) -> None:
        self._app = app
        always = {
            CSP: content_security_policy(),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
        }
        if https_only:
            always["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        never_kept = {**always, "cache-control": "no-store"}
        self._static = _raw({**always, "referrer-policy": "same-origin"})
        self._token = _raw({**never_kept, "referrer-policy": "no-referrer"})
        self._other = _raw({**never_kept, "referrer-policy": "same-origin"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, adding headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._headers_for(scope["path"])

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                given = {name for name, _ in headers}
                headers.extend([header for header in added if header[0] not in given])
            await send(message)

        await self._app(scope, receive, send_secured)

    def _headers_for(self, path: str) -> RawHeaders:
        if path.startswith(TOKEN_PATHS):
            return self._token
        return self._static if path.startswith(STATIC_PREFIX) else self._other


def _raw(headers: dict[str, str]) -> RawHeaders:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
