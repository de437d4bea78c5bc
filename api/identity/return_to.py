"""Where a browser may be sent after login and logout: to ourselves and to configured origins."""

import re
from urllib.parse import urlsplit

from models.settings import Settings

BACK_OFFICE = "/backoffice"
START_PAGE = "/"
LONGEST = 2000
PATH_OF_OURS = re.compile(r"/(?![/\\])[\x21-\x7e]*")
ANY_SAFE_TEXT = re.compile(r"[\x21-\x5b\x5d-\x7e]+")


def safe_return_to(wanted: str, settings: Settings, default: str) -> str:
    """The wanted address if it is ours to send somebody to, else the default.

    Paths of this site, and whole addresses of its own or an allowed origin. Nothing under `/auth/`,
    which would log in or out in a circle.
    """
    if len(wanted) > LONGEST or not ANY_SAFE_TEXT.fullmatch(wanted):
        return default
    if PATH_OF_OURS.fullmatch(wanted):
        return default if urlsplit(wanted).path.startswith("/auth/") else wanted
    return wanted if origin_of(wanted) in allowed_origins(settings) else default


def allowed_origins(settings: Settings) -> frozenset[str]:
    """Our own origin and the configured ones, each as a browser writes it."""
    return frozenset(filter(None, map(origin_of, (settings.public_url, *settings.allowed_origins))))


def origin_of(url: str) -> str:
    """`scheme://host[:port]` of an http address, without the scheme's own port; empty if none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return ""
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in {None, usual} else "")


def absolute(address: str, settings: Settings) -> str:
    """A safe address with scheme and host."""
    return settings.public_url.rstrip("/") + address if address.startswith("/") else address
