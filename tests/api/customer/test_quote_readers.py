"""Who reads a quote: visits counted for people, questions, and links for companions."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from uuid import uuid4

import pytest
import pytest_asyncio
from bs4 import BeautifulSoup
from httpx2 import AsyncClient, Response

from models.domain.links import LinkPurpose
from models.domain.reading import Device, device_of, span
from models.store.quote_copies import copy_of
from models.store.quote_drafts import create_draft, find_version
from models.store.timeline import list_activities
from models.store.timeline_pages import timeline_page
from models.tables.crm import BookingActivity, Task
from models.tables.quote import QuoteAcceptance
from models.tables.quote_readers import QuoteQuestion, QuoteVisit
from tests.support.desk import fields_of
from tests.support.trip import Trip
from tests.support.visitors import Visitors, post, read

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari/604.1"


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


async def quote_page(visitors: Visitors, trip: Trip) -> str:
    return await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)


async def visits(visitors: Visitors) -> list[QuoteVisit]:
    return [row for row in await visitors.rows(QuoteVisit) if isinstance(row, QuoteVisit)]


async def tasks(visitors: Visitors) -> list[Task]:
    return [row for row in await visitors.rows(Task) if isinstance(row, Task)]


def beat_of(page: Response) -> dict[str, str]:
    """What the page's script sends."""
    marker = BeautifulSoup(page.text, "html.parser").select_one("[data-seen]")
    assert marker is not None
    return {"csrf_token": str(marker["data-nonce"]), "visit": str(marker["data-visit"])}


async def earlier(visitors: Visitors, seconds: float) -> None:
    """The last beat was so long ago."""
    (visit,) = await visits(visitors)
    before = datetime.now(UTC) - timedelta(seconds=seconds)
    await visitors.change(visit, last_seen_at=before)


async def share(browser: AsyncClient, path: str, name: str, **typed: str) -> str:
    """Makes a link for a companion; its path."""
    made = await post(browser, path, "/share", **{"companion": name, "may_accept": ""} | typed)
    assert made.status_code == 303
    page = BeautifulSoup((await browser.get(path)).text, "html.parser")
    field = page.select_one(f'input[aria-label="Link for {name}"]')
    assert field is not None
    return "/" + str(field["value"]).split("/", 3)[3]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (IPHONE, Device.PHONE),
        ("Mozilla/5.0 (Linux; Android 16; Pixel 9) Mobile Safari/537.36", Device.PHONE),
        ("Mozilla/5.0 (Linux; Android 16; SM-X900) Safari/537.36", Device.TABLET),
        ("Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) Mobile/15E148", Device.TABLET),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/150", Device.COMPUTER),
        (None, Device.COMPUTER),
    ],
)
def test_a_device_is_known_by_its_browser(agent: str | None, device: Device) -> None:
    assert device_of(agent) is device


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (40, "40 s"), (200, "3 min 20 s")])
def test_a_stretch_of_reading_reads_well(seconds: int, words: str) -> None:
    assert span(seconds) == words


