"""A draft that saves itself: what is kept, refused and undone, and what is told of it."""

from collections.abc import AsyncIterator
from dataclasses import fields

import httpx2
import pytest
import pytest_asyncio
from bs4 import BeautifulSoup
from sqlalchemy import event, select, update

from api.pages.backoffice.quote_fields import DayFields, GroupFields, LineFields, QuoteFields
from api.pages.backoffice.quote_meeting import NAMES, UNSAID
from api.pages.backoffice.quote_states import ROWS
from models.store.draft_states import MOST_STATES
from models.tables.audit import AuditEvent
from models.tables.crm import Booking
from models.tables.drafting import QuoteDraftState
from models.tables.quote import QuoteVersion
from tests.support import library
from tests.support.desk import Office
from tests.support.drafting import LINE, Builder, begun, column, opened, typed


@pytest_asyncio.fixture
async def linh(office: Office) -> AsyncIterator[Builder]:
    """Linh, with a draft of her booking open."""
    async with office.page("linh") as browser:
        yield await begun(office, browser)


@pytest_asyncio.fixture
async def marc(office: Office, linh: Builder) -> AsyncIterator[Builder]:
    """Marc, who has opened the same draft."""
    async with office.page("marc") as browser:
        yield await opened(office, browser, linh.address, linh.quote_id)


async def events_of(office: Office, quote_id: str) -> list[AuditEvent]:
    statement = select(AuditEvent).where(AuditEvent.subject == quote_id).order_by(AuditEvent.at)
    async with office.resources.sessions() as session:
        return list(await session.scalars(statement))


async def test_what_is_typed_is_in_the_version_and_says_when(linh: Builder) -> None:
    told = await linh.saves(title="Slow Hanoi")
    assert "Saved at" in told.text
    stored = await linh.stored()
    assert (stored.version.title, stored.version.total_minor) == ("Slow Hanoi", 6_000)
    assert stored.version.changed_by == linh.office.linh.id


async def test_what_is_not_finished_is_kept_and_the_version_stays(linh: Builder) -> None:
    told = await linh.saves(title="", line_price=["10", "cheap", "10"])
    assert "not in the version yet" in told.text
    assert (await linh.stored()).version.title == "Hanoi"
    again = (await linh.browser.get(f"{linh.path}?edit=yes")).text
    assert column(again, "title") == [""]
    assert column(again, "line_price") == ["10", "cheap", "10"]


async def test_a_rate_that_does_not_fit_is_kept_with_the_reason(linh: Builder) -> None:
    told = await linh.saves(line_supply=["partner_x:rate_unknown", "", ""])
    assert "not in the version yet" in told.text
    assert "the rate is not one of this supplier" in told.text
    assert [line.rate_card_id for line in (await linh.stored()).lines] == [None] * 3


async def test_nothing_goes_out_while_something_is_not_finished(
    linh: Builder, office: Office
) -> None:
    await office.start(office.mine.id)
    await linh.saves(title="")
    refused = await linh.post("/send")
    assert refused.status_code == 409
    assert "kept but not finished" in refused.text
    await linh.saves(title="Hanoi at last")
    assert (await linh.post("/send")).status_code == 303


async def test_a_save_by_hand_keeps_what_is_wrong_too(linh: Builder) -> None:
    wrong = await linh.post("", title="", action="save")
    assert wrong.status_code == 422
    assert "is kept with the draft" in wrong.text
    again = (await linh.browser.get(f"{linh.path}?edit=yes")).text
    assert column(again, "title") == [""]


async def test_who_comes_second_overwrites_nothing(linh: Builder, marc: Builder) -> None:
    await linh.saves(title="Linh's")
    answer = await marc.post("/autosave", title="Marc's")
    assert answer.status_code == 409
    text = BeautifulSoup(answer.text, "html.parser").text
    assert "Linh Tran changed this draft at" in text
    for offer in ("See their state", "Take mine", "Merge both"):
        assert offer in text
    assert (await linh.stored()).version.title == "Linh's"


async def test_the_same_save_sent_once_more_is_no_clash(linh: Builder) -> None:
    before = dict(linh.guard)
    await linh.saves(title="Again")
    revision = (await linh.stored()).version.revision
    linh.guard = before
    assert "Saved at" in (await linh.saves(title="Again")).text
    assert (await linh.stored()).version.revision == revision


