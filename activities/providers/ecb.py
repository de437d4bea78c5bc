"""The European Central Bank's reference rates: its file `eurofxref`, read with suspicion."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

import httpx2
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from activities.providers.ports import PermanentProviderError, RetryableProviderError
from models.domain.exchange import RatesOfDay
from models.settings import Settings

PROVIDER = "ecb"
NAMESPACE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}"
ENVELOPE = "{http://www.gesmes.org/xml/2002-08-01}Envelope"
OK, TOO_MANY, SERVER_FAULTS = 200, 429, 500
TIMEOUT_SECONDS = 15.0
LARGEST_BYTES = 1 << 20
LONGEST_RATE = 30
CURRENCY = re.compile(r"[A-Z]{3}")


class EcbRates:
    """Reads the newest file."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.ecb_rates_url

    async def latest(self) -> RatesOfDay:
        """The newest day in the file.

        Raises:
            RetryableProviderError: nobody answered, or not now.
            PermanentProviderError: what came is no list of rates; `code` says why.
        """
        try:
            return parse_eurofxref(await self._read())
        except httpx2.HTTPError as error:
            raise RetryableProviderError(PROVIDER, type(error).__name__) from error

    async def _read(self) -> bytes:
        content = bytearray()
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=True) as http,
            http.stream("GET", self._url, headers={"Accept": "application/xml"}) as answer,
        ):
            _check_status(answer.status_code)
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > LARGEST_BYTES:
                    raise PermanentProviderError(PROVIDER, "it is larger than any list of rates")
        return bytes(content)


def _check_status(status: int) -> None:
    if status == TOO_MANY or status >= SERVER_FAULTS:
        raise RetryableProviderError(PROVIDER, str(status))
    if status != OK:
        raise PermanentProviderError(PROVIDER, f"the address answers {status}")


def parse_eurofxref(content: bytes) -> RatesOfDay:
    """The newest day of a file: `Cube time`, and below it `Cube currency rate`.

    Raises:
        PermanentProviderError: it is no such file, or says what can't be; `code` says which.
    """
    days = {_day(cube): cube for cube in _root(content).iter(f"{NAMESPACE}Cube") if _dated(cube)}
    if not days:
        raise PermanentProviderError(PROVIDER, "it names no day")
    newest = max(days)
    rates: dict[str, Decimal] = {}
    for currency, rate in _rates(days[newest]):
        if currency in rates:
            raise PermanentProviderError(PROVIDER, f"it says {currency} twice")
        rates[currency] = rate
    if not rates:
        raise PermanentProviderError(PROVIDER, "it names no rate")
    return RatesOfDay(newest, rates)


def _root(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise PermanentProviderError(PROVIDER, "it is no XML, but perhaps a web page") from error
    if root.tag != ENVELOPE:
        raise PermanentProviderError(PROVIDER, "it is no list of exchange rates")
    return root


def _dated(cube: Element) -> bool:
    return "time" in cube.attrib


def _day(cube: Element) -> date:
    try:
        return date.fromisoformat(cube.attrib["time"])
    except ValueError as error:
        raise PermanentProviderError(PROVIDER, "its day is none of the calendar") from error


def _rates(day: Element) -> Iterator[tuple[str, Decimal]]:
    for cube in day.iter(f"{NAMESPACE}Cube"):
        if "currency" not in cube.attrib:
            continue
        currency = cube.attrib["currency"]
        if not CURRENCY.fullmatch(currency):
            raise PermanentProviderError(PROVIDER, "one of its currencies is none")
        yield currency, _rate(currency, cube.attrib.get("rate", ""))


def _rate(currency: str, text: str) -> Decimal:
    try:
        rate = Decimal(text[:LONGEST_RATE])
    except InvalidOperation as error:
        raise PermanentProviderError(PROVIDER, f"its rate of {currency} is no number") from error
    if not rate.is_finite() or rate <= 0:
        raise PermanentProviderError(PROVIDER, f"its rate of {currency} is not above zero")
    return rate
