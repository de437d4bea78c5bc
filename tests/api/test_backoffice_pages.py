"""The back office: every page renders, every form works once, every refusal can be read."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from api.pages.backoffice.quote_fields import to_minor
from api.pages.formats import ago, due, money, span, words
from models.domain.booking_hash import booking_hash
from models.messages.booking import DecideApproval, SendQuote
from models.store.approval_pages import approval_of
from models.store.quote_drafts import find_version
from models.store.remarks import add_remark
from models.tables.crm import Booking
from models.tables.partners import RateCard
from models.tables.quote import QuoteApproval, QuoteDay
from tests.support import office as factories
from tests.support.desk import Office, fields_of

UNKNOWN = "booking_00000000-0000-7000-8000-000000000000"


async def furnish(office: Office) -> dict[str, str]:
    """Everything on Linh's booking, and a tour."""
    async with office.resources.sessions.begin() as session:
        ids = await factories.accepted_trip(session, office.mine)
        return {**ids, "tour": (await factories.tour(session)).id}


def words_of(html: str) -> str:
    """The text of a page."""
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


@pytest.mark.parametrize("who", ["marc", "linh", "ana"])
async def test_every_page_renders_for_every_role(office: Office, who: str) -> None:
    ids = await furnish(office)
    address = f"/backoffice/bookings/{office.mine.id}"
    paths = [
        "/backoffice/bookings",
        "/backoffice/bookings?search=laurent&stage=QUALIFIED&sort=sla_due_at_asc",
        "/backoffice/customers",
        f"/backoffice/customers/{office.customer.id}",
        "/backoffice/tasks",
        "/backoffice/policy",
        address,
        f"{address}?kind=QUOTE_SENT",
        f"{address}/quotes/{ids['version']}",
        f"{address}/quotes/compare",
    ]
    async with office.page(who) as browser:
        for path in paths:
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            page = BeautifulSoup(answer.text, "html.parser")
            assert page.title
            assert not page.find_all(style=True)
            assert not page.find("script", src=False)
        assert (await browser.get("/backoffice")).headers["location"] == "/backoffice/bookings"


@pytest.mark.parametrize("start", ["", "blank", "tour", "version"])
async def test_the_builder_starts_from_a_tour_a_version_or_nothing(
    office: Office, start: str
) -> None:
    ids = await furnish(office)
    wanted = {"tour": f"tour:{ids['tour']}", "version": f"version:{ids['version']}"}
    path = f"/backoffice/bookings/{office.mine.id}/quotes/new"
    async with office.page("linh") as browser:
        answer = await browser.get(path, params={"start": wanted.get(start, start)})
    days = len(BeautifulSoup(answer.text, "html.parser").find_all("input", {"name": "day_place"}))
    assert answer.status_code == 200
    assert days == {"": 2, "blank": 0, "tour": 3, "version": 2}[start]


async def test_people_see_only_the_forms_that_they_may_use(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    seen = {}
    for who in ("marc", "linh", "ana"):
        async with office.page(who) as browser:
            page = BeautifulSoup((await browser.get(address)).text, "html.parser")
        seen[who] = {str(form["action"]).rpartition("/")[2] for form in page.find_all("form")}
    assert {"assign", "stage", "notes"} <= seen["marc"]
    assert "assign" not in seen["linh"]
    assert seen["ana"] == {"stage"}


async def test_what_is_not_ones_own_is_not_there(office: Office) -> None:
    async with office.page("linh") as browser:
        foreign = await browser.get(f"/backoffice/bookings/{office.other.id}")
        unknown = await browser.get(f"/backoffice/bookings/{UNKNOWN}")
        nobody = await browser.get("/backoffice/customers/cust_x")
    assert (foreign.status_code, unknown.status_code, nobody.status_code) == (404, 404, 404)


async def test_notes_are_saved_and_a_conflict_keeps_what_was_typed(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get(address)).text, "/notes")
        saved = await browser.post(f"{address}/notes", data={**fields, "notes": "Trains"})
        twice = await browser.post(f"{address}/notes", data={**fields, "notes": "Trains"})
        stale = {**fields, "notes": "Planes", "idempotency_key": "another"}
        conflict = await browser.post(f"{address}/notes", data=stale)
    assert saved.status_code == twice.status_code == 303
    assert saved.headers["location"] == f"{address}?said=notes#notes"
    assert conflict.status_code == 409
    assert "Somebody else changed this booking" in conflict.text
    again = fields_of(conflict.text, "/notes")
    assert again["notes"] == "Planes"
    assert again["booking_hash"] == booking_hash(office.mine.id, 2)


