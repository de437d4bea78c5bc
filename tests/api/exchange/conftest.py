"""Rates that tests find: fetched ones of yesterday and today, and one that a person set."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest_asyncio

from models.domain.exchange import RatesOfDay, RateSource
from models.domain.staffed_hours import StaffedHours, local_day
from models.messages.ids import new_id
from models.store.exchange_rates import set_by_hand, store_fetched
from models.store.exchange_tasks import open_exchange_task
from tests.support.desk import Office

TODAY = local_day(datetime.now(UTC), StaffedHours().zone)
"""In the office."""
OLD = TODAY - timedelta(days=9)


@pytest_asyncio.fixture
async def priced(office: Office) -> Office:
    """An office with rates: USD and THB of the bank, LAK by hand and long ago, none of KHR."""
    async with office.resources.sessions.begin() as session:
        for days, dollar in ((2, "1.0800"), (1, "1.0842")):
            rates = RatesOfDay(
                TODAY - timedelta(days=days),
                {"USD": Decimal(dollar), "THB": Decimal("36.875"), "SEK": Decimal("11.4")},
            )
            await store_fetched(session, RateSource.ECB, rates, rates.per_euro)
        await set_by_hand(
            session,
            new_id("fx"),
            currency="LAK",
            per_euro=Decimal(23_450),
            quoted_on=OLD,
            by=office.marc.id,
            reason="BCEL, transfer",
        )
        await open_exchange_task(
            session, f"jump:{TODAY}:VND", "Look at the rate of VND: it jumped", "Too far."
        )
        await open_exchange_task(session, "away", "Exchange rates can't be fetched", "Away.")
    return office
