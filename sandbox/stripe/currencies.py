"""The currencies that Stripe takes, and how people read their amounts."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_currency

from sandbox.stripe.errors import unsound
from sandbox.stripe.parameters import text

CURRENCIES = frozenset(
    (  # noqa: SIM905 - a list of 138 literals would be hard to read
        "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bhd bif bmd bnd bob brl bsd bwp"
        " byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel"
        " gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd"
        " kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn"
        " nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd"
        " shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf"
        " xcd xof xpf yer zar zmw"
    ).split()
)
WITHOUT_DECIMALS = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split()  # noqa: SIM905 - likewise
)
WITH_THREE_DECIMALS = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))


def currency(value: Any, name: str) -> str:
    """A currency's ISO code in lower case, as Stripe keeps it."""
    code = text(value, name).lower()
    if code not in CURRENCIES:
        raise unsound(f"Invalid currency: {code}.", name)
    return code


def money(amount: int, code: str) -> str:
    """An amount in minor units as people read it, such as `$1,250.00`."""
    decimals = 0 if code in WITHOUT_DECIMALS else 3 if code in WITH_THREE_DECIMALS else 2
    value = Decimal(amount).scaleb(-decimals)
    return format_currency(value, code.upper(), locale="en_US")