async def test_a_visit_is_one_line_whose_time_grows_by_its_beats(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    browser.headers["user-agent"] = IPHONE
    path = await quote_page(visitors, quoted)
    beat = beat_of(await browser.get(path))
    assert await visits(visitors) == []
    for seconds in (0, 15, 15, 1):
        assert (await browser.post(f"{path}/seen", data=beat)).status_code == 204
        await earlier(visitors, seconds)
    await earlier(visitors, 15)
    await browser.post(f"{path}/seen", data=beat | {"resumed": "yes"})
    await earlier(visitors, 600)
    await browser.post(f"{path}/seen", data=beat)
    (visit,) = await visits(visitors)
    assert (visit.device, visit.companion_id) == (Device.PHONE, None)
    assert 30 <= visit.seconds <= 33
    async with visitors.resources.sessions.begin() as session:
        lines = await list_activities(session, quoted.booking.id)
        page = await timeline_page(session, quoted.booking.id)
    (line,) = [one for one in lines if one.type == "QUOTE_VISIT"]
    assert line.detail == f"On a phone, {visit.seconds} s"
    assert [one.detail for one in page.lines if one.type == "QUOTE_VISIT"] == [line.detail]


async def test_the_owner_is_told_of_the_first_view_once(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    for _ in range(2):
        beat = beat_of(await browser.get(path))
        await browser.post(f"{path}/seen", data=beat)
    assert len(await visits(visitors)) == 2
    (task,) = await tasks(visitors)
    assert task.owner_id == quoted.booking.staff_id
    assert task.remind_at is not None
    assert "version 2" in task.title


@pytest.mark.parametrize("visit", ["x", "x" * 36, "1" * 37])
async def test_a_mark_that_no_page_gave_is_refused(
    visit: str, visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    beat = beat_of(await browser.get(path)) | {"visit": visit}
    assert (await browser.post(f"{path}/seen", data=beat)).status_code == 422
    assert await visits(visitors) == []


async def test_only_so_many_visits_are_counted(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.store.quote_visits.MOST_VISITS", 2)
    path = await quote_page(visitors, quoted)
    beat = beat_of(await browser.get(path))
    for number in range(4):
        mark = f"{uuid4()}" if number else beat["visit"]
        sent = await browser.post(f"{path}/seen", data=beat | {"visit": mark})
        assert sent.status_code == 204
    assert len(await visits(visitors)) == 2


async def test_a_question_lands_on_the_timeline_and_as_a_task_once(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    fields = fields_of((await browser.get(path)).text, "/question")
    for _ in range(2):
        asked = await browser.post(f"{path}/question", data=fields | {"question": "A cot?"})
        assert asked.status_code == 303
    assert len(await visitors.rows(QuoteQuestion)) == 1
    told = {task.title: task.detail for task in await tasks(visitors)}
    assert told["Answer the question about the quote"] == "A cot?"
    async with visitors.resources.sessions.begin() as session:
        lines = await list_activities(session, quoted.booking.id)
    assert [one.detail for one in lines if one.type == "QUESTION_ASKED"] == ["A cot?"]
    assert "A cot?" in read(await browser.get(path), "quote-asked")


@pytest.mark.parametrize("question", ["", "x" * 4001])
async def test_a_question_that_is_none_is_refused(
    question: str, visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    page = await post(browser, await quote_page(visitors, quoted), "/question", question=question)
    assert page.status_code == 422
    assert await visitors.rows(QuoteQuestion) == []


async def test_a_page_that_asks_without_end_is_stopped(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.store.quote_questions.MOST_QUESTIONS", 1)
    path = await quote_page(visitors, quoted)
    assert (await post(browser, path, "/question", question="One?")).status_code == 303
    refused = await post(browser, path, "/question", question="Two?")
    assert "by e-mail" in read(refused)
    assert refused.status_code == 422


async def test_a_companion_looks_and_asks_by_a_link_of_their_own(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    theirs = await share(browser, path, "Martin")
    assert theirs != path
    again = await post(browser, path, "/share", companion="martin ", may_accept="")
    assert again.status_code == 303
    assert (await browser.get(path)).text.count("data-select") == 1
    page = await browser.get(theirs)
    assert "/accept" not in page.text
    assert "/share" not in page.text
    assert path not in page.text
    await browser.post(f"{theirs}/seen", data=beat_of(page))
    assert (await post(browser, theirs, "/question", question="Vegan?")).status_code == 303
    assert "Vegan?" not in (await browser.get(path)).text
    async with visitors.resources.sessions.begin() as session:
        lines = await list_activities(session, quoted.booking.id)
    said = {one.type: one.detail for one in lines}
    assert said["QUESTION_ASKED"] == "Martin: Vegan?"
    assert said["QUOTE_VISIT"] == "Martin, on a computer, a moment"
    assert "Answer the question from Martin about the quote" in {
        task.title for task in await tasks(visitors)
    }


async def test_a_companion_who_was_asked_to_look_can_not_answer(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    theirs = await share(browser, path, "Martin")
    fields = fields_of((await browser.get(theirs)).text, "/question")
    for action, typed in (
        ("accept", {"name": "M", "terms": "yes", "terms_version": "2026-11.1"}),
        ("decline", {"reason": "no"}),
        ("change", {"wish": "more"}),
        ("share", {"companion": "Eve"}),
        ("unshare", {"companion_id": "companion_x"}),
    ):
        refused = await browser.post(f"{theirs}/{action}", data=fields | typed)
        assert refused.status_code == 403, action
    assert await visitors.rows(QuoteAcceptance) == []


async def test_a_companion_who_may_accept_is_named_in_the_evidence(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    theirs = await share(browser, await quote_page(visitors, quoted), "Martin", may_accept="yes")
    taken = await post(browser, theirs, "/accept", name="Martin Schäfer", terms="yes")
    assert taken.status_code == 303
    (acceptance,) = await visitors.rows(QuoteAcceptance)
    assert isinstance(acceptance, QuoteAcceptance)
    assert acceptance.companion_id is not None


async def test_a_withdrawn_link_opens_nothing_any_more(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    theirs = await share(browser, path, "Martin")
    assert (await post(browser, path, "/unshare")).status_code == 303
    assert (await browser.get(theirs)).status_code == 404
    assert "Martin" not in BeautifulSoup((await browser.get(path)).text, "html.parser").select(
        "#share"
    )[0].get_text().replace("Martin O'Connor", "")
    again = await share(browser, path, "Martin")
    assert again != theirs
    assert (await browser.get(again)).status_code == 200


async def test_sharing_needs_a_name_and_has_an_end(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.store.quote_companions.MOST_COMPANIONS", 1)
    path = await quote_page(visitors, quoted)
    assert (await post(browser, path, "/share", companion=" ")).status_code == 422
    await share(browser, path, "Martin")
    assert (await post(browser, path, "/share", companion="Anna")).status_code == 422
    fields = fields_of((await browser.get(path)).text, "/question")
    unknown = await browser.post(f"{path}/unshare", data=fields | {"companion_id": "nobody"})
    assert unknown.status_code == 404


async def test_companions_see_the_newest_version_and_no_draft(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    theirs = await share(browser, await quote_page(visitors, quoted), "Martin")
    async with visitors.resources.sessions.begin() as session:
        sent = copy_of(await find_version(session, quoted.booking.id, quoted.quote.id))
        draft = replace(sent, title="Not for them yet")
        await create_draft(session, quoted.booking.id, draft, "staff")
    page = (await browser.get(theirs)).text
    assert escape(sent.title) in page
    assert "Not for them yet" not in page


async def test_what_scanners_fetch_leaves_no_visit(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    await browser.get(path)
    assert (await browser.head(path)).status_code == 200
    for action in ("seen", "question", "share", "unshare"):
        assert (await browser.get(f"{path}/{action}")).status_code == 405
        assert (await browser.post(f"{path}/{action}", data={})).status_code == 403
    assert await visits(visitors) == []
    assert await visitors.rows(BookingActivity) == []
    assert await tasks(visitors) == []