async def test_the_save_by_hand_of_who_comes_second_shows_both(
    linh: Builder, marc: Builder
) -> None:
    await linh.saves(title="Linh's", day_place=["Hanoi", "Cat Ba", "Hue"])
    page = await marc.post("", title="Marc's", intro="Hello", action="save")
    assert page.status_code == 409
    text = BeautifulSoup(page.text, "html.parser").text
    for words in ("You both changed", "Linh's", "Marc's", "Taken over from Linh Tran", "Cat Ba"):
        assert words in text
    assert (await linh.stored()).version.title == "Linh's"


async def settled(marc: Builder, page: httpx2.Response, **changes: str) -> httpx2.Response:
    """What comes of the page of a clash with these choices."""
    form = BeautifulSoup(page.text, "html.parser").select_one("form[action$=settle]")
    assert form is not None
    sent: dict[str, list[str]] = {}
    for one in form.select("input[type=hidden]"):
        sent.setdefault(str(one["name"]), []).append(str(one.get("value", "")))
    return await marc.browser.post(f"{marc.path}/settle", data={**sent, **changes})


async def test_both_changes_are_put_together_as_was_chosen(linh: Builder, marc: Builder) -> None:
    await linh.saves(title="Linh's", day_place=["Hanoi", "Cat Ba", "Hue"])
    clash = await marc.post("/merge", title="Marc's", line_price=["10", "12.50", "10"])
    together = await settled(marc, clash, **{"choice.title": "mine", "action": "merge"})
    assert together.status_code == 200
    assert column(together.text, "title") == ["Marc's"]
    assert column(together.text, "day_place") == ["Hanoi", "Cat Ba", "Hue"]
    assert column(together.text, "line_price") == ["10", "12.50", "10"]
    assert "data-unsaved" in together.text
    assert (await linh.stored()).version.title == "Linh's"
    marc.guard = guard = {**marc.guard, "draft_hash": column(together.text, "draft_hash")[0]}
    assert guard["draft_hash"] == (await linh.stored()).version.draft_hash


async def test_mine_can_be_taken_whole(linh: Builder, marc: Builder) -> None:
    await linh.saves(day_place=["Hanoi", "Cat Ba", "Hue"])
    clash = await marc.post("/merge", title="Marc's")
    mine = await settled(marc, clash, action="mine")
    assert column(mine.text, "day_place") == ["Hanoi", "Ha Long", "Hue"]


def test_every_field_of_the_builder_has_a_name() -> None:
    forms = (QuoteFields, DayFields, GroupFields, LineFields)
    there = {one.name for form in forms for one in fields(form)} - {"key", *ROWS}
    assert there - UNSAID == NAMES.keys()


async def test_photos_and_standings_are_told_in_words(linh: Builder, marc: Builder) -> None:
    async with linh.office.resources.sessions.begin() as session:
        lake, market = [await library.photo(session, alt=alt) for alt in ("A lake", "A market")]
    await linh.saves(cover_id=lake.id, line_standing=["optional", "", ""])
    clash = await marc.post("/merge", cover_id=market.id, line_standing=["", "optional", ""])
    told = BeautifulSoup(clash.text, "html.parser").get_text(" ", strip=True)
    for words in ("Cover photo", "Hanoi: A lake", "Hanoi: A market", "In the price"):
        assert words in told
    assert "Optional: the customer may add it" in told
    assert lake.id not in told


async def test_who_is_overtaken_while_choosing_chooses_again(linh: Builder, marc: Builder) -> None:
    await linh.saves(title="One")
    clash = await marc.post("/merge", title="Marc's")
    await linh.saves(title="Two")
    again = await settled(marc, clash, action="merge")
    assert again.status_code == 409
    assert "Two" in again.text


async def test_a_state_that_nobody_remembers_asks_about_all_that_differs(
    linh: Builder, marc: Builder
) -> None:
    await linh.saves(title="Linh's")
    clash = await marc.post("/merge", title="Marc's", draft_hash="long ago")
    soup = BeautifulSoup(clash.text, "html.parser")
    names = {str(one["name"]) for one in soup.select("input[type=radio]")}
    assert names == {"choice.title"}


async def test_one_goes_back_behind_ones_own_saves_one_by_one(linh: Builder) -> None:
    for title in ("One", "Two"):
        await linh.saves(title=title)
    for wanted in ("One", "Hanoi"):
        answer = await linh.post("/undo")
        assert answer.status_code == 303
        page = await linh.browser.get(answer.headers["location"])
        assert "The last save was undone." in page.text
        assert (await linh.stored()).version.title == wanted
        linh.guard["draft_hash"] = (await linh.stored()).version.draft_hash
    refused = await linh.post("/undo")
    assert (refused.status_code, "nothing left to undo" in refused.text) == (422, True)