async def test_a_form_without_its_token_changes_nothing(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get(address)).text, "/notes")
        forged = await browser.post(
            f"{address}/notes", data={**fields, "notes": "x", "csrf_token": "forged"}
        )
        page = await browser.get(address)
    assert forged.status_code == 403
    assert fields_of(page.text, "/notes")["notes"] == ""


async def test_assigning_and_moving_are_asked_of_the_workflow(office: Office) -> None:
    await office.start(office.other.id)
    address = f"/backoffice/bookings/{office.other.id}"
    async with office.page("marc") as browser:
        html = (await browser.get(address)).text
        assign = {**fields_of(html, "/assign"), "staff_id": office.linh.id}
        stage = {**fields_of(html, "/stage"), "stage": "LOST"}
        assigned = await browser.post(f"{address}/assign", data=assign)
        moved = await browser.post(f"{address}/stage", data=stage)
        nowhere = await browser.post(f"{address}/stage", data={**stage, "stage": "NOPE"})
    assert (assigned.status_code, moved.status_code, nowhere.status_code) == (303, 303, 422)
    assert len(await office.asked(office.other.id)) == 2


@pytest.mark.parametrize(("code", "status"), [("QUOTE_NOT_SENDABLE", 409), ("BOOKING_CLOSED", 409)])
async def test_a_refusal_stands_on_the_booking_page(office: Office, code: str, status: int) -> None:
    ids = await furnish(office)
    await office.start(office.mine.id, refuse=code)
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get(address)).text, "/stage")
        path = f"{address}/quotes/{ids['version']}/send"
        refused = await browser.post(path, data=fields)
    assert refused.status_code == status
    assert "The stub says no." in words_of(refused.text)


async def test_the_timeline_takes_a_call_and_refuses_silence(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get(address)).text, "/activities")
        empty = await browser.post(
            f"{address}/activities", data={**fields, "type": "CALL", "detail": " "}
        )
        added = await browser.post(
            f"{address}/activities", data={**fields, "type": "CALL", "detail": "Spoke to her"}
        )
        page = await browser.get(f"{address}?said=added")
    assert (empty.status_code, added.status_code) == (422, 303)
    assert "This is missing." in empty.text
    assert "Spoke to her" in page.text
    assert "Added to the timeline." in page.text


async def test_operations_work_from_the_page(office: Office) -> None:
    ids = await furnish(office)
    await office.start(office.mine.id)
    await office.start(ids["order"])
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        html = (await browser.get(address)).text
        other = {**fields_of(html, "/alternative"), "partner_id": ids["other"]}
        item = {**fields_of(html, "/traveller_details"), "action": "waive"}
        answers = [
            await browser.post(f"{address}/service-orders/{ids['order']}/alternative", data=other),
            await browser.post(f"{address}/checklist/traveller_details", data=item),
            await browser.post(
                f"{address}/tasks/{ids['task']}/done", data=fields_of(html, "/done")
            ),
        ]
        again = await browser.post(
            f"{address}/tasks/{ids['task']}/done?from=tasks", data=fields_of(html, "/done")
        )
        unknown = await browser.post(f"{address}/tasks/task_x/done", data=fields_of(html, "/done"))
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert again.headers["location"].startswith("/backoffice/tasks?said=task")
    assert unknown.status_code == 404
    assert '"waived":true' in (await office.asked(office.mine.id))[0]


async def test_a_document_is_downloaded_from_the_page(office: Office) -> None:
    ids = await furnish(office)
    await office.documents.write(f"{office.mine.id}/{ids['version']}.pdf", b"%PDF-1.7")
    async with office.page("linh") as browser:
        path = f"/backoffice/bookings/{office.mine.id}/documents"
        served = await browser.get(f"{path}/{ids['document']}")
        unknown = await browser.get(f"{path}/doc_x")
    assert (served.content, unknown.status_code) == (b"%PDF-1.7", 404)


