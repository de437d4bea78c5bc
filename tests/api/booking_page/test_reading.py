"""The booking page is read in a fixed number of queries, and says what is due."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event

from models.domain.clock import start_of_day
from models.messages.ids import new_id
from models.tables.crm import BookingActivity, Task
from models.tables.desk import Note
from models.tables.finance import Instalment
from models.tables.integration import Message
from models.tables.operations import ServiceOrder
from tests.support import office as factories
from tests.support.desk import Office

MOST_QUERIES = 32


async def count_queries(office: Office, path: str) -> int:
    """How many statements a page asks, the login's among them."""
    statements: list[str] = []

    def count(*call: object) -> None:
        statements.append(str(call[2]))

    engine = office.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    async with office.page("linh") as browser:
        assert (await browser.get(path)).status_code == 200
    event.remove(engine, "before_cursor_execute", count)
    return len(statements)


async def fill(office: Office, times: int) -> None:
    """So many lines, notes, tasks and messages on Linh's booking."""
    async with office.resources.sessions.begin() as session:
        for number in range(times):
            session.add_all(
                [
                    BookingActivity(
                        id=new_id("act"), booking_id=office.mine.id, type="CALL",
                        actor=office.linh.id, detail=f"Call {number}",
                    ),
                    Note(
                        id=new_id("note"), booking_id=office.mine.id, author=office.linh.id,
                        body=f"Note {number}",
                    ),
                    Task(
                        id=new_id("task"), booking_id=office.mine.id, key=f"t{number}",
                        title=f"Task {number}", owner_role="atp_staff", owner_id=office.linh.id,
                    ),
                    Message(
                        id=new_id("msg"), booking_id=office.mine.id, dedupe_key=f"m{number}",
                        template="invoice", channel="EMAIL", recipient=office.mine.customer_id,
                        to_address="a@example.org", subject_ref="x", subject=f"Letter {number}",
                    ),
                ]
            )  # fmt: skip


@pytest.mark.parametrize("path", ["", "/timeline"])
async def test_more_on_a_booking_asks_no_more_queries(office: Office, path: str) -> None:
    async with office.resources.sessions.begin() as session:
        await factories.accepted_trip(session, office.mine)
    address = f"/backoffice/bookings/{office.mine.id}{path}"
    few = await count_queries(office, address)
    await fill(office, 60)
    many = await count_queries(office, address)
    assert few == many <= MOST_QUERIES


async def test_the_list_of_tasks_asks_no_query_for_each(office: Office) -> None:
    few = await count_queries(office, "/backoffice/tasks")
    await fill(office, 20)
    assert await count_queries(office, "/backoffice/tasks") == few


async def test_every_running_clock_is_told_the_most_urgent_first(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        ids = await factories.accepted_trip(session, office.mine)
        await factories.quote(
            session, office.mine, await factories.supplier(session, "Inn"), version=3, status="SENT"
        )
        booking = await session.merge(office.mine)
        booking.departure_on = factories.DEPARTURE
        order = await session.get_one(ServiceOrder, ids["order"])
        order.status = "REQUESTED"
        session.add(
            Instalment(
                id=new_id("inst"), booking_id=booking.id, quote_version_id=ids["version"],
                position=2, kind="BALANCE", amount_minor=1, currency="USD",
                due_at=factories.NOW + timedelta(days=30), due_on=factories.NOW.date(),
            )
        )  # fmt: skip
    async with office.browser("linh") as browser:
        found = (await browser.get(f"/api/v1/bookings/{office.mine.id}/deadlines")).json()
        page = await browser.get(
            f"/backoffice/bookings/{office.mine.id}", headers={"accept": "text/html"}
        )
    kinds = [one["kind"] for one in found["items"]]
    moments = [datetime.fromisoformat(one["due_at"]) for one in found["items"]]
    assert kinds == [
        "TASK", "SLA", "SUPPLIER_ANSWER", "GUIDE_ANSWER", "QUOTE_EXPIRY", "CHECKLIST",
        "INSTALMENT", "DEPARTURE",
    ]  # fmt: skip
    assert moments == sorted(moments)
    assert moments[-1] == start_of_day(factories.DEPARTURE)
    shown = BeautifulSoup(page.text, "html.parser").select("#due time[data-countdown]")
    assert len(shown) == len(kinds)


async def test_what_went_wrong_stands_at_the_top_of_the_page(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await factories.accepted_trip(session, office.mine)
        session.add(
            Task(
                id=new_id("task"), booking_id=office.mine.id, key="bounced:msg_1",
                title="A message did not arrive", owner_role="atp_staff",
            )
        )  # fmt: skip
    async with office.page("linh") as browser:
        html = (await browser.get(f"/backoffice/bookings/{office.mine.id}")).text
    due = BeautifulSoup(html, "html.parser").select_one("#due")
    assert due is not None
    words = " ".join(due.get_text(" ").split())
    assert "Declined Deluxe double in the old quarter, Maison de Hanoi" in words
    assert "Not delivered A message did not arrive" in words


async def test_what_has_ended_has_no_clock(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        booking = await session.merge(office.mine)
        booking.closed_at = datetime.now(UTC)
        booking.departure_on = factories.DEPARTURE
        booking.trip_status = "CANCELLED"
    async with office.browser("linh") as browser:
        found = (await browser.get(f"/api/v1/bookings/{office.mine.id}/deadlines")).json()
    assert found["items"] == []
