"""What the policy adds to a quote: our fee as a line of its own, VAT, the margin scheme."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.domain.clock import day_of
from models.domain.pricing.taxes import Treatment
from models.store.policies import policy_in_force, put_in_force, store_draft
from tests.support import office as factories
from tests.support.desk import Office

TODAY = day_of(datetime.now(UTC))
FLIGHT = {"day": 1, "kind": "FLIGHT", "description": "Flight", "unit_price_minor": 10_000}
BOAT = {"day": 2, "kind": "CRUISE", "description": "Boat", "unit_price_minor": 30_000}
DIVE = BOAT | {"description": "Dive", "unit_price_minor": 8_000, "optional": True}


async def policy(office: Office, **changes: Any) -> None:
    """Puts a change of the policy in force."""
    async with office.resources.sessions.begin() as session:
        changed = replace(await policy_in_force(session, None), **changes)
        draft = await store_draft(session, changed, created_by="tests")
        await put_in_force(session, draft, by="tests")


def body(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "title": "Hanoi",
        "currency": "USD",
        "departure_on": str(TODAY + timedelta(days=100)),
        "return_on": str(TODAY + timedelta(days=105)),
        "travelers": 2,
        "lines": list(lines or (FLIGHT, BOAT)),
        **changes,
    }


async def asked(
    office: Office, method: str, path: str = "", sent: dict[str, Any] | None = None
) -> dict[str, Any]:
    async with office.browser("marc") as browser:
        whole = f"/api/v1/bookings/{office.mine.id}/quotes{path}"
        answer = await browser.request(method, whole, json=sent)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_fee_is_the_last_line_after_discounts(office: Office) -> None:
    await policy(office, service_fee_percent=Decimal(5))
    off = {"percent": "10", "reason": "Again"}
    quote = await asked(office, "POST", sent=body(FLIGHT, BOAT, DIVE, discount=off))
    *lines, fee = quote["lines"]
    assert (fee["description"], fee["kind"], fee["automatic"]) == ("Service fee", "FEE", True)
    assert fee["total_minor"] == 1_800
    assert quote["quote"]["total_minor"] == 36_000 + 1_800
    assert lines[2]["total_minor"] == 7_200 + 360


async def test_a_rewritten_or_copied_draft_has_one_fee(office: Office) -> None:
    await policy(office, service_fee_percent=Decimal(5))
    quote = await asked(office, "POST", sent=body())
    path = f"/{quote['quote']['id']}"
    again = await asked(office, "PATCH", path, body())
    copy = await asked(office, "POST", f"{path}/copies")
    for one in (quote, again, copy):
        assert [line["total_minor"] for line in one["lines"]] == [10_000, 30_000, 2_000]
        assert one["quote"]["total_minor"] == 42_000
    today = await asked(office, "GET", f"{path}/repriced")
    assert (today["now_minor"], today["difference_minor"]) == (42_000, 0)
    assert [line["difference_minor"] for line in today["lines"]] == [0, 0, 0]


@pytest.mark.parametrize(
    ("treatment", "total", "vat", "margin"),
    [
        (Treatment.EXEMPT, 40_000, 0, False),
        (Treatment.VAT_INCLUDED, 40_000, 3_636, False),
        (Treatment.VAT_ON_TOP, 44_000, 4_000, False),
        (Treatment.MARGIN, 40_000, 0, True),
    ],
)
async def test_prices_are_taxed_as_the_policy_says(
    office: Office, treatment: Treatment, total: int, vat: int, *, margin: bool
) -> None:
    percent = Decimal(0) if treatment is Treatment.EXEMPT else Decimal(10)
    await policy(office, tax_treatment=treatment, tax_percent=percent)
    quote = await asked(office, "POST", sent=body())
    assert quote["quote"]["total_minor"] == total
    assert sum(line["total_minor"] for line in quote["lines"]) == total
    assert sum(line["vat_minor"] for line in quote["lines"]) == vat
    assert quote["quote"]["margin_scheme"] is margin


async def test_vat_on_top_is_on_the_fee_too(office: Office) -> None:
    await policy(
        office,
        service_fee_percent=Decimal(5),
        tax_treatment=Treatment.VAT_ON_TOP,
        tax_percent=Decimal(10),
    )
    quote = await asked(office, "POST", sent=body())
    fee = quote["lines"][-1]
    assert (fee["total_minor"], fee["vat_minor"]) == (2_200, 200)
    assert quote["quote"]["total_minor"] == 46_200


async def test_an_agents_commission_lowers_the_profit_and_not_the_price(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        _, card = await factories.hotel_with_rate(session)
    stay = FLIGHT | {"kind": "HOTEL", "nights": 3, "rate_card_id": card, "unit_price_minor": None}
    trip = body(stay, departure_on="2027-03-02", return_on="2027-03-10")
    before = await asked(office, "POST", "/price", trip)
    await policy(office, agent_percent=Decimal(10))
    after = await asked(office, "POST", "/price", trip)
    assert before["total_minor"] == after["total_minor"] == 23_250
    assert (before["profit_minor"], after["profit_minor"]) == (4_650, 4_650 - 2_325)
