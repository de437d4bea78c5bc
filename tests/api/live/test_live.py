"""Open pages hear what changes: theirs alone, at once, again after a break, and never for ever."""

import hashlib

import pytest
from sqlalchemy import text, update

from api.live import hub as hub_module
from api.live import live as live_module
from models.tables.crm import Booking, Task
from models.tables.identity import StaffSession
from tests.api.live.conftest import Event, Served, eventually
from tests.support import office as factories
from tests.support.desk import Office


async def change(office: Office, booking: Booking, **columns: object) -> None:
    """Writes columns of a booking, as its workflow would."""
    async with office.resources.sessions.begin() as session:
        await session.execute(update(Booking).where(Booking.id == booking.id).values(**columns))


async def test_a_changed_booking_is_told_with_the_cells_of_its_row(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as stream:
        await change(office, office.mine, stage="NEGOTIATION")
        event = await stream.until("change")
    assert event.data["changed"] == [office.mine.id]
    assert event.data["came"] == event.data["went"] == []
    assert "Negotiation" in event.data["cells"]
    assert "Linh Tran" in event.data["cells"]
    assert event.data["pace"] >= 2000
    assert event.id


async def test_what_hangs_on_a_booking_is_told_by_its_id_alone(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as stream:
        async with office.resources.sessions.begin() as session:
            task = Task(
                id="task_1", booking_id=office.mine.id, key="k", title="t", owner_role="atp_staff"
            )
            await factories.add(session, task)
        event = await stream.until("change")
    assert (event.data["changed"], event.data["cells"]) == ([office.mine.id], "")


async def test_a_new_booking_comes_to_the_lists(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as stream:
        async with office.resources.sessions.begin() as session:
            made = await factories.booking(session, office.customer)
        event = await stream.until("change")
    assert event.data["came"] == [made.id]


async def test_staff_hear_of_their_own_bookings_alone(served: Served) -> None:
    office = served.office
    async with served.listening("linh") as linh, served.listening("marc") as marc:
        await change(office, office.other, stage="QUALIFIED")
        assert (await marc.until("change")).data["changed"] == [office.other.id]
        await change(office, office.mine, stage="NEGOTIATION")
        event = await linh.until("change")
    assert event.data["changed"] == [office.mine.id]
    assert office.other.id not in str(event.data)


async def test_a_hand_over_is_told_to_both_and_shows_nothing_to_who_lost_it(
    served: Served,
) -> None:
    office = served.office
    async with served.listening("linh") as linh:
        await change(office, office.mine, staff_id=office.marc.id)
        lost = await linh.until("change")
        await change(office, office.other, staff_id=office.linh.id)
        got = await linh.until("change")
    assert (lost.data["went"], lost.data["changed"], lost.data["cells"]) == (
        [office.mine.id],
        [],
        "",
    )
    assert got.data["came"] == [office.other.id]


async def test_many_changes_in_a_moment_are_one_event(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as stream:
        for stage in ("NEW", "QUALIFIED", "NEGOTIATION", "LOST"):
            await change(office, office.mine, stage=stage)
        events: list[Event] = []
        while not events or "Lost" not in events[-1].data["cells"]:
            events.append(await stream.until("change"))
    assert len(events) < 4


async def test_so_many_changes_at_once_mean_look_at_everything(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as stream:
        async with office.resources.sessions.begin() as session:
            for _ in range(101):
                await factories.booking(session, office.customer)
        assert (await stream.until("resync")).data == {}


async def test_who_comes_back_gets_what_was_missed(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as witness:
        async with served.follow("marc") as stream:
            last = (await stream.until("ready")).id
        await change(office, office.mine, stage="NEGOTIATION")
        await witness.until("change")
        async with served.follow("marc", last) as again:
            await again.until("ready")
            event = await again.until("change")
    assert event.data["changed"] == [office.mine.id]


async def test_who_comes_back_too_late_looks_at_everything(served: Served) -> None:
    async with served.follow("marc", "deadbeef-7") as stream:
        await stream.until("ready")
        assert (await stream.until("resync")).data == {}


async def test_a_page_that_was_just_made_catches_up(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as witness:
        await change(office, office.mine, stage="NEGOTIATION")
        await witness.until("change")
        async with served.follow("marc") as fresh:
            assert (await fresh.until("change")).data["changed"] == [office.mine.id]


async def test_when_postgres_goes_and_comes_back_everybody_looks_again(served: Served) -> None:
    office = served.office
    async with served.listening("marc") as stream:
        async with office.resources.sessions.begin() as session:
            killed = await session.scalars(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'live' AND datname = current_database()"
                )
            )
            assert list(killed) == [True]
        await stream.until("resync")
        await change(office, office.mine, stage="NEGOTIATION")
        assert (await stream.until("change")).data["changed"] == [office.mine.id]


async def test_one_connection_listens_for_everybody(served: Served) -> None:
    async with (
        served.listening("marc") as one,
        served.listening("linh"),
        served.listening("ana"),
    ):
        async with served.office.resources.sessions() as session:
            count = await session.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity "
                    "WHERE application_name = 'live' AND datname = current_database()"
                )
            )
        assert count == 1
        assert one.response.headers["content-type"].startswith("text/event-stream")
        assert one.response.headers["x-accel-buffering"] == "no"
        assert "no-transform" in one.response.headers["cache-control"]


async def test_a_session_that_ends_ends_its_stream(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "SWEEP_SECONDS", 0.05)
    async with served.listening("marc") as stream:
        async with served.office.resources.sessions.begin() as session:
            marc = hashlib.sha256(b"marc").hexdigest()
            row = await session.get(StaffSession, marc)
            await session.delete(row)
        await stream.until("expired")
        assert await stream.next() is None
    assert not served.live.hub.subscribers


async def test_a_quiet_stream_is_kept_open_and_ends_after_a_while(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(live_module, "LONGEST_STREAM_SECONDS", 1.0)
    async with served.follow("marc") as stream:
        await stream.until(":")
        while await stream.next() is not None:
            pass


async def test_a_person_may_open_so_many_streams_and_no_more(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "MOST_OF_A_PERSON", 2)
    async with served.listening("marc"), served.listening("marc"), served.listening("linh"):
        async with served.browser("marc") as client:
            refused = await client.get("/backoffice/live")
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "60"


async def test_without_a_login_nobody_hears_anything(served: Served) -> None:
    async with served.browser("stranger") as client:
        assert (await client.get("/backoffice/live")).status_code == 401


async def test_a_browser_that_leaves_is_forgotten(served: Served) -> None:
    async with served.listening("marc"):
        assert len(served.live.hub.subscribers) == 1
    await eventually(lambda: not served.live.hub.subscribers)


async def test_following_keeps_no_session_alive(served: Served) -> None:
    office = served.office
    marc = hashlib.sha256(b"marc").hexdigest()
    quarter = text("UPDATE staff_sessions SET last_seen_at = now() - interval '15 minutes'")
    async with office.resources.sessions.begin() as session:
        await session.execute(quarter)
        before = (await session.get_one(StaffSession, marc)).last_seen_at
    async with served.listening("marc"), served.browser("marc") as client:
        await client.get("/backoffice/bookings", headers={"X-Live": "1"})
    async with office.resources.sessions() as session:
        assert (await session.get_one(StaffSession, marc)).last_seen_at == before
    async with served.browser("marc") as client:
        await client.get("/backoffice/bookings")
    async with office.resources.sessions() as session:
        assert (await session.get_one(StaffSession, marc)).last_seen_at > before


async def test_the_more_look_the_less_often_each_of_them_looks(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = served.office
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 4.0)
    async with served.listening("marc") as stream:
        paces = []
        for _ in range(2):
            async with office.resources.sessions.begin() as session:
                await factories.booking(session, office.customer)
            paces.append((await stream.until("change")).data["pace"])
    assert paces == [2000, 200_000]
