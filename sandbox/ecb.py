"""A stand-in of the European Central Bank's reference rates: its file, with plausible numbers.

The numbers wander a little from day to day and are always the same for a day. `POST /control` with
`{"answer": "<one of ANSWERS>"}` makes it answer otherwise until told again.
"""

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.bodies import LARGEST_FORM_BYTES, TooLargeError, read_body

FILE = "/stats/eurofxref/eurofxref-daily.xml"
SATURDAY = 5
WANDERS_PERMILLE = 8
"""How far a rate may be from its usual one."""
USUAL = {
    "USD": "1.0842", "JPY": "163.25", "CZK": "25.214", "DKK": "7.4589", "GBP": "0.84365",
    "HUF": "397.48", "PLN": "4.3125", "RON": "4.9760", "SEK": "11.4025", "CHF": "0.9514",
    "ISK": "149.30", "NOK": "11.8045", "TRY": "37.2514", "AUD": "1.6321", "BRL": "6.1248",
    "CAD": "1.4956", "CNY": "7.7201", "HKD": "8.4252", "IDR": "16990.12", "ILS": "4.0218",
    "INR": "91.0245", "KRW": "1491.62", "MXN": "21.3345", "MYR": "4.7205", "NZD": "1.7884",
    "PHP": "62.318", "SGD": "1.4338", "THB": "36.875", "ZAR": "19.2875",
}  # fmt: skip
"""Units for one euro, as many digits as the bank gives."""
ANSWERS = ("usual", "web_page", "away", "zero", "jump")


class Bank:
    """The file, and how it is answered just now."""

    def __init__(self) -> None:
        self._answer = "usual"

    async def file(self, _request: Request) -> Response:
        """`GET /stats/eurofxref/eurofxref-daily.xml`: the rates of the last working day."""
        if self._answer == "away":
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        if self._answer == "web_page":
            return HTMLResponse("<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>")
        content = eurofxref(working_day(datetime.now(UTC).date()), self._answer)
        return Response(content, media_type="text/xml")

    async def control(self, request: Request) -> Response:
        """`POST /control`: says how the file is answered from now on."""
        try:
            wanted = json.loads(await read_body(request, LARGEST_FORM_BYTES))["answer"]
        except (TooLargeError, ValueError, KeyError, TypeError):
            wanted = None
        if wanted not in ANSWERS:
            return JSONResponse({"answers": ANSWERS}, status_code=HTTPStatus.BAD_REQUEST)
        self._answer = wanted
        return JSONResponse({"answer": wanted})


def working_day(today: date) -> date:
    """The last day on which the bank published: none on Saturdays and Sundays."""
    beyond = max(0, today.weekday() - SATURDAY + 1)
    return date.fromordinal(today.toordinal() - beyond)


def eurofxref(day: date, answer: str = "usual") -> str:
    """The file of a day, in the bank's own form: single quotes, one line for each currency."""
    lines = "\n".join(
        f"\t\t\t<Cube currency='{currency}' rate='{rate_of(currency, day, answer)}'/>"
        for currency in USUAL
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n'
        "\t<gesmes:subject>Reference rates</gesmes:subject>\n"
        "\t<gesmes:Sender>\n\t\t<gesmes:name>European Central Bank</gesmes:name>\n"
        "\t</gesmes:Sender>\n"
        f"\t<Cube>\n\t\t<Cube time='{day}'>\n{lines}\n\t\t</Cube>\n\t</Cube>\n"
        "</gesmes:Envelope>\n"
    )


def rate_of(currency: str, day: date, answer: str = "usual") -> Decimal:
    """The rate of a currency on a day: near its usual one."""
    if answer == "zero" and currency == "USD":
        return Decimal(0)
    usual = Decimal(USUAL[currency])
    drawn = hashlib.sha256(f"{currency} {day}".encode()).digest()[0]
    permille = Decimal(drawn * 2 * WANDERS_PERMILLE) / 255 - WANDERS_PERMILLE
    rate = (usual * (1000 + permille) / 1000).quantize(usual)
    return rate * 2 if answer == "jump" and currency == "USD" else rate


def create_ecb_app() -> Starlette:
    """The stand-in's ASGI app, to be mounted under `/ecb`."""
    bank = Bank()
    return Starlette(
        routes=[Route(FILE, bank.file), Route("/control", bank.control, methods=["POST"])]
    )