async def test_nobody_undoes_what_somebody_else_saved(linh: Builder, marc: Builder) -> None:
    await linh.saves(title="Linh's")
    assert (await marc.post("/undo", title="Marc's")).status_code == 409
    marc.guard["draft_hash"] = linh.guard["draft_hash"]
    refused = await marc.post("/undo")
    assert (refused.status_code, "only they undo it" in refused.text) == (422, True)
    assert (await linh.stored()).version.title == "Linh's"


async def test_only_the_last_states_are_kept(linh: Builder) -> None:
    for number in range(MOST_STATES + 3):
        await linh.saves(title=f"Title {number}")
    async with linh.office.resources.sessions() as session:
        kept = list(await session.scalars(select(QuoteDraftState.revision)))
    assert len(kept) == MOST_STATES


async def test_a_stretch_of_work_is_one_event_for_each_person(
    linh: Builder, marc: Builder, office: Office
) -> None:
    for title in ("A", "B", "C"):
        await linh.saves(title=title)
    marc.guard["draft_hash"] = linh.guard["draft_hash"]
    for title in ("D", "E"):
        await marc.saves(title=title)
    found = await events_of(office, linh.quote_id)
    assert [(one.action, one.login) for one in found] == [
        ("QUOTE_DRAFTED", "linh"),
        ("QUOTE_REWRITTEN", "marc"),
    ]
    assert found[1].before is not None
    assert found[1].before["title"] == "C"


async def test_work_that_goes_on_later_is_an_event_of_its_own(
    linh: Builder, marc: Builder, office: Office
) -> None:
    await marc.saves(title="A", line_price=["", "10", "10"])
    found = await events_of(office, linh.quote_id)
    assert found[-1].after == {"fields_to_mend": 1}
    await marc.post("", title="B", action="save")
    assert len(await events_of(office, linh.quote_id)) == len(found) + 1


async def test_what_was_sent_does_not_save_itself(linh: Builder, office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await session.execute(update(QuoteVersion).values(status="SENT"))
    answer = await linh.post("/autosave", title="Late")
    assert answer.status_code == 409
    assert "Not saved: Version 1 was sent" in BeautifulSoup(answer.text, "html.parser").text
    assert (await linh.post("/undo")).status_code == 409


@pytest.mark.parametrize("where", ["/autosave", "/undo", "/merge", "/settle"])
async def test_a_draft_of_another_booking_is_not_there(
    linh: Builder, office: Office, where: str
) -> None:
    async with office.page("minh") as browser:
        answer = await browser.post(f"{linh.path}{where}", data={**linh.guard, **typed()})
    assert answer.status_code in {403, 404}
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Booking).where(Booking.id == office.mine.id).values(staff_id=office.marc.id)
        )
    assert (await linh.post(where, title="Mine no more")).status_code == 404
    assert (await linh.stored()).version.title == "Hanoi"


async def test_a_save_asks_the_database_as_often_however_long_the_draft_is(
    linh: Builder, office: Office
) -> None:
    counts = []
    statements: list[str] = []
    engine = office.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for many in (2, 40):
        lines = {f"line_{name}": [text] * many for name, text in LINE.items() if name != "key"}
        lines["line_key"] = [f"k{number}" for number in range(many)]
        await linh.saves(**lines)
        statements.clear()
        await linh.saves(**lines, title=f"With {many}")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[1] <= 28


async def test_programs_are_told_when_somebody_else_was_faster(
    linh: Builder, office: Office
) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/quotes/{linh.quote_id}"
    draft = {
        "title": "By program",
        "currency": "USD",
        "departure_on": "2027-03-02",
        "return_on": "2027-03-10",
        "travelers": 2,
    }
    async with office.browser("linh") as browser:
        seen = (await browser.get(path)).json()["quote"]["draft_hash"]
        await linh.saves(title="By hand")
        stale = await browser.patch(path, json={**draft, "draft_hash": seen})
        fresh = (await browser.get(path)).json()["quote"]
        done = await browser.patch(path, json={**draft, "draft_hash": fresh["draft_hash"]})
        again = await browser.patch(path, json={**draft, "draft_hash": fresh["draft_hash"]})
        unsaid = await browser.patch(path, json={**draft, "title": "Whatever stands there"})
    assert (stale.status_code, stale.json()["code"]) == (409, "DRAFT_HASH_MISMATCH")
    assert fresh["title"] == "By hand"
    assert (done.status_code, again.status_code, unsaid.status_code) == (200, 200, 200)
    assert done.json()["quote"]["draft_hash"] == again.json()["quote"]["draft_hash"]
    assert (await linh.post("/autosave", title="Late")).status_code == 409
