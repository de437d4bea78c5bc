"""What staff are told of quotes by the real booking, and why customers declined."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client

from tests.support import office as factories
from tests.support.desk import Office
from tests.support.playing import FAST, playing


async def test_a_draft_that_awaits_approval_is_not_sent_by_staff_but_by_managers(
    office: Office, temporal_client: Client
) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        draft, _ = await factories.quote(session, office.mine, hotel)
    path = f"/api/v1/bookings/{office.mine.id}/quotes/{draft.id}"
    policy = replace(FAST, seconds_per_day=2, approval_hours=2_400)
    async with playing(temporal_client, policy, booking=office.mine.id):
        async with office.browser("linh") as browser:
            asked = await browser.post(f"{path}/approval", json={"remark": "They come back"})
            refused = await browser.post(f"{path}/send")
            undecided = await browser.post(f"{path}/approval/decision", json={"approved": True})
        async with office.browser("marc") as browser:
            silent = await browser.post(f"{path}/approval/decision", json={"approved": False})
            sent = await browser.post(f"{path}/send")
    assert asked.json()["quote_version_id"] == draft.id
    assert (refused.status_code, refused.json()["code"]) == (409, "QUOTE_NEEDS_APPROVAL")
    assert "awaits a manager's approval" in refused.json()["error"]
    assert (undecided.status_code, silent.status_code) == (403, 422)
    assert sent.status_code == 200


@pytest.mark.parametrize(("who", "counts"), [("marc", 3), ("linh", 2)])
async def test_reasons_are_counted_among_the_bookings_that_one_may_see(
    office: Office, who: str, counts: int
) -> None:
    reasons = [("PRICE", office.mine), ("PRICE", office.other), (None, office.mine)]
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        for version, (reason, booking) in enumerate(reasons, start=1):
            found, _ = await factories.quote(
                session, booking, hotel, version=version, status="DECLINED"
            )
            found.decline_reason, found.answered_at = reason, datetime.now(UTC)
        old, _ = await factories.quote(session, office.mine, hotel, version=9, status="DECLINED")
        old.answered_at = datetime.now(UTC) - timedelta(days=60)
    async with office.browser(who) as browser:
        month = (await browser.get("/api/v1/quote-declines?days=30")).json()
        year = (await browser.get("/api/v1/quote-declines")).json()
        shown = await browser.get("/backoffice/declined-quotes?days=30")
    assert (month["total"], year["total"]) == (counts, counts + 1)
    told = {one["reason"]: one["quotes"] for one in month["items"]}
    assert told == {"PRICE": counts - 1, None: 1}
    assert shown.status_code == 200
    assert "Price" in shown.text
    assert "Not said" in shown.text


async def test_where_nobody_declined_the_page_says_so(office: Office) -> None:
    async with office.page("marc") as browser:
        assert "Nobody declined" in (await browser.get("/backoffice/declined-quotes")).text