async def test_a_cancellation_needs_the_reference_and_a_reason(office: Office) -> None:
    await furnish(office)
    await office.start(office.mine.id)
    address = f"/backoffice/bookings/{office.mine.id}/cancel"
    async with office.page("linh") as browser:
        html = (await browser.get(address)).text
        fields = fields_of(html, "/cancel")
        typo = await browser.post(
            address, data={**fields, "reason": "Ill", "confirmation": "ATP-X"}
        )
        silent = await browser.post(address, data={**fields, "reason": ""})
        done = await browser.post(
            address,
            data={**fields, "reason": "Ill", "confirmation": office.mine.reference.lower()},
        )
    assert "USD 731.00 (100 %)" in words_of(html)
    assert (typo.status_code, silent.status_code, done.status_code) == (422, 422, 303)
    assert fields_of(typo.text, "/cancel")["reason"] == "Ill"


QUOTE = {
    "title": "Northern Vietnam",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": "2",
    "intro": "",
    "change_summary": "",
}
LINE = {
    "line_kind": ["HOTEL", "ACTIVITY"],
    "line_day": ["1", "2"],
    "line_nights": ["2", "0"],
    "line_quantity": ["2", "3"],
    "line_price": ["95.50", "1,000"],
    "line_description": ["Double room", "Cooking class"],
    "line_supply": ["", ""],
}


async def test_the_builder_adds_and_removes_rows_without_javascript(office: Office) -> None:
    path = f"/backoffice/bookings/{office.mine.id}/quotes"
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(f"{path}/new")).text, "/quotes")
        typed = {**guard, **QUOTE, **LINE}
        added = await browser.post(path, data={**typed, "action": "add_line"})
        removed = await browser.post(path, data={**typed, "action": "remove_line:0"})
        total = await browser.post(f"{path}/total", data=typed)
    rows = BeautifulSoup(added.text, "html.parser").find_all("input", {"name": "line_description"})
    left = BeautifulSoup(removed.text, "html.parser").find_all(
        "input", {"name": "line_description"}
    )
    assert [row["value"] for row in rows] == ["Double room", "Cooking class", ""]
    assert [row["value"] for row in left] == ["Cooking class"]
    prices = BeautifulSoup(total.text, "html.parser")
    assert prices.select_one("#total").text == "USD 3,191.00"  # type: ignore[union-attr]  # there
    assert "USD 191.00" in words_of(str(prices.select_one("#line-0-priced")))


async def test_the_builder_saves_once_edits_and_shows_a_draft(office: Office) -> None:
    path = f"/backoffice/bookings/{office.mine.id}/quotes"
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(f"{path}/new")).text, "/quotes")
        typed = {**guard, **QUOTE, **LINE}
        saved = await browser.post(path, data={**typed, "action": "preview"})
        again = await browser.post(path, data={**typed, "action": "preview"})
        address = saved.headers["location"].partition("?")[0]
        shown = await browser.get(address)
        edited = await browser.post(address, data={**typed, "title": "Slower", "action": "save"})
        builder = await browser.get(f"{address}?edit=yes")
    assert saved.headers["location"] == again.headers["location"]
    assert "USD 3,191.00" in words_of(shown.text)
    assert edited.status_code == 303
    assert BeautifulSoup(builder.text, "html.parser").find("input", {"value": "Slower"})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "This is missing."),
        ({"departure_on": "soon"}, "This must be a date."),
        ({"return_on": "2027-01-01"}, "The return must not be before the departure."),
        ({"travelers": "many"}, "This must be a whole number."),
        ({"line_price": ["cheap", "1"]}, "Write an amount such as 120 or 120.50."),
        ({"line_day": ["1", "12"]}, "The service ends after the trip"),
        ({"line_supply": ["partner_x:rate_x", ""]}, "the rate is not one of this supplier"),
    ],
)
async def test_a_wrong_quote_says_what_is_wrong_and_keeps_what_was_typed(
    office: Office, wrong: dict[str, object], sentence: str
) -> None:
    path = f"/backoffice/bookings/{office.mine.id}/quotes"
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(f"{path}/new")).text, "/quotes")
        answer = await browser.post(path, data={**guard, **QUOTE, **LINE, **wrong})
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert "Cooking class" in answer.text


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("120", "USD", 12_000), ("1,200.50", "USD", 120_050), ("2500000", "VND", 2_500_000),
        ("1.5", "VND", None), ("0.001", "USD", None), ("-1", "USD", None), ("", "USD", None),
        ("NaN", "USD", None), ("1e3", "USD", 100_000), ("Infinity", "USD", None),
    ],
)  # fmt: skip
def test_amounts_are_read_exactly(typed: str, currency: str, minor: int | None) -> None:
    assert to_minor(typed, currency) == minor


