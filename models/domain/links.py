"""Links that customers, suppliers and guides answer: 256-bit tokens, known only by their hash."""

import base64
import hashlib
import hmac
from enum import StrEnum


class LinkPurpose(StrEnum):
    """What a link opens, and so which page it belongs to."""

    QUOTE = "QUOTE"
    PAYMENT = "PAYMENT"
    SERVICE_ORDER = "SERVICE_ORDER"
    GUIDE_OFFER = "GUIDE_OFFER"
    TRIP = "TRIP"


PATHS = {
    LinkPurpose.QUOTE: "/quote/",
    LinkPurpose.PAYMENT: "/pay/",
    LinkPurpose.SERVICE_ORDER: "/supplier/",
    LinkPurpose.GUIDE_OFFER: "/guide/",
    LinkPurpose.TRIP: "/trip/",
}
"""The page of each purpose; the token follows."""


def link_token(secret: str, link_id: str) -> str:
    """The token of a link: HMAC-SHA256 of its id, 43 characters of URL-safe base 64.

    Derived and not drawn, so that a message that is rendered again carries the same link, while the
    database, which knows only hashes, can't be used to answer for anybody.
    """
    digest = hmac.digest(secret.encode(), link_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()
