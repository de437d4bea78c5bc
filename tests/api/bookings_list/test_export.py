"""The export: everything that fits and may be seen, harmless to spreadsheets, and in the log."""

import csv
from io import StringIO

import httpx2
from sqlalchemy import event, select, text
from starlette.types import Message

from api.identity.session import COOKIE
from api.staff import csv_files
from models.store.booking_export import BATCH
from models.tables.audit import AuditEvent
from tests.support import office as factories
from tests.support.desk import Office

CSV = "/api/v1/bookings.csv"


async def export(office: Office, who: str, query: str = "") -> list[dict[str, str]]:
    async with office.browser(who) as browser:
        answer = await browser.get(f"{CSV}{query}")
    assert answer.status_code == 200, answer.text
    return rows_of(answer)


def rows_of(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


async def test_each_booking_that_may_be_seen_is_a_line(office: Office) -> None:
    everything = await export(office, "marc")
    own = await export(office, "linh")
    filtered = await export(office, "marc", "?stage=QUALIFIED")
    close = await export(office, "marc", "?search=laurant")
    nothing = await export(office, "marc", "?search=nobody")
    assert [row["id"] for row in everything] == [office.other.id, office.mine.id]
    assert [row["id"] for row in own] == [office.mine.id]
    assert [row["id"] for row in filtered] == [row["id"] for row in close] == [office.mine.id]
    assert nothing == []
    assert own[0]["customer_name"] == "Amélie Laurent"
    assert own[0]["style"] == "Culture, Food"
    assert own[0]["created_at"].endswith("Z")


async def test_no_cell_is_a_formula(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        evil = await factories.customer(session, '=HYPERLINK("http://x","y")', "evil@example.org")
        await factories.booking(session, evil, notes="@SUM(1)", destination="-1+1", budget="\t=1")
    row = next(row for row in await export(office, "marc") if row["email"] == "evil@example.org")
    assert row["customer_name"] == '\'=HYPERLINK("http://x","y")'
    assert (row["notes"], row["destination"], row["budget"]) == ("'@SUM(1)", "'-1+1", "'\t=1")
    assert row["phone"].startswith("'+")


async def test_only_who_may_read_in_bulk_exports_and_each_time_is_kept(office: Office) -> None:
    await export(office, "linh", "?destination=Vietnam")
    async with office.browser("ana") as browser:
        refused = await browser.get(CSV)
    async with office.browser("stranger") as browser:
        unknown = await browser.get(CSV)
    assert (refused.status_code, unknown.status_code) == (403, 401)
    async with office.resources.sessions() as session:
        events = list(
            await session.scalars(select(AuditEvent).where(AuditEvent.action == "DATA_EXPORTED"))
        )
    assert len(events) == 1


async def test_a_wrong_filter_is_told_before_the_file_begins(office: Office) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.get(f"{CSV}?stage=NOPE")
    assert answer.status_code == 422
    assert answer.json()["error"]


async def test_many_bookings_are_read_through_a_cursor_in_batches(office: Office) -> None:
    count = 3 * BATCH
    async with office.resources.sessions.begin() as session:
        await session.execute(
            text(
                "INSERT INTO bookings (id, reference, customer_id, destination, travel_month,"
                " travelers, duration, content_fingerprint, policy_version, created_at)"
                " SELECT 'booking_' || n, 'ATP-B' || n, (SELECT id FROM customers LIMIT 1),"
                " 'Laos', '2027-05', 2, '9-12 days', n::text, 1, now() - n * interval '1 minute'"
                " FROM generate_series(1, :count) AS n"
            ),
            {"count": count},
        )
    statements: list[str] = []
    engine = office.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    found = await export(office, "marc", "?destination=Laos&sort=sla_due_at_asc")
    assert len({row["id"] for row in found}) == count
    assert len([one for one in statements if "FROM bookings" in one]) <= 3


async def test_a_reader_who_leaves_gives_connection_and_turn_back(office: Office) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body":
            raise OSError("the reader has left")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": CSV,
        "raw_path": CSV.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"test"), (b"cookie", f"{COOKIE}=marc".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }
    await office.app(scope, receive, send)
    assert sent[0]["status"] == 200
    assert office.resources.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert not csv_files._running.locked()
    assert len(await export(office, "marc")) == 2


async def test_a_third_export_at_once_is_asked_to_wait(office: Office) -> None:
    async with csv_files._running, csv_files._running, office.browser("marc") as browser:
        refused = await browser.get(CSV)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "10"
    assert len(await export(office, "marc")) == 2