def test_values_read_as_people_say_them() -> None:
    hour = factories.NOW.replace(microsecond=0)
    later = hour + timedelta(hours=3, minutes=20)
    assert (ago(hour, later), ago(later, hour)) == ("3 h ago", "in 3 h")
    assert (due(later, hour), due(hour, later)) == ("due in 3 h 20 min", "overdue by 3 h 20 min")
    assert span(timedelta(days=3)) == "3 days"
    assert money(120_050, "USD") == "USD 1,200.50"
    assert money(None, "USD") == "-"
    assert words("PROPOSAL_SENT") == "Proposal sent"
    assert words("atp_staff") == "Staff"


async def test_what_people_wrote_is_read_on_the_booking_page(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await add_remark(
            session, office.mine.id, author="customer", kind="change_requested", body="Fewer <b>!"
        )
    async with office.page("linh") as browser:
        page = await browser.get(f"/backoffice/bookings/{office.mine.id}")
    assert "Change requested" in page.text
    assert "Fewer &lt;b&gt;!" in page.text


@pytest.mark.parametrize("status", ["EXPIRED", "DECLINED", "SUPERSEDED"])
async def test_one_click_revives_a_version_that_has_ended(office: Office, status: str) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        version, _ = await factories.quote(session, office.mine, hotel, status=status)
    path = f"/backoffice/bookings/{office.mine.id}/quotes/{version.id}"
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(path)).text, "/copy")
        revived = await browser.post(f"{path}/copy", data=guard)
        shown = words_of((await browser.get(revived.headers["location"])).text)
    assert revived.status_code == 303
    assert "Version 2" in shown
    assert "Draft" in shown


async def test_a_version_whose_rate_is_out_of_season_is_not_revived(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        version, line = await factories.quote(session, office.mine, hotel)
        line.rate_card_id = await session.scalar(
            select(RateCard.id).where(RateCard.partner_id == hotel.id)
        )
        version.departure_on, version.return_on = date(2029, 3, 2), date(2029, 3, 10)
        await session.flush()
        version.status = "EXPIRED"
    path = f"/backoffice/bookings/{office.mine.id}/quotes/{version.id}"
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(path)).text, "/copy")
        answer = await browser.post(f"{path}/copy", data=guard)
    assert answer.status_code == 422
    assert "the rate is valid from" in words_of(answer.text)


