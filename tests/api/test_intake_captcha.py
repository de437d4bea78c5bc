"""The challenge before an enquiry: off by default, closed when nobody can tell."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from models.tables.crm import Booking
from tests.sandbox.running import running, settings_for
from tests.support.enquiries import Door, a_form, dead_port, open_door, silent_port


@pytest_asyncio.fixture
async def guarded(database_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    with running(settings_for(tmp_path)) as sandbox:
        url = f"{sandbox.url}/turnstile/v0/siteverify"
        async with open_door(
            database_url, captcha_required=True, turnstile_verify_url=url
        ) as opened:
            yield opened


@pytest.mark.parametrize("field", ["captcha_token", "cf-turnstile-response"])
async def test_a_solved_challenge_opens_the_door(guarded: Door, field: str) -> None:
    form = a_form(**{field: "sandbox-pass-1"})
    assert (await guarded.send(form)).status_code == 201
    assert (await guarded.send(form)).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_without_a_solved_challenge_nothing_is_stored(guarded: Door, token: str) -> None:
    answer = await guarded.send(a_form(captcha_token=token))
    assert (answer.status_code, answer.json()["code"]) == (422, "CAPTCHA_FAILED")
    assert await guarded.count(Booking) == 0


async def test_a_token_is_good_for_one_enquiry(guarded: Door) -> None:
    assert (await guarded.send(a_form(captcha_token="sandbox-pass-2"))).status_code == 201
    assert (await guarded.send(a_form(captcha_token="sandbox-pass-2"))).status_code == 422


async def test_it_stays_closed_while_nobody_can_tell(database_url: str) -> None:
    with silent_port() as silent:
        for port in (dead_port(), silent):
            url = f"http://127.0.0.1:{port}/siteverify"
            async with open_door(
                database_url, captcha_required=True, turnstile_verify_url=url
            ) as door:
                answer = await door.send(a_form(captcha_token="sandbox-pass-3"))
                assert answer.status_code == 503
                assert "Retry-After" in answer.headers
                assert await door.count(Booking) == 0
