"""Where a request comes from, as far as it says so."""

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from api.middleware.client_address import client_address

COUNTRY: Final = re.compile(r"[A-Z]{2}")
REGION: Final = re.compile(r"[A-Za-z]{2,3}-([A-Za-z]{2})\b")
NOWHERE: Final = frozenset({"XX", "T1"})
"""What Cloudflare says when it does not know, or of Tor."""


@dataclass(frozen=True)
class Origin:
    """The client's address, and the country it is guessed to be in (ISO code)."""

    address: str
    country: str | None


def origin_of(request: Request) -> Origin:
    """The origin of a request: the country as Cloudflare's header or the browser's language say."""
    headers = request.headers
    country: str | None = headers.get("cf-ipcountry", "").upper()
    if not COUNTRY.fullmatch(country or "") or country in NOWHERE:
        region = REGION.match(headers.get("accept-language", ""))
        country = region[1].upper() if region else None
    return Origin(client_address(request), country)
