"""The one client that the identity provider knows: the API."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from models.settings import Settings

CALLBACK_PATH = "/auth/callback"


class Client:
    """What is registered of the API: its id, secret, and where a browser may be sent back."""

    def __init__(self, settings: Settings) -> None:
        self.client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._origins = tuple(map(_origin, (settings.public_url, *settings.allowed_origins)))
        self.redirect_uri = settings.public_url.rstrip("/") + CALLBACK_PATH

    @property
    def form_targets(self) -> str:
        """Where a form may lead in the end, as a policy's `form-action` lists it."""
        return " ".join(("'self'", *self._origins))

    def may_return_to(self, address: str) -> bool:
        """Whether a browser may be sent there after logging out."""
        return bool(address) and _origin(address) in self._origins

    def authenticated(self, authorization: str, form: Mapping[str, str]) -> bool:
        """Whether a request to the token endpoint shows id and secret, in header or form."""
        if authorization:
            shown = _basic(authorization)
        else:
            shown = (form.get("client_id", ""), form.get("client_secret", ""))
        both = "\n".join(shown), f"{self.client_id}\n{self._secret}"
        return hmac.compare_digest(both[0].encode(), both[1].encode())


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote(name), unquote(secret)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
