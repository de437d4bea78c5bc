"""The stand-in of the European Central Bank: the same file for a day, other answers when told."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest

from sandbox.ecb import USUAL, eurofxref, rate_of, working_day
from tests.sandbox.running import Sandbox, running, settings_for

FILE = "/ecb/stats/eurofxref/eurofxref-daily.xml"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(settings_for(tmp_path)) as started:
        yield started


@pytest.mark.parametrize(
    ("today", "published"),
    [
        (MONDAY, MONDAY),
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 11, 27)),
        (date(2026, 11, 29), date(2026, 11, 27)),
    ],
)
def test_it_publishes_on_working_days(today: date, published: date) -> None:
    assert working_day(today) == published


def test_rates_are_plausible_the_same_for_a_day_and_wander() -> None:
    assert eurofxref(MONDAY) == eurofxref(MONDAY)
    assert eurofxref(MONDAY) != eurofxref(date(2026, 11, 24))
    for currency, usual in USUAL.items():
        rate = rate_of(currency, MONDAY)
        assert abs(rate / Decimal(usual) - 1) < Decimal("0.01"), currency


def test_it_answers_otherwise_when_it_is_told(sandbox: Sandbox) -> None:
    def told(answer: str) -> httpx2.Response:
        said = httpx2.post(f"{sandbox.url}/ecb/control", json={"answer": answer})
        assert said.status_code == 200
        return sandbox.get(FILE)

    assert told("usual").headers["content-type"].startswith("text/xml")
    assert told("away").status_code == 503
    assert "<!DOCTYPE html>" in told("web_page").text
    assert "currency='USD' rate='0'" in told("zero").text
    usual, jumped = told("usual").text, told("jump").text
    assert usual != jumped


@pytest.mark.parametrize("body", [b"", b"[]", b'{"answer": "holiday"}'])
def test_an_unknown_answer_is_refused(sandbox: Sandbox, body: bytes) -> None:
    said = httpx2.post(f"{sandbox.url}/ecb/control", content=body)
    assert said.status_code == 400
