"""`/api/v1/exchange-rates`: what is in force, and what a person sets over it."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models.tables.audit import AuditEvent
from models.tables.exchange import ExchangeRateFact
from tests.api.exchange.conftest import TODAY
from tests.support.desk import Office

PATH = "/api/v1/exchange-rates"
VND = {"currency": "VND", "base": "USD", "rate": "25340", "reason": "Vietcombank, 9:00"}


async def listed(office: Office, who: str = "linh") -> dict[str, Any]:
    async with office.browser(who) as browser:
        answer = await browser.get(PATH)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_currency_has_its_rate_with_day_source_and_age(priced: Office) -> None:
    found = await listed(priced)
    rates = {one["currency"]: one for one in found["items"]}
    assert list(rates) == ["LAK", "SEK", "THB", "USD"]
    assert (rates["USD"]["per_euro"], rates["USD"]["source"]) == ("1.0842", "ECB")
    assert (rates["USD"]["stale"], rates["USD"]["set_by"]) == (False, None)
    assert [one["per_euro"] for one in rates["USD"]["previous"]] == ["1.08"]
    assert (rates["LAK"]["per_euro"], rates["LAK"]["stale"]) == ("23450", True)
    assert (rates["LAK"]["set_by"], rates["LAK"]["reason"]) == ("Marc Dubois", "BCEL, transfer")
    assert {"VND", "KHR"} <= set(found["missing"])
    assert (found["buffer_percent"], found["stale_days"], found["total"]) == ("2", 7, 4)


async def test_a_rate_by_hand_is_in_force_at_once_kept_in_the_log_and_ends_its_task(
    priced: Office,
) -> None:
    async with priced.browser("ana") as browser:
        answer = await browser.post(PATH, json=VND)
    assert answer.status_code == 201, answer.text
    rate = answer.json()["rate"]
    assert Decimal(rate["per_euro"]) == Decimal(25_340) * Decimal("1.0842")
    assert (rate["source"], rate["set_by"], rate["reason"]) == ("BY_HAND", "ana", VND["reason"])
    assert rate["quoted_on"] >= TODAY.isoformat()
    found = await listed(priced)
    assert [task["title"] for task in found["tasks"]] == ["Exchange rates can't be fetched"]
    async with priced.resources.sessions() as session:
        event = (await session.scalars(select(AuditEvent))).one()
    assert (event.action, event.login, event.before) == ("EXCHANGE_RATE_SET", "ana", None)
    assert event.after is not None
    assert (event.after["rate"], event.after["base"]) == ("25340", "USD")


async def test_the_same_key_sets_it_once(priced: Office) -> None:
    headers = {"Idempotency-Key": "one"}
    async with priced.browser("marc") as browser:
        ids = [
            (await browser.post(PATH, json=VND, headers=headers)).json()["rate"]["id"]
            for _ in range(2)
        ]
    assert ids[0] == ids[1]
    async with priced.resources.sessions() as session:
        stored = select(ExchangeRateFact).where(ExchangeRateFact.currency == "VND")
        assert len((await session.scalars(stored)).all()) == 1


async def test_a_rate_that_is_far_off_has_to_be_confirmed(priced: Office) -> None:
    wanted = {"currency": "LAK", "rate": "2345", "reason": "New kip"}
    async with priced.browser("marc") as browser:
        refused = await browser.post(PATH, json=wanted)
        taken = await browser.post(PATH, json={**wanted, "confirmed": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "RATE_FAR_OFF")
    assert taken.status_code == 201
    rate = taken.json()["rate"]
    assert (rate["per_euro"], rate["previous"][0]["per_euro"]) == ("2345", "23450")


async def test_a_base_without_a_rate_is_refused(priced: Office) -> None:
    async with priced.browser("marc") as browser:
        answer = await browser.post(PATH, json={**VND, "base": "KHR"})
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_EXCHANGE_RATE")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate": "0"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"rate": "25,340"}, "rate"),
        ({"rate": "NaN"}, "rate"),
        ({"rate": "1e30"}, "rate"),
        ({"currency": "EUR"}, "currency"),
        ({"currency": "ABC"}, "currency"),
        ({"currency": "dong"}, "currency"),
        ({"base": "VND"}, "base"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
async def test_what_is_no_rate_is_refused_by_its_field(
    priced: Office, change: dict[str, str], field: str
) -> None:
    async with priced.browser("marc") as browser:
        answer = await browser.post(PATH, json={**VND, **change})
    assert answer.status_code == 422
    assert field in answer.text


async def test_only_who_keeps_rates_may_set_them(priced: Office) -> None:
    async with priced.browser("linh") as browser:
        assert (await browser.post(PATH, json=VND)).status_code == 403


async def test_a_task_is_done_once(priced: Office) -> None:
    task = (await listed(priced))["tasks"][0]
    async with priced.browser("ana") as browser:
        for _ in range(2):
            answer = await browser.post(f"{PATH}/tasks/{task['id']}/done")
            assert (answer.status_code, answer.json()["task"]["status"]) == (200, "DONE")
        assert (await browser.post(f"{PATH}/tasks/nothing/done")).status_code == 404
    async with priced.resources.sessions() as session:
        assert len((await session.scalars(select(AuditEvent))).all()) == 1
