"""The board: every stage with its most urgent bookings, moved by the workflow's decision."""

from datetime import timedelta

from bs4 import BeautifulSoup
from sqlalchemy import event

from models.domain.booking_hash import booking_hash
from models.store.booking_board import CARDS
from tests.support import office as factories
from tests.support.desk import Office, fields_of

BOARD = "/backoffice/kanban"


def stage_of(html: str, booking_id: str) -> str | None:
    """The column in which a booking stands."""
    card = BeautifulSoup(html, "html.parser").find(id=f"card-{booking_id}")
    column = card.find_parent("section") if card else None
    return str(column["data-stage"]) if column else None


async def test_bookings_stand_under_their_stage_and_only_ones_own(office: Office) -> None:
    async with office.page("marc") as browser:
        everything = (await browser.get(BOARD)).text
        filtered = (await browser.get(f"{BOARD}?search=laurant")).text
    async with office.page("linh") as browser:
        own = (await browser.get(BOARD)).text
    assert stage_of(everything, office.mine.id) == "QUALIFIED"
    assert stage_of(everything, office.other.id) == "NEW"
    assert stage_of(filtered, office.mine.id) == "QUALIFIED"
    assert stage_of(filtered, office.other.id) is None
    assert "These bookings come close" in filtered
    assert stage_of(own, office.mine.id) == "QUALIFIED"
    assert stage_of(own, office.other.id) is None
    counts = BeautifulSoup(own, "html.parser").select("#stage-NEW .soft")
    assert [count.text for count in counts] == ["0"]


async def test_the_most_urgent_stand_on_top_and_the_rest_is_a_link_away(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        for hours in range(CARDS + 3):
            last = await factories.booking(
                session, office.customer, sla_due_at=factories.NOW - timedelta(hours=hours)
            )
    statements: list[str] = []
    engine = office.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    async with office.page("marc") as browser:
        page = BeautifulSoup((await browser.get(BOARD)).text, "html.parser")
    column = page.find("section", {"data-stage": "NEW"})
    assert column is not None
    cards = column.find_all("li", class_="board-card")
    assert len(cards) == CARDS
    assert cards[0]["id"] == f"card-{last.id}"
    assert column.find("a", href="/backoffice/bookings?stage=NEW") is not None
    assert len(statements) <= 6


async def test_a_move_is_asked_of_the_workflow_with_what_was_seen(office: Office) -> None:
    await office.start(office.mine.id)
    async with office.page("linh") as browser:
        html = (await browser.get(f"{BOARD}?destination=Vietnam")).text
        action = f"{office.mine.id}/stage?destination=Vietnam"
        form = {**fields_of(html, action), "stage": "NEGOTIATION"}
        assert form["booking_hash"] == booking_hash(office.mine.id, 1)
        moved = await browser.post(f"{BOARD}/{action}", data=form)
        twice = await browser.post(f"{BOARD}/{action}", data=form)
    assert moved.status_code == twice.status_code == 303
    assert moved.headers["location"].startswith(f"{BOARD}?destination=Vietnam&said=stage")
    asked = await office.asked(office.mine.id)
    assert len(asked) == 1
    assert "NEGOTIATION" in asked[0]
    assert '"expected_revision":1' in asked[0]


async def test_a_clash_shows_the_board_as_it_stands_and_says_so(office: Office) -> None:
    await office.start(office.mine.id)
    async with office.page("marc") as browser:
        html = (await browser.get(BOARD)).text
        form = {**fields_of(html, f"{office.mine.id}/stage"), "stage": "LOST"}
        clash = await browser.post(
            f"{BOARD}/{office.mine.id}/stage", data={**form, "booking_hash": "stale"}
        )
        nowhere = await browser.post(
            f"{BOARD}/{office.mine.id}/stage", data={**form, "stage": "NOPE"}
        )
        forged = await browser.post(
            f"{BOARD}/{office.mine.id}/stage", data={**form, "csrf_token": "x"}
        )
    assert clash.status_code == 409
    assert "Somebody else changed this booking meanwhile" in clash.text
    assert "It was not moved to Lost" in clash.text
    assert stage_of(clash.text, office.mine.id) == "QUALIFIED"
    assert fields_of(clash.text, f"{office.mine.id}/stage")["booking_hash"] == booking_hash(
        office.mine.id, 1
    )
    assert (nowhere.status_code, forged.status_code) == (422, 403)


async def test_anothers_booking_and_a_sleeping_workflow_move_nothing(office: Office) -> None:
    form = {"csrf_token": "", "stage": "LOST", "booking_hash": "x", "idempotency_key": "k"}
    async with office.page("linh") as browser:
        html = (await browser.get(BOARD)).text
        own = {**fields_of(html, f"{office.mine.id}/stage"), "stage": "LOST"}
        foreign = await browser.post(
            f"{BOARD}/{office.other.id}/stage", data={**form, "csrf_token": own["csrf_token"]}
        )
        asleep = await browser.post(f"{BOARD}/{office.mine.id}/stage", data=own)
    assert foreign.status_code == 404
    assert asleep.status_code == 503
    assert "Nothing was changed" in asleep.text
