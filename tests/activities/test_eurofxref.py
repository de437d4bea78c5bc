"""The European Central Bank's file: what is read from it, and what is refused with a reason."""

from datetime import date
from decimal import Decimal

import pytest

from activities.providers.ecb import EcbRates, parse_eurofxref
from activities.providers.ports import PermanentProviderError, RetryableProviderError
from models.settings import Settings
from sandbox.ecb import eurofxref
from sandbox.stack.ports import find_free

HEAD = (
    '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
    'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>'
)
END = "</Cube></gesmes:Envelope>"
USD = "<Cube currency='USD' rate='1.0842'/>"


def a_file(*cubes: str, day: str = "2026-11-23") -> bytes:
    return f"{HEAD}<Cube time='{day}'>{''.join(cubes)}</Cube>{END}".encode()


def test_a_day_and_its_rates_are_read_as_they_are_written() -> None:
    read = parse_eurofxref(a_file(USD, "<Cube currency='HUF' rate='397.480'/>"))
    assert read.quoted_on == date(2026, 11, 23)
    assert read.per_euro == {"USD": Decimal("1.0842"), "HUF": Decimal("397.480")}


def test_of_several_days_the_newest_counts() -> None:
    older = f"<Cube time='2026-11-20'>{USD.replace('1.0842', '2')}</Cube>"
    content = f"{HEAD}{older}<Cube time='2026-11-23'>{USD}</Cube>{older}{END}"
    assert parse_eurofxref(content.encode()).per_euro == {"USD": Decimal("1.0842")}


def test_the_stand_ins_file_is_one_of_these() -> None:
    read = parse_eurofxref(eurofxref(date(2026, 11, 23)).encode())
    assert read.quoted_on == date(2026, 11, 23)
    assert {"USD", "THB", "GBP", "SGD"} <= set(read.per_euro)
    assert not {"VND", "LAK", "KHR", "EUR"} & set(read.per_euro)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no XML"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "no XML"),
        (b"<html><body>Not found</body></html>", "no list of exchange rates"),
        (a_file(USD)[:-20], "no XML"),
        (b"\x00\xff\xfe", "no XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "no XML"),
        (f"{HEAD}{END}".encode(), "names no day"),
        (a_file(), "names no rate"),
        (a_file(USD, day="23.11.2026"), "none of the calendar"),
        (a_file(USD, USD), "says USD twice"),
        (a_file("<Cube currency='dollar' rate='1'/>"), "currencies is none"),
        (a_file("<Cube currency='USD' rate='0'/>"), "USD is not above zero"),
        (a_file("<Cube currency='USD' rate='-1.08'/>"), "USD is not above zero"),
        (a_file("<Cube currency='USD' rate='NaN'/>"), "USD is not above zero"),
        (a_file("<Cube currency='USD' rate='Infinity'/>"), "USD is not above zero"),
        (a_file("<Cube currency='USD' rate='N/A'/>"), "USD is no number"),
        (a_file("<Cube currency='USD'/>"), "USD is no number"),
    ],
)
def test_what_can_not_be_used_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(PermanentProviderError, match=why):
        parse_eurofxref(content)


async def test_the_stand_in_is_read_over_http(stand_ins: Settings) -> None:
    url = f"{stand_ins.sandbox_url}/ecb/stats/eurofxref/eurofxref-daily.xml"
    read = await EcbRates(stand_ins.model_copy(update={"ecb_rates_url": url})).latest()
    assert Decimal("1.07") < read.per_euro["USD"] < Decimal("1.10")


async def test_another_address_of_the_provider_is_refused(stand_ins: Settings) -> None:
    url = f"{stand_ins.sandbox_url}/ecb/moved.xml"
    with pytest.raises(PermanentProviderError, match="the address answers 404"):
        await EcbRates(stand_ins.model_copy(update={"ecb_rates_url": url})).latest()


async def test_nobody_at_the_address_is_asked_again() -> None:
    settings = Settings(ecb_rates_url=f"http://127.0.0.1:{find_free()}/eurofxref-daily.xml")
    with pytest.raises(RetryableProviderError, match="ConnectError"):
        await EcbRates(settings).latest()