async def test_a_comparison_tells_words_money_and_no_profit_to_staff(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        other = await factories.supplier(session, "Lotus House")
        first, _ = await factories.quote(session, office.mine, hotel)
        second, line = await factories.quote(session, office.mine, other, version=2)
        line.cost_minor, line.unit_price_minor, line.total_minor = 30_000, 10_000, 40_000
        second.departure_on, second.total_minor = date(2027, 3, 3), 249_000
        session.add(
            QuoteDay(quote_version_id=second.id, day=3, place="Hue", title="Kings", text="")
        )
    path = f"/backoffice/bookings/{office.mine.id}/quotes/compare"
    pages = {}
    for who in ("linh", "marc"):
        async with office.page(who) as browser:
            between = {"from": first.id, "to": second.id}
            pages[who] = words_of((await browser.get(path, params=between)).text)
    for told in pages.values():
        assert "Departure 2 Mar 2027 3 Mar 2027" in told
        assert "Supplier Maison de Hanoi Lotus House" in told
        assert "Price each USD 95.00 USD 100.00" in told
        assert "New Hue: Kings Day 3, 5 Mar 2027" in told
        assert "+ USD 20.00" in told
    async with office.page("linh") as browser:
        lost = await browser.get(path, params={"from": "quote_a", "to": "quote_b"})
    assert lost.status_code == 404
    assert "USD 248.00" not in pages["linh"]
    assert "Cost USD 248.00 USD 300.00" in pages["marc"]


async def test_with_less_than_two_versions_there_is_nothing_to_compare(office: Office) -> None:
    path = f"/backoffice/bookings/{office.mine.id}/quotes/compare"
    async with office.page("linh") as browser:
        told = words_of((await browser.get(path)).text)
    assert "No quote yet" in told


@pytest.mark.parametrize("place", ["", "beside", "{open}"])
async def test_a_draft_is_sent_in_the_place_of_open_versions_or_beside_them(
    office: Office, place: str
) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        first, _ = await factories.quote(session, office.mine, hotel, status="SENT")
        await factories.quote(session, office.mine, hotel, version=2, status="SENT")
        draft, _ = await factories.quote(session, office.mine, hotel, version=3)
    await office.start(office.mine.id)
    path = f"/backoffice/bookings/{office.mine.id}"
    wanted = place.format(open=first.id)
    async with office.page("linh") as browser:
        listed = await browser.get(path)
        assert f"{path}/quotes/{draft.id}#send" in listed.text
        shown = await browser.get(f"{path}/quotes/{draft.id}")
        choices = BeautifulSoup(shown.text, "html.parser").select("select[name=place] option")
        assert wanted in [str(one["value"]) for one in choices]
        guard = fields_of(shown.text, "/send")
        sent = await browser.post(f"{path}/quotes/{draft.id}/send", data={**guard, "place": wanted})
    assert sent.status_code == 303
    (asked,) = await office.asked(office.mine.id)
    command = SendQuote.model_validate_json(asked)
    assert command.beside == (place == "beside")
    assert command.replaces == (first.id if "open" in place else None)


async def thin(office: Office) -> str:
    """The id of a draft that costs nearly all it brings in."""
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        draft, line = await factories.quote(session, office.mine, hotel)
        line.cost_minor = 240_000
    return draft.id


async def test_staff_ask_for_approval_and_a_manager_gives_it(office: Office) -> None:
    quote_id = await thin(office)
    await office.start(office.mine.id)
    path = f"/backoffice/bookings/{office.mine.id}/quotes/{quote_id}"
    async with office.page("linh") as browser:
        shown = await browser.get(path)
        assert "outside of the policy's limits" in words_of(shown.text)
        assert "Margin" not in words_of(shown.text)
        guard = fields_of(shown.text, "/approval")
        asked = await browser.post(f"{path}/approval", data={**guard, "remark": "They come back"})
    assert asked.headers["location"].startswith(f"{path}?said=approval_asked")
    async with office.resources.sessions.begin() as session:
        booking = await session.get_one(Booking, office.mine.id)
        full = await find_version(session, office.mine.id, quote_id)
        figures = (await approval_of(session, booking, full)).figures
        session.add(
            QuoteApproval(
                id="approval_1",
                booking_id=office.mine.id,
                quote_version_id=quote_id,
                content_sha256=figures.content_sha256,
                asked_by="tests",
                due_at=factories.NOW,
            )
        )
    async with office.page("marc") as browser:
        shown = await browser.get(path)
        assert "Margin, at most 2.83 %" in words_of(shown.text)
        guard = fields_of(shown.text, "/decision")
        silent = await browser.post(f"{path}/approval/decision", data={**guard, "action": "reject"})
        assert silent.status_code == 422
        assert "Please say why" in words_of(silent.text)
        guard = fields_of(silent.text, "/decision")
        done = await browser.post(f"{path}/approval/decision", data={**guard, "action": "approve"})
    assert done.headers["location"].startswith(f"{path}?said=approved")
    question, decision = await office.asked(office.mine.id)
    assert "They come back" not in question
    assert DecideApproval.model_validate_json(decision).approved


@pytest.mark.parametrize("code", ["QUOTE_NEEDS_APPROVAL", "QUOTE_NOT_SENDABLE", "BOOKING_CLOSED"])
async def test_a_refused_question_or_decision_can_be_read(office: Office, code: str) -> None:
    quote_id = await thin(office)
    await office.start(office.mine.id, refuse=code)
    path = f"/backoffice/bookings/{office.mine.id}/quotes/{quote_id}"
    api = f"/api/v1/bookings/{office.mine.id}/quotes/{quote_id}"
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(path)).text, "/approval")
        answer = await browser.post(f"{path}/approval", data=guard)
    assert answer.status_code == 409
    assert "The stub says no." in words_of(answer.text)
    async with office.browser("marc") as browser:
        sent = await browser.post(f"{api}/send")
        decided = await browser.post(f"{api}/approval/decision", json={"approved": True})
    assert {sent.json()["code"], decided.json()["code"]} == {code}
