"""The audit log as managers read it: filters, pages of a keyset, who may look."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from bs4 import BeautifulSoup

from models.domain.auditing import AuditAction
from models.store.audit import record_audit
from tests.api.audit.conftest import LINH, write_events
from tests.support.desk import Office


async def ask(browser: httpx2.AsyncClient, **query: str) -> list[str]:
    answer = await browser.get("/api/v1/audit", params=query)
    assert answer.status_code == 200, answer.text
    return [item["action"] for item in answer.json()["items"]]


async def test_events_are_found_by_who_what_subject_and_day(office: Office) -> None:
    await write_events(office, 1)
    async with office.resources.sessions.begin() as session:
        await record_audit(
            session, LINH, AuditAction.TASK_DONE, "task_1", booking_id=office.other.id
        )
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    async with office.browser("marc") as browser:
        assert await ask(browser) == ["TASK_DONE", "NOTES_WRITTEN"]
        assert await ask(browser, action="TASK_DONE") == ["TASK_DONE"]
        assert await ask(browser, actor="staff_linh") == ["TASK_DONE", "NOTES_WRITTEN"]
        assert await ask(browser, actor="staff_marc") == []
        assert await ask(browser, subject="task_1") == ["TASK_DONE"]
        assert await ask(browser, subject=office.other.id) == ["TASK_DONE"]
        assert await ask(browser, subject=office.mine.reference.lower()) == ["NOTES_WRITTEN"]
        assert await ask(browser, since=tomorrow) == []
        assert len(await ask(browser, until=tomorrow)) == 2


async def test_pages_follow_one_another_without_gap_or_repetition(office: Office) -> None:
    await write_events(office, 7)
    seen: list[int] = []
    before = ""
    async with office.browser("marc") as browser:
        while True:
            query = {"page_size": "3", "before": before}
            page = (await browser.get("/api/v1/audit", params=query)).json()
            seen += [item["position"] for item in page["items"]]
            if page["next"] is None:
                break
            before = page["next"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_the_page_shows_who_changed_what_and_leads_to_older_events(office: Office) -> None:
    await write_events(office, 52)
    async with office.page("marc") as browser:
        page = BeautifulSoup((await browser.get("/backoffice/audit")).text, "html.parser")
        assert len(page.select("#events > li")) == 50
        first = page.select_one("#events > li")
        assert first is not None
        assert "Notes written" in first.text
        assert office.mine.reference in first.text
        assert "Amélie's note 51" in first.text
        assert "203.0.113.9" in first.text
        older = page.select_one("a[rel=next]")
        assert older is not None
        rest = BeautifulSoup((await browser.get(str(older["href"]))).text, "html.parser")
    assert len(rest.select("#events > li")) == 2
    assert rest.select_one("a[rel=next]") is None


async def test_the_page_keeps_its_filters_and_says_when_nothing_matches(office: Office) -> None:
    await write_events(office, 1)
    query = f"subject={office.mine.reference}&action=TASK_DONE&since=2026-01-01&until=nonsense"
    async with office.page("marc") as browser:
        found = (await browser.get(f"/backoffice/audit?subject={office.mine.reference}")).text
        none = BeautifulSoup((await browser.get(f"/backoffice/audit?{query}")).text, "html.parser")
    assert "Notes written" in found
    assert "Nothing matches these filters." in none.text
    field = none.select_one("input[name=subject]")
    assert field is not None
    assert field["value"] == office.mine.reference


async def test_what_people_wrote_is_escaped(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await record_audit(
            session,
            LINH,
            AuditAction.NOTES_WRITTEN,
            office.mine.id,
            after={"notes": "<script>alert(1)</script>"},
        )
    async with office.page("marc") as browser:
        assert "<script>alert" not in (await browser.get("/backoffice/audit")).text


@pytest.mark.parametrize("who", ["linh", "ana"])
async def test_only_managers_and_administrators_may_look(office: Office, who: str) -> None:
    async with office.browser(who) as browser:
        assert (await browser.get("/api/v1/audit")).status_code == 403
        assert (await browser.get("/backoffice/audit")).status_code == 403
        assert "/backoffice/audit" not in (await browser.get("/backoffice/bookings")).text
    async with office.browser("marc") as browser:
        assert "/backoffice/audit" in (await browser.get("/backoffice/bookings")).text


@pytest.mark.parametrize("query", ["action=NOPE", "since=yesterday", "page_size=101"])
async def test_a_wrong_query_is_refused(office: Office, query: str) -> None:
    async with office.browser("marc") as browser:
        assert (await browser.get(f"/api/v1/audit?{query}")).status_code == 422
